"""A second process for a command that has much to do in Python, since one process keeps one core busy.

It is forked from the command's own process once that has imported what the work needs, and before that has a connection
or threads, which a fork does not take along. It does one task at a time, and ends with its parent.
"""

from __future__ import annotations

import multiprocessing
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from importlib import import_module
from multiprocessing.connection import Connection
from typing import Any, TypeVar

_PATIENCE_SECONDS = 10.0
"""To end a task that was interrupted, as Dagster records it."""
Result = TypeVar("Result")


class SecondProcess:
    """The parent's side. Tasks are functions of modules, which may be done twice."""

    def __init__(self, modules: tuple[str, ...]) -> None:
        context = multiprocessing.get_context("fork")
        self._channel, its_end = context.Pipe()
        self._process = context.Process(target=_serve, args=(its_end, self._channel, modules), daemon=True)
        self._process.start()
        its_end.close()
        self._lock, self._is_busy = threading.Lock(), False

    def begin(self, task: Callable[..., Result], *arguments: Any) -> Callable[[], Result]:
        """Gives it a task. The function that is returned waits for the result, and raises the task's error."""
        self._is_busy = True
        with suppress(OSError):
            self._channel.send((task, arguments))
        return partial(self._result, partial(task, *arguments))

    def _result(self, task: Callable[[], Result]) -> Result:
        try:
            result, error = self._channel.recv()
        except (EOFError, OSError):
            return task()  # the process was killed
        self._is_busy = False
        if error is not None:
            raise error
        return result  # type: ignore[no-any-return] # of the task

    def call(self, task: Callable[..., Result], *arguments: Any) -> Result:
        """The result of a task. A task of another thread is waited for."""
        with self._lock:
            return self.begin(task, *arguments)()

    def end(self) -> None:
        """Ends it, whatever it does. A signal alone might be one that it ignores, as this process does."""
        if self._is_busy:
            self._process.terminate()
        else:
            self._channel.close()
        self._process.join(_PATIENCE_SECONDS)
        self._process.kill()
        self._process.join()
        self._channel.close()


_current: SecondProcess | None = None


def current() -> SecondProcess | None:
    """The second process of this one, if it has one."""
    return _current


@contextmanager
def second_process(*modules: str) -> Iterator[None]:
    """Starts one, which imports these modules while it waits for a task."""
    global _current
    if sys.platform == "linux":  # elsewhere forking is not tried
        _current = SecondProcess(modules)
    try:
        yield
    finally:
        if _current is not None:
            _current.end()
        _current = None


def elsewhere(task: Callable[..., Result], *arguments: Any) -> Result:
    """The result of a task, done by the second process if there is one."""
    return _current.call(task, *arguments) if _current else task(*arguments)


def _serve(channel: Connection, parents_end: Connection, modules: tuple[str, ...]) -> None:
    """Runs in the second process. The channel ends when the parent has ended."""
    global _current
    _current = None
    parents_end.close()
    with suppress(EOFError, OSError, KeyboardInterrupt):
        for module in modules:
            import_module(module)
        while True:
            task, arguments = channel.recv()
            answer: tuple[Any, BaseException | None]
            try:
                answer = task(*arguments), None
            except BaseException as error:
                answer = None, error
            channel.send(answer)
