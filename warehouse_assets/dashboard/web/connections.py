"""Connections of users, each with her own login, kept open for a minute: making one costs more than a page's queries.

Rights are asked of the database in every request. What an open connection does not notice by itself, a login that
may no longer come in, is looked up each time a connection is taken; a changed password is noticed within a minute.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg

from warehouse_assets.dashboard.web.sessions import Credentials
from warehouse_assets.database.connections import open_connection
from warehouse_assets.database.errors import ConnectionFailed
from warehouse_assets.database.urls import with_login

LONGEST_SECONDS = 60
"""How long a connection is used: as long may a former password work."""
MOST_OF_A_LOGIN = 4
"""At once; a login of the warehouse has five connections, if nobody said otherwise."""
MOST_IDLE = 16
_TIMEOUT_SECONDS, _TURN_SECONDS = 4, 2
_SESSION = {
    "timezone": "UTC",
    "default_transaction_read_only": "on",
    "statement_timeout": "10s",
    "idle_session_timeout": f"{LONGEST_SECONDS}s",
    "search_path": "pg_catalog",
}
_STANDING = """
select
    rolsuper or rolbypassrls,
    rolcanlogin and coalesce(rolvaliduntil > pg_catalog.now(), true)
    and pg_catalog.has_database_privilege(pg_catalog.current_database(), 'connect')
from pg_catalog.pg_roles where rolname = session_user
"""


class LoginRefused(RuntimeError):
    """The server does not take this name and password, or this user may not come in this way."""


class AdministratorRefused(LoginRefused):
    """A user whom the row rules do not bind; the dashboard shows what roles grant, so it takes none."""


@dataclass(frozen=True)
class Kept:
    """A connection, whose it is, where it leads, and when it was made."""

    connection: psycopg.Connection[Any]
    credentials: Credentials
    url: str
    made: float


class Connections:
    """Open connections by login and password: who gives another password never gets one. Safe in threads.

    `warehouse_url` is asked at each request, as the embedded server may have moved; whose login it holds does not
    matter. Logins come in over SCRAM alone.
    """

    def __init__(self, warehouse_url: Callable[[], str], clock: Callable[[], float] = time.monotonic) -> None:
        self._warehouse_url, self._clock = warehouse_url, clock
        self._changed = threading.Condition()
        self._idle: list[Kept] = []
        self._used: dict[Credentials, int] = {}
        self._waiting: dict[Credentials, list[object]] = {}

    def take(self, credentials: Credentials, *, afresh: bool = False) -> Kept:
        """A connection for one request, checked; `giving_back` must follow.

        Raises LoginRefused, ConnectionFailed, or psycopg.OperationalError where the server just went away.
        """
        self._await_turn(credentials)
        try:
            return self._open(credentials) if afresh else self._reuse(credentials) or self._open(credentials)
        except BaseException:
            self._leave(credentials)
            raise

    @contextmanager
    def giving_back(self, kept: Kept) -> Iterator[None]:
        """Keeps the connection after the request, unless that failed or the connection has served its time."""
        try:
            yield
            _end_transaction(kept.connection)
        except BaseException:
            kept.connection.close()
            raise
        finally:
            self._leave(kept.credentials, kept)

    def close(self, credentials: Credentials | None = None) -> None:
        """Closes the idle connections of a login, or of all."""
        for kept in self._withdraw(lambda kept: credentials in (None, kept.credentials)):
            kept.connection.close()

    def _await_turn(self, credentials: Credentials) -> None:
        """Who came first goes first, so that nobody waits much longer than the others."""
        ticket = object()
        with self._changed:
            waiting = self._waiting.setdefault(credentials, [])
            waiting.append(ticket)
            try:
                if not self._changed.wait_for(lambda: self._has_turn(credentials, ticket), _TURN_SECONDS):
                    raise ConnectionFailed("All connections of this login are at work.", is_transient=True)
                self._used[credentials] = self._used.get(credentials, 0) + 1
            finally:
                waiting.remove(ticket)
                if not waiting:
                    del self._waiting[credentials]
                self._changed.notify_all()

    def _has_turn(self, credentials: Credentials, ticket: object) -> bool:
        return self._waiting[credentials][0] is ticket and self._used.get(credentials, 0) < MOST_OF_A_LOGIN

    def _leave(self, credentials: Credentials, kept: Kept | None = None) -> None:
        with self._changed:
            self._used[credentials] -= 1
            if not self._used[credentials]:
                del self._used[credentials]
            if kept is not None and not kept.connection.closed:
                self._idle.append(kept)
            self._changed.notify_all()
        surplus = self._withdraw(self._is_old) + self._withdraw(lambda kept: len(self._idle) > MOST_IDLE)
        for each in surplus:
            each.connection.close()

    def _withdraw(self, chosen: Callable[[Kept], bool]) -> list[Kept]:
        """Takes the chosen ones, oldest first, from the idle."""
        with self._changed:
            found = []
            for kept in list(self._idle):
                if chosen(kept):
                    self._idle.remove(kept)
                    found.append(kept)
            return found

    def _has_too_many(self, credentials: Credentials) -> bool:
        idle = sum(kept.credentials == credentials for kept in self._idle)
        return self._used.get(credentials, 0) + idle > MOST_OF_A_LOGIN

    def _is_old(self, kept: Kept) -> bool:
        return self._clock() - kept.made >= LONGEST_SECONDS or kept.url != self._warehouse_url()

    def _reuse(self, credentials: Credentials) -> Kept | None:
        """One that is open and still good; those that the server has closed are passed over."""
        for old in self._withdraw(self._is_old):
            old.connection.close()
        while (kept := self._newest(credentials)) is not None:
            try:
                _require_standing(kept.connection)
            except psycopg.OperationalError:
                kept.connection.close()
            except BaseException:
                kept.connection.close()
                raise
            else:
                return kept
        return None

    def _newest(self, credentials: Credentials) -> Kept | None:
        with self._changed:
            found = [kept for kept in self._idle if kept.credentials == credentials][-1:]
            for kept in found:
                self._idle.remove(kept)
            return found[0] if found else None

    def _open(self, credentials: Credentials) -> Kept:
        """A new one, in the place of an idle one where the login has no more."""
        idle = self._withdraw(lambda kept: kept.credentials == credentials and self._has_too_many(credentials))
        for kept in idle:
            kept.connection.close()
        url, made = self._warehouse_url(), self._clock()
        login = with_login(url, credentials.user, credentials.password)
        connection = open_connection(login, _SESSION, timeout_seconds=_TIMEOUT_SECONDS)
        try:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            _require_standing(connection)
        except BaseException:
            connection.close()
            raise
        return Kept(connection, credentials, url, made)


def _require_standing(connection: psycopg.Connection[Any]) -> None:
    """Raises LoginRefused unless the login may still come in."""
    found = connection.execute(_STANDING).fetchone()
    if found is None or not found[1]:
        raise LoginRefused
    if found[0]:
        raise AdministratorRefused


def _end_transaction(connection: psycopg.Connection[Any]) -> None:
    """The answer is complete: a connection that breaks only now is closed and no more."""
    try:
        connection.rollback()
    except psycopg.OperationalError:
        connection.close()
