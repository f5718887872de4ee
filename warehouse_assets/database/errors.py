"""What can go wrong with the database; every message says what to do and none holds a password."""

from __future__ import annotations


class DatabaseError(RuntimeError):
    """The database cannot be used as asked."""


class ServerError(DatabaseError):
    """The embedded server cannot be made, started or stopped."""


class ConnectionFailed(DatabaseError):
    """No connection was made; `is_transient` says whether the same attempt may succeed a little later."""

    def __init__(self, message: str, *, is_transient: bool) -> None:
        super().__init__(message)
        self.is_transient = is_transient
