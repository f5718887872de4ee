"""What the running dashboard works with."""

from __future__ import annotations

from dataclasses import dataclass, field

from warehouse_assets.dashboard.web.connections import Connections
from warehouse_assets.dashboard.web.page_cache import DrawnPages
from warehouse_assets.dashboard.web.sessions import Attempts, Sessions


@dataclass(frozen=True)
class Service:
    """The users' connections to the warehouse, who is logged in, failed logins, and the pages that are kept."""

    connections: Connections
    sessions: Sessions = field(default_factory=Sessions)
    attempts: Attempts = field(default_factory=Attempts)
    drawn: DrawnPages = field(default_factory=DrawnPages)
