"""Connections with psycopg 3, with retries while a server is starting or restarting."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable
from typing import Any, TypeVar

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from warehouse_assets.database.errors import ConnectionFailed, DatabaseError, safe_message
from warehouse_assets.database.urls import without_password

Result = TypeVar("Result")

SESSION = {"timezone": "UTC", "jit": "off"}
"""Settings of every session. Where nested loops are ruled out, a server before version 18 takes what is left for so
costly that it compiles it, which takes longer than all the rest."""
BULK_SESSION = {"work_mem": "128MB", "maintenance_work_mem": "256MB"}
CONNECT_TIMEOUT_SECONDS = 10

DISK_FULL = "Its disk is full. Free some space, then run again."
# libpq gives only text for a failed connection, no SQLSTATE, and a server may speak another language. So the reasons
# that last are listed; any other reason may pass.
REASONS = (
    (
        r"password authentication failed|no password supplied|role .* does not exist",
        False,
        "The user or the password is wrong. Correct them in the address.",
    ),
    (
        r"database .* does not exist",
        False,
        "Create that database, or correct its name in the address.",
    ),
    (
        r"no pg_hba.conf entry|SSL|authentication method requirement",
        False,
        "The server refuses this user, host or encryption.",
    ),
    (r"permission denied for database", False, "The user may not connect to this database."),
    (r"invalid (port|connection|sslmode|integer)", False, "Correct the address."),
    (r"No space left on device", True, DISK_FULL),
    (r"could not translate host name", False, "Correct the host in the address."),
    (
        r"starting up|shutting down|recovery|not yet accepting connections|too many",
        True,
        "It does not accept connections at the moment. Try again in a minute.",
    ),
    (r"refused", True, "Nothing listens there. Start the server, or correct host and port in the address."),
    (r"timeout|timed out", True, "It does not answer. Check the network, host and port."),
    (r"closed the connection|reset by peer|could not receive", True, "It closed the connection. Try again."),
)
CUT_OFF = ("08", "57P", "53300")
MAY_PASS = ("40", "53")
"""SQLSTATEs of conflicts between transactions, and of lack of disk, memory or connections."""


def open_connection(
    url: str,
    session: dict[str, str],
    *,
    autocommit: bool = False,
    timeout_seconds: int = CONNECT_TIMEOUT_SECONDS,
) -> psycopg.Connection[Any]:
    """Connects once, with server settings for the session. Raises ConnectionFailed."""
    given = _given_parameters(url)
    options = [str(given.get("options") or ""), *(f"-c {name}={value}" for name, value in session.items())]
    defaults: dict[str, Any] = {"application_name": "warehouse", "connect_timeout": timeout_seconds}
    try:
        return psycopg.connect(
            url,
            autocommit=autocommit,
            client_encoding="UTF8",
            options=" ".join(filter(None, options)),
            **{name: value for name, value in defaults.items() if name not in given},
        )
    except psycopg.Error as error:
        raise connection_failed(error, url, given) from None


def session_beside(connection: psycopg.Connection[Any]) -> psycopg.Connection[Any]:
    """Another session of the same login on the same database."""
    info = connection.info
    return psycopg.connect(make_conninfo(info.dsn, password=info.password))


def retry(
    work: Callable[[], Result], *, attempts: int = 7, first_pause: float = 0.1, longest_pause: float = 3.0
) -> Result:
    """Returns the result of `work`, which is retried while the database is starting or the connection is cut.

    `work` opens its own connection and is safe to repeat: it is a whole transaction. Pauses, in seconds, double each
    time and vary by half, so that waiting processes do not return together; by default they add up to 6 s. The last
    failure, and every other error, is raised unchanged.
    """
    for attempt in range(attempts - 1):
        try:
            return work()
        except (ConnectionFailed, psycopg.Error) as error:
            if not is_transient(error):
                raise
        time.sleep(min(longest_pause, first_pause * 2**attempt) * random.uniform(0.5, 1.5))  # noqa: S311
    return work()


def is_transient(error: Exception) -> bool:
    """Whether the error is about the connection, not about the work."""
    if isinstance(error, ConnectionFailed):
        return error.is_transient
    if not isinstance(error, psycopg.OperationalError):
        return False
    return error.sqlstate is None or error.sqlstate.startswith(CUT_OFF)


def refused(error: psycopg.Error) -> DatabaseError:
    """The error of a session without the values that it quotes, marked as transient or not."""
    state = error.sqlstate or ""
    if is_transient(error) and not state:
        return DatabaseError("The connection to the database was lost.", is_transient=True)
    advice = f" {DISK_FULL}" if isinstance(error, psycopg.errors.DiskFull) else ""
    may_pass = is_transient(error) or state.startswith(MAY_PASS)
    return DatabaseError(f"The database reports: {safe_message(error)}.{advice}", is_transient=may_pass)


def connection_failed(error: Exception, url: str, parameters: dict[str, Any]) -> ConnectionFailed:
    """A ConnectionFailed with the server's reason and advice, without the password."""
    told = " ".join(str(error).split())
    reason = without_password(told, url)
    transient, advice = next(
        ((transient, advice) for pattern, transient, advice in REASONS if re.search(pattern, told)),
        (True, "Try again in a minute, or correct the address or the server."),
    )
    host, port = parameters.get("host", "the local socket"), parameters.get("port", 5432)
    where = f"{host}:{port}/{parameters.get('dbname', '')}"
    return ConnectionFailed(f"Could not connect to the database {where}. {advice} ({reason})", is_transient=transient)


def _given_parameters(url: str) -> dict[str, Any]:
    try:
        return dict(conninfo_to_dict(url))
    except psycopg.Error:
        # The parser's message quotes the address, and with it the password.
        raise DatabaseError(
            "The database address is invalid. Write it as postgresql://user:password@host:5432/warehouse,"
            " with the characters / # ? @ : % of a password as %2F %23 %3F %40 %3A %25"
        ) from None
