"""Who is logged in: names and passwords in this process's memory, found by a random token and soon forgotten."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

IDLE_SECONDS = 30 * 60
LONGEST_SECONDS = 8 * 3600
FAILURES_ALLOWED, FAILURES_OF_A_USER = 5, 20
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
    """Login attempts of the last minute: five failures of one origin, or twenty for one user, and the next must wait.

    An attempt counts from its beginning, so that parallel attempts count too; one that succeeds is withdrawn.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._times: dict[tuple[str, str], list[float]] = {}

    def begin(self, origin: str, user: str) -> bool:
        """Counts an attempt; False if it must wait."""
        limits = {("origin", origin): FAILURES_ALLOWED, ("user", user): FAILURES_OF_A_USER}
        with self._lock:
            self._forget_old()
            if any(len(self._times.get(key, ())) >= most for key, most in limits.items()):
                return False
            for key in limits:
                self._times.setdefault(key, []).append(self._clock())
            return True

    def withdraw(self, origin: str, user: str) -> None:
        """The attempt was no failure."""
        with self._lock:
            for key in (("origin", origin), ("user", user)):
                if self._times.get(key):
                    self._times[key].pop()

    def _forget_old(self) -> None:
        since = self._clock() - FAILURE_SECONDS
        kept = {key: [moment for moment in times if moment >= since] for key, times in self._times.items()}
        self._times = {key: times for key, times in kept.items() if times}
