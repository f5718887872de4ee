"""A second process for a command that has much to do in Python, since one process keeps one core busy.

It is forked from the command's own process once that has imported what the work needs, and before that has a connection
or threads, which a fork does not take along. It does one task at a time, and ends with its parent.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from multiprocessing.connection import wait
from typing import Any, TypeVar

_PATIENCE_SECONDS = 10.0
"""To end a task that was interrupted, as Dagster records it."""
_BY_A_PERSON = (-signal.SIGINT, -signal.SIGTERM)
"""Exit codes of a process that was told to end. Any other end is an accident."""
Result = TypeVar("Result")


class SecondProcess:
    """The parent's side. Tasks are functions of modules, which may be done twice."""

    def __init__(self, modules: tuple[str, ...]) -> None:
        self._pool = ProcessPoolExecutor(1, multiprocessing.get_context("fork"), _prepare, (modules,))
        before = multiprocessing.active_children()
        self._pool.submit(os.getpid)  # the first task forks the process
        [self._process] = set(multiprocessing.active_children()).difference(before)

    def begin(self, task: Callable[..., Result], *arguments: Any) -> Callable[[], Result]:
        """Gives it a task. The function that is returned waits for the result, and raises the task's error."""
        here = partial(task, *arguments)
        try:
            future = self._pool.submit(_done, task, *arguments)
        except BrokenProcessPool:  # it was killed before
            return here

        def result() -> Result:
            try:
                return future.result()
            except BrokenProcessPool:
                self._process.join()
                if self._process.exitcode in _BY_A_PERSON:
                    raise KeyboardInterrupt from None
                return here()

        return result

    def end(self) -> None:
        """Ends it, whatever it does. A signal alone might be one that it ignores, as this process does."""
        # Waited for: the pool's own thread closes a pipe, to which the end of the interpreter would still write.
        shutdown = threading.Thread(target=partial(self._pool.shutdown, cancel_futures=True))
        shutdown.start()
        self._process.terminate()
        self._process.join(_PATIENCE_SECONDS)
        self._process.kill()
        self._process.join()
        shutdown.join()


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
    """The result of a task, done by the second process if there is one. A task of another thread is waited for."""
    return _current.begin(task, *arguments)() if _current else task(*arguments)


def _prepare(modules: tuple[str, ...]) -> None:
    """Runs in the second process, before its first task. Ctrl-C ends it without a word: its parent speaks."""
    end_with_parent()
    if signal.getsignal(signal.SIGINT) != signal.SIG_IGN:  # as a script's command in the background has it
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    for module in modules:
        import_module(module)


def _done(task: Callable[..., Result], *arguments: Any) -> Result:
    try:
        return task(*arguments)
    except BaseException as error:
        raise portable(error)  # noqa: B904 - it is the same error, or says the same


def end_with_parent() -> None:
    """Lets this process end when its parent has ended, however that ends and whatever is done here."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent.sentinel,), daemon=True).start()


def _end_after(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)


def portable(error: BaseException) -> BaseException:
    """The error if another process can raise it, else one that says the same."""
    try:
        copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - made here
    except Exception:
        copy = None
    is_same = type(copy) is type(error) and str(copy) == str(error)
    return error if is_same else RuntimeError(f"{type(error).__name__}: {error}")
