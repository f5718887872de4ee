"""Who is logged in: names and passwords in this process's memory, found by a random token and soon forgotten."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

IDLE_SECONDS = 30 * 60
LONGEST_SECONDS = 8 * 3600
FAILURES_ALLOWED = 5
FAILURE_SECONDS = 60.0
_TOKEN_BYTES = 32


@dataclass(frozen=True)
class Credentials:
    """A login of the warehouse's server."""

    user: str
    password: str = field(repr=False)


@dataclass
class _Session:
    credentials: Credentials
    opened: float
    used: float


class Sessions:
    """Credentials by token; the browser holds the token only. Safe to use from several threads.

    A session ends after 30 minutes without a request, and after 8 hours in any case. `clock` gives seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._sessions: dict[str, _Session] = {}

    def open(self, credentials: Credentials) -> str:
        """The token of a new session."""
        token, now = secrets.token_urlsafe(_TOKEN_BYTES), self._clock()
        with self._lock:
            self._forget_expired(now)
            self._sessions[token] = _Session(credentials, now, now)
        return token

    def find(self, token: str | None) -> Credentials | None:
        """The credentials of a session that has not expired."""
        now = self._clock()
        with self._lock:
            self._forget_expired(now)
            session = self._sessions.get(token or "")
            if session is None:
                return None
            session.used = now
            return session.credentials

    def close(self, token: str | None) -> None:
        """Forgets the session, if there is one."""
        with self._lock:
            self._sessions.pop(token or "", None)

    def _forget_expired(self, now: float) -> None:
        over = [
            token
            for token, session in self._sessions.items()
            if now - session.used > IDLE_SECONDS or now - session.opened > LONGEST_SECONDS
        ]
        for token in over:
            del self._sessions[token]


class Attempts:
    """Failed logins by place of origin: after five within a minute, the next has to wait."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures: dict[str, list[float]] = {}

    def are_too_many(self, origin: str) -> bool:
        """Whether this place has to wait."""
        with self._lock:
            return len(self._recent(origin)) >= FAILURES_ALLOWED

    def note_failure(self, origin: str) -> None:
        """One more failed login from there."""
        with self._lock:
            self._failures[origin] = [*self._recent(origin), self._clock()]

    def _recent(self, origin: str) -> list[float]:
        since = self._clock() - FAILURE_SECONDS
        for place in [place for place, times in self._failures.items() if times[-1] < since]:
            del self._failures[place]
        return [moment for moment in self._failures.get(origin, []) if moment >= since]
