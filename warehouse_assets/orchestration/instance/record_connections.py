"""Connections of SQLAlchemy's to Dagster's records: made while the server is away, and replaced when they are lost."""

from __future__ import annotations

import select
import time
from functools import partial
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Dialect, Engine
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

from warehouse_assets import database
from warehouse_assets.database.connections import connection_failed

RECORDS = set[tuple[str | None, int | None, str | None]]()
"""Host, port and database of Dagster's records."""
_SURE_SECONDS = 1.0
"""A connection that was used within this time is there, unless the server has ended it."""
_USED = "warehouse_used"
_ATTEMPTS = 20
"""To connect: the pauses between them add up to 22 s at least, so that a server may be away for that long."""


def wait_for_server(dialect: Dialect, record: object, arguments: Any, parameters: dict[str, Any]) -> Any:
    """A connection of SQLAlchemy's to Dagster's records, tried again while the server is away or starting.

    The driver's own error is raised in the end: SQLAlchemy and Dagster know what to do with no other. For any other
    database (a shop's) there is no answer, and SQLAlchemy connects as usual.
    """
    if (parameters.get("host"), parameters.get("port"), parameters.get("dbname")) not in RECORDS:
        return None
    driver: Any = dialect.loaded_dbapi

    def connected() -> Any:
        try:
            return dialect.connect(*arguments, **parameters)
        except driver.OperationalError as error:
            raise connection_failed(error, "", {}) from error

    try:
        return database.retry(connected, attempts=_ATTEMPTS)
    except database.ConnectionFailed as failure:
        raise failure.__cause__ or failure from None


def note_use(connection: Any, record: ConnectionPoolEntry) -> None:
    """Called when a connection goes back to its pool."""
    record.info[_USED] = time.monotonic()


def replace_lost(dialect: Dialect, connection: Any, record: ConnectionPoolEntry, proxy: object) -> None:
    """Called when a connection leaves its pool: the server may have restarted since it was last used.

    SQLAlchemy's own pool asks the server each time, which was a third of the statements of a run. Here it is asked
    after a pause, and where it has sent what nobody asked for, such as the end of the session.
    """
    used = record.info.get(_USED)
    if used is None:
        return
    driver: Any = dialect.loaded_dbapi
    try:
        if time.monotonic() - used >= _SURE_SECONDS or _has_input(connection):
            dialect.do_ping(connection)
    except driver.Error as error:
        raise InvalidatePoolError from error  # SQLAlchemy opens another


def _has_input(connection: Any) -> bool:
    """Raises the driver's error if the connection is closed on this side."""
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    return bool(poll.poll(0))


# For all engines: those of dagster-postgres connect while they are made.
event.listen(Engine, "do_connect", wait_for_server)


def replace_lost_connections(engine: Engine) -> None:
    """From now on the engine's pool hands out no connection that the server has ended."""
    event.listen(engine.pool, "checkin", note_use)
    event.listen(engine.pool, "checkout", partial(replace_lost, engine.dialect))
