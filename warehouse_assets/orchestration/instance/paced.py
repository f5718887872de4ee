"""Runs one of Dagster's programs with less to do while nothing happens: `... paced dagster-daemon run -w FILE`.

Each of them asks the code server every second whether it is still the same, and the daemon reads all definitions again
every minute. The code server of `warehouse up` changes only when it is started again. The web server wakes ten times a
second, to renew its clock and to see whether it must end.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from importlib.metadata import entry_points

import uvicorn

# Tried: dagster.yaml and environment variables, which have no setting for either interval.
from dagster._daemon import controller

# Tried: dagster.yaml, which has only the interval between whole looks at the queue.
from dagster._daemon.run_coordinator import QueuedRunCoordinatorDaemon

# Tried: the same; `dagster-webserver` and `dagster-daemon` have no option for it.
from dagster._grpc import server_watcher

WATCH_SECONDS = 2
"""How often a program asks the code server; its calls fail at most as long after the code server was started again."""
RELOAD_SECONDS = 240
"""Dagster's daemon gives up when its definitions are older than 300 s."""

TICK_SECONDS = 1.0
"""How often the web server renews the date of its answers, and looks whether it must end."""

SERVER_SECONDS = 1.5
"""When the daemon starts the fork server: a moment after the services, so that it is ready for the first run."""


async def tick(server: uvicorn.Server) -> None:
    """uvicorn's main loop, at a slower pace: the requests do not pass here."""
    while not await server.on_tick(0):
        await asyncio.sleep(TICK_SECONDS)


if __name__ == "__main__":
    server_watcher.WATCH_INTERVAL = WATCH_SECONDS
    controller.RELOAD_WORKSPACE_INTERVAL = RELOAD_SECONDS
    uvicorn.Server.main_loop = tick  # type: ignore[assignment, method-assign]
    sys.argv = sys.argv[1:]
    if sys.argv[0] == "dagster-daemon":
        # The web server has no use for these.
        from warehouse_assets.orchestration.instance.fork_server import SERVER
        from warehouse_assets.orchestration.instance.run_queue import once_queued

        QueuedRunCoordinatorDaemon.run_iteration = once_queued(  # type: ignore[assignment, method-assign]
            QueuedRunCoordinatorDaemon.run_iteration
        )
        preparation = threading.Timer(SERVER_SECONDS, SERVER.prepare)
        preparation.daemon = True
        preparation.start()
    (program,) = entry_points(group="console_scripts", name=sys.argv[0])
    sys.exit(program.load()())
