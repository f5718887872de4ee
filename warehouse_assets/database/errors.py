"""Errors of the database. Every message says what to do, and none holds a password."""

from __future__ import annotations

import psycopg

from warehouse_assets.settings import WarehouseError


class DatabaseError(WarehouseError, RuntimeError):
    """An operation on the database failed. `is_transient` says whether it may succeed later."""

    def __init__(self, message: str, *, is_transient: bool = False) -> None:
        super().__init__(message)
        self.is_transient = is_transient


class ServerError(DatabaseError):
    """The embedded server cannot be created, started or stopped."""


class ConnectionFailed(DatabaseError):
    """The connection failed."""


_QUOTING = ("22", "23")
"""Classes of errors (data, integrity) whose messages quote values, possibly personal ones."""


def safe_message(error: psycopg.Error) -> str:
    """The message without values: for errors that quote values, only their kind and place."""
    diag = error.diag
    state = diag.sqlstate or "no code"
    place = ".".join(part for part in (diag.schema_name, diag.table_name, diag.column_name) if part)
    where = "".join(f", {kind} {name}" for kind, name in (("at", place), ("rule", diag.constraint_name)) if name)
    if diag.message_primary is None or state.startswith(_QUOTING):
        return f"{type(error).__name__} ({state}{where})"
    return f"{diag.message_primary} ({state}{where})"
