"""Several deliveries loaded at once, each in a process of its own.

Each process is forked from one that has imported what a load needs and nothing of Dagster. It answers with what it
loaded or why it failed, and ends with the process that asked for it. A process that is killed fails its own delivery.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, wait
from types import ModuleType
from typing import TYPE_CHECKING

from warehouse_assets.building.second_process import end_with_parent, portable
from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.settings import Settings

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerProcess

    from warehouse_assets.ingestion.sources.delivery import Delivery
    from warehouse_assets.orchestration.loads import Loaded

LOADS = "loads"
"""Dagster's pool of runs that load. As many work at once as there are cores."""
_PROCESSES = multiprocessing.get_context("forkserver")
_IMPORTED = [
    "warehouse_assets.orchestration.loads",
    "pandera.backends.pandas.builtin_checks",
    "sqlglot.dialects.duckdb",
]
"""What each load would import once it has begun."""
_OF_A_LOAD = 1 << 20
"""What a load costs beside its bytes, in bytes."""
_WORTHWHILE = 16 << 20
"""Bytes beside the largest delivery from which on processes are faster, though the first has to import."""


class LoadsAtOnce:
    """The loads of this process that have begun and that no run has asked for yet."""

    def __init__(self) -> None:
        self._begun: dict[str, Future[Loaded]] = {}

    @contextmanager
    def begun(
        self, settings: Settings, deliveries: Mapping[str, Delivery], say: Callable[[str], object]
    ) -> Iterator[None]:
        """Loads the deliveries (partition key -> delivery) in the background, in this order, if that is faster.

        Each is to be taken within the block. At its end, `say` gets the keys of those that are loaded and were not
        taken, in one line; the others are left as they were. Within the block this process must not fork: the child
        would keep the loads' pipes open.
        """
        if self._begun or not is_worthwhile(deliveries, cores()):
            yield
            return
        _start_server()
        processes, threads = _Processes(), ThreadPoolExecutor(most_at_once(cores()), "loads")
        try:
            self._begun = {key: threads.submit(processes.load, settings, key) for key in deliveries}
            yield
        finally:
            left, self._begun = self._begun, {}
            threads.shutdown(wait=False, cancel_futures=True)
            processes.end()
            threads.shutdown()
            if loaded := [key for key, load in left.items() if not load.cancelled() and not load.exception()]:
                say(f"Loaded before the end, though not recorded in Dagster: {', '.join(loaded)}")

    def take(self, settings: Settings, key: str) -> Loaded:
        """What loading the delivery gave, or raised. A load that has not begun is done here."""
        begun = self._begun.get(key)
        if begun is not None:
            begun.exception()  # waits; who is interrupted here has not taken it
            self._begun.pop(key, None)
            return begun.result()
        from warehouse_assets.orchestration.loads import load

        return load(settings, key)


AT_ONCE = LoadsAtOnce()


def cores() -> int:
    """Those that this process may use."""
    if hasattr(os, "sched_getaffinity"):  # macOS has none
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def most_at_once(cores: int) -> int:
    """One more than cores: a load waits for the database a third of its time."""
    return cores + 1


def is_worthwhile(deliveries: Mapping[str, Delivery], cores: int) -> bool:
    """Whether enough can be done beside the largest delivery. Small runs do not pay for processes."""
    sizes = sorted(map(_size, deliveries.values()))
    return cores > 1 and sum(sizes[:-1]) >= _WORTHWHILE


def _size(delivery: Delivery) -> int:
    with suppress(OSError):  # loading it reports why
        return delivery.size_bytes + _OF_A_LOAD
    return 0


class _Processes:
    """The processes of one block, and their end."""

    def __init__(self) -> None:
        self._lock, self._is_over = threading.Lock(), False
        self._living: set[ForkServerProcess] = set()

    def load(self, settings: Settings, key: str) -> Loaded:
        """Loads the delivery in a process of its own. Raises what loading raises, or IngestionError if it is killed."""
        answers, answer = _PROCESSES.Pipe(duplex=False)
        process = _PROCESSES.Process(target=_load_there, args=(answer, settings, key), name=f"load {key}", daemon=True)
        with answers:
            with answer, self._lock:
                if self._is_over:
                    raise _ended(key)
                with _main_left_out():
                    process.start()
                self._living.add(process)
            try:
                wait([answers, process.sentinel])  # a killed process ends without an answer
                if not answers.poll():
                    raise _ended(key)
                found: Loaded | BaseException = answers.recv()
            except EOFError:
                raise _ended(key) from None
            finally:
                process.join()
                with self._lock:
                    self._living.discard(process)
        if isinstance(found, BaseException):
            raise found
        return found

    def end(self) -> None:
        """Kills what is under way; the database undoes it."""
        with self._lock:
            self._is_over = True
            for process in self._living:
                process.kill()


def _start_server() -> None:
    """The process that others are forked from. Its first one starts when it has imported, which takes seconds."""
    _PROCESSES.set_forkserver_preload(_IMPORTED)
    with _main_left_out():
        first = _PROCESSES.Process(target=int)
        first.start()
    first.join()


@contextmanager
def _main_left_out() -> Iterator[None]:
    """`multiprocessing` would execute the program's own module again in each process, and import what that needs.

    Other threads see this too, so a load's thread does it for the moment only that a start takes.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _ended(key: str) -> IngestionError:
    return IngestionError(
        f"{key}: the process that loaded it was ended from outside, maybe for lack of memory. It is loaded whole or not"
        " at all; run again to complete it."
    )


def _load_there(answer: Connection, settings: Settings, key: str) -> None:
    """In the process of one load."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; who asked decides
    end_with_parent()
    from warehouse_assets.orchestration.loads import load

    try:
        answer.send(load(settings, key))
    except BaseException as error:  # raised where the load is taken
        answer.send(portable(error))
