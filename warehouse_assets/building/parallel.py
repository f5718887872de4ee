"""Runs independent builds in parallel; each worker has its own connection, and the database does the work."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import Any, TypeVar

import psycopg

WORKERS = 2
"""Two keep both cores of a small machine busy; builds that need the same lock wait for each other."""

_CONFLICTS = (
    psycopg.errors.DeadlockDetected,
    psycopg.errors.SerializationFailure,
    psycopg.errors.UniqueViolation,  # two sessions replaced one table
)
_MOST_CONFLICTS = 3
"""Attempts after a deadlock. Builds take locks in one order, but other sessions of the server may not."""

Task = TypeVar("Task", bound=Hashable)
Result = TypeVar("Result")
Connect = Callable[[], AbstractContextManager[psycopg.Connection[Any]]]


def in_parallel(
    connect: Connect, tasks: Sequence[Task], work: Callable[[psycopg.Connection[Any], Task], Result]
) -> list[Result]:
    """The results in the order of the tasks; `work` must consist of whole transactions that are safe to repeat.

    After an error no further task starts; it is raised once the running tasks have ended.
    """
    waiting, results, errors = deque(tasks), dict[Task, Result](), list[BaseException]()

    def serve() -> None:
        try:
            with connect() as connection:
                while not errors:
                    try:
                        task = waiting.popleft()
                    except IndexError:
                        return
                    results[task] = _again_after_conflict(partial(work, connection, task))
        except BaseException as error:  # re-raised by the caller's thread
            errors.append(error)

    threads = [threading.Thread(target=serve, name=f"build-{n}") for n in range(min(WORKERS, len(tasks)))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return [results[task] for task in tasks]


def _again_after_conflict(work: Callable[[], Result]) -> Result:
    """Repeats a transaction that the database ended because of a deadlock."""
    for _ in range(_MOST_CONFLICTS):
        try:
            return work()
        except _CONFLICTS:
            continue
    return work()
