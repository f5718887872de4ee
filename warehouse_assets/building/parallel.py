"""Independent builds side by side: each worker has a connection of its own, the database does the work."""

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
"""Builds take their locks in one order; other sessions of the server need not."""

Task = TypeVar("Task", bound=Hashable)
Result = TypeVar("Result")
Connect = Callable[[], AbstractContextManager[psycopg.Connection[Any]]]


def in_parallel(
    connect: Connect, tasks: Sequence[Task], work: Callable[[psycopg.Connection[Any], Task], Result]
) -> list[Result]:
    """The result of each task, in the order of the tasks; `work` is whole transactions, safe to repeat.

    After a first error no further task is begun; those under way are waited for, then it is raised.
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
        except BaseException as error:  # raised by the caller's thread
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
    """The database ends one of two transactions that stand in each other's way; that one is done once more."""
    for _ in range(_MOST_CONFLICTS):
        try:
            return work()
        except _CONFLICTS:
            continue
    return work()
