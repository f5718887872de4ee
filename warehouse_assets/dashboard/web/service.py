"""What the running dashboard works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from warehouse_assets.dashboard.context import Context
from warehouse_assets.dashboard.web.connections import Connections
from warehouse_assets.dashboard.web.page_cache import DrawnPages
from warehouse_assets.dashboard.web.sessions import Attempts, Sessions


@dataclass(frozen=True)
class Service:
    """The users' connections, who is logged in, failed logins, the pages that are kept, and the context of pages."""

    connections: Connections
    sessions: Sessions = field(default_factory=Sessions)
    attempts: Attempts = field(default_factory=Attempts)
    drawn: DrawnPages = field(default_factory=DrawnPages)
    context: Callable[[], Context] = Context
