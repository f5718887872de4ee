"""What the running dashboard works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from warehouse_assets.dashboard.sessions import Attempts, Sessions


@dataclass(frozen=True)
class Service:
    """Where the warehouse is, who is logged in, and failed logins."""

    warehouse_url: Callable[[], str]
    """Asked at each request, as the embedded server may have moved; whose login it holds does not matter."""
    sessions: Sessions = field(default_factory=Sessions)
    attempts: Attempts = field(default_factory=Attempts)
