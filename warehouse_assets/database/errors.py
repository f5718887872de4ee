"""What can go wrong with the database; every message says what to do and none holds a password."""

from __future__ import annotations

import psycopg


class DatabaseError(RuntimeError):
    """The database cannot be used as asked; `is_transient` says whether the same may succeed a little later."""

    def __init__(self, message: str, *, is_transient: bool = False) -> None:
        super().__init__(message)
        self.is_transient = is_transient


class ServerError(DatabaseError):
    """The embedded server cannot be made, started or stopped."""


class ConnectionFailed(DatabaseError):
    """No connection was made."""


_QUOTING = ("22", "23")
"""Classes of errors (data, integrity) whose messages quote values, which may be a person's."""


def safe_message(error: psycopg.Error) -> str:
    """What went wrong without any value: of errors that quote values only their kind and place."""
    diag = error.diag
    state = diag.sqlstate or "no code"
    place = ".".join(part for part in (diag.schema_name, diag.table_name, diag.column_name) if part)
    where = "".join(f", {kind} {name}" for kind, name in (("at", place), ("rule", diag.constraint_name)) if name)
    if diag.message_primary is None or state.startswith(_QUOTING):
        return f"{type(error).__name__} ({state}{where})"
    return f"{diag.message_primary} ({state}{where})"
