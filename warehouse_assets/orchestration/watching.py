"""Sensor evaluations that watch for a minute or two: news is seen within a second, and waiting costs next to nothing.

Dagster's daemon evaluates a sensor every five seconds at most. An evaluation that returned at once would make each step
of a chain (a file arrives, the file is complete, a load ends) wait for the next one, and each evaluation costs the
daemon and the code server some 50 ms. So an evaluation lasts, and looks again when something changed.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import dagster as dg
from watchdog import events
from watchdog.observers import Observer

from warehouse_assets.orchestration.settled_files import Arrivals

INTERVAL_SECONDS = 4
"""Least time between the starts of two evaluations. Shorter than a round of the daemon, so that none is missed."""
ROUND_SECONDS = 5.0
"""How often the daemon looks which sensors are due; Dagster has no setting for it."""
ALLOWED_SECONDS = float(os.environ.get("DAGSTER_SENSOR_GRPC_TIMEOUT_SECONDS", "60"))
"""How long Dagster allows an evaluation."""
WATCH_SECONDS = ROUND_SECONDS * (ALLOWED_SECONDS // ROUND_SECONDS - 3) - 1
"""How long an evaluation watches: it ends a second before a round of the daemon, and leaves time for its last look."""
FOLDER_SECONDS = 5.0
"""The pause between two looks at a quiet folder, for file systems that tell nothing, such as a network share."""
QUEUE_SECONDS = 1.0
"""The pause between two looks at a quiet queue in the database: one small query."""
_SOON_SECONDS = 0.1
_SHARE, _IDLE_SHARE = 10.0, 200.0
"""A pause is at least this multiple of the time that a look takes; of its processor time, if nothing is on its way."""
_ENDING = threading.Event()
_OPEN = set["FolderNews"]()
_CHANGES: list[type[events.FileSystemEvent]] = [
    events.FileCreatedEvent,
    events.FileModifiedEvent,
    events.FileMovedEvent,
    events.FileDeletedEvent,
    events.FileClosedEvent,
    events.DirCreatedEvent,
    events.DirMovedEvent,
    events.DirDeletedEvent,
]
"""What changes a folder. Opening is left out: to look at the folder would be news of it."""


@dataclass(frozen=True)
class Look:
    """What a look found. `is_soon`: something is on its way, such as a file that is still being written."""

    result: dg.SensorResult
    is_soon: bool = False


class News(Protocol):
    """Tells when a look is worth its while."""

    def clear(self) -> None:
        """Forgets what was told: the look that follows sees it."""

    def wait(self, seconds: float) -> bool:
        """Waits until something is told, at most for the given time. Returns whether something was told."""


class NoNews:
    """For what tells nothing: every look is made by the clock."""

    def clear(self) -> None:
        """Nothing to forget."""

    def wait(self, seconds: float) -> bool:
        """Waits for the given time, or until this process is asked to end."""
        _ENDING.wait(seconds)
        return False


class FolderNews(events.FileSystemEventHandler):
    """Tells of changes below a folder, where the system does. It watches until the block ends."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._changed = folder, threading.Event()
        self._observer = Observer()

    def __enter__(self) -> FolderNews:
        _OPEN.add(self)
        # No folder yet, or no watches left: looks go by the clock.
        with suppress(OSError):
            self._observer.schedule(self, str(self._folder), recursive=True, event_filter=_CHANGES)
            self._observer.start()
        return self

    def __exit__(self, *_: object) -> None:
        _OPEN.discard(self)
        if self._observer.is_alive():
            self._observer.stop()
            self._observer.join()

    def on_any_event(self, event: events.FileSystemEvent) -> None:
        """Called by the observer's thread."""
        self.tell()

    def tell(self) -> None:
        """Ends a wait."""
        self._changed.set()

    def clear(self) -> None:
        """The next look sees what has changed so far."""
        self._changed.clear()

    def wait(self, seconds: float) -> bool:
        """Waits for a change, for the given time, or until this process is asked to end."""
        return self._changed.wait(max(0.0, seconds)) and not _ENDING.is_set()


def nothing_new(arrivals: Arrivals, unread: Sequence[str] = ()) -> Look:
    """What a sensor of files says while none is whole; `unread` are those that have no effect."""
    waiting = arrivals.waiting()
    reason = f"Still being written: {', '.join(waiting)}" if waiting else "Nothing new"
    reason += f". Not read: {'; '.join(unread)}" if unread else ""
    return Look(dg.SensorResult(skip_reason=reason, cursor=arrivals.memory), is_soon=bool(waiting))


def watch(look: Callable[[], Look], idle_seconds: float, news: News | None = None) -> dg.SensorResult:
    """Looks until there is something to run, or the time is over. Returns the last result.

    It looks again at once when there is news, ten times a second when something is on its way, and otherwise after
    `idle_seconds`: less often where looking takes long.
    """
    news, until = news or NoNews(), time.monotonic() + WATCH_SECONDS
    while True:
        news.clear()
        began, worked = time.monotonic(), time.thread_time()
        found = look()
        work = time.thread_time() - worked
        now = time.monotonic()
        least = max(_SOON_SECONDS, _SHARE * (now - began))
        if found.result.run_requests or _ENDING.is_set() or now + least > until:
            return found.result
        _ENDING.wait(least)
        if not found.is_soon:
            most = max(idle_seconds, _IDLE_SHARE * work)
            is_over = now + most > until
            if not news.wait(min(now + most, until) - time.monotonic()) and is_over:
                return found.result


def stop_watching() -> None:
    """Ends the evaluations that watch: this process was asked to end."""
    _ENDING.set()
    for news in list(_OPEN):
        news.tell()
