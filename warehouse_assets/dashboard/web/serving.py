"""The dashboard's process."""

from __future__ import annotations

from warehouse_assets import database
from warehouse_assets.settings import Settings

THREADS = 16


def serve(settings: Settings, host: str, port: int, *, behind_https: bool = False) -> None:
    """Listens until it is told to stop; the database is started once, and asked for at each request."""
    from waitress import serve as listen

    from warehouse_assets.dashboard.context import read_context
    from warehouse_assets.dashboard.web.app import create_app
    from warehouse_assets.dashboard.web.connections import Connections
    from warehouse_assets.dashboard.web.service import Service

    url = database.ensure_running(settings).warehouse
    app = create_app(
        Service(Connections(lambda: url), context=lambda: read_context(settings)), behind_https=behind_https
    )
    listen(app.server, host=host, port=port, threads=THREADS, ident=None)
