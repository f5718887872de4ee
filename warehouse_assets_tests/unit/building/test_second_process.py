"""A second process does tasks for a command, and ends with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from warehouse_assets.building.second_process import current, elsewhere, second_process


def own_id(*_: object) -> int:
    return os.getpid()


def refuse(reason: str) -> None:
    raise ValueError(reason)


def end_at_once(parent: int) -> str:
    if os.getpid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)
    return "done by the parent"


def is_imported(module: str) -> bool:
    return module in sys.modules


def test_a_task_is_done_in_the_second_process_and_in_this_one_without_it() -> None:
    with second_process():
        there = elsewhere(own_id)
    assert there != os.getpid()
    assert not psutil.pid_exists(there)
    assert elsewhere(own_id) == os.getpid() and current() is None


def test_its_error_is_raised_here() -> None:
    with second_process():
        with pytest.raises(ValueError, match="no such shop"):
            elsewhere(refuse, "no such shop")
        assert elsewhere(own_id) != os.getpid(), "it goes on"


def test_a_task_of_a_killed_process_is_done_here() -> None:
    with second_process():
        assert elsewhere(end_at_once, os.getpid()) == "done by the parent"
        assert elsewhere(own_id) == os.getpid()


def test_this_process_works_while_the_task_is_done() -> None:
    with second_process():
        second = current()
        assert second is not None
        started = time.monotonic()
        wait = second.begin(time.sleep, 0.5)
        assert time.monotonic() - started < 0.25
        wait()
        assert time.monotonic() - started >= 0.5


def test_tasks_of_several_threads_get_their_own_results() -> None:
    with second_process(), ThreadPoolExecutor(4) as threads:
        assert list(threads.map(lambda number: elsewhere(abs, -number), range(200))) == [*range(200)]


def test_modules_are_imported_before_the_first_task() -> None:
    module = "this"
    with second_process(module):
        assert elsewhere(is_imported, module)
    assert not is_imported(module)


def test_it_ends_though_it_ignores_signals() -> None:
    """As of a command that a script starts in the background: that ignores Ctrl-C, and Dagster then SIGTERM too."""
    former = [signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)]
    try:
        started = time.monotonic()
        with second_process():
            there = elsewhere(own_id)
        assert time.monotonic() - started < 5 and not psutil.pid_exists(there)
    finally:
        for number, handler in zip((signal.SIGINT, signal.SIGTERM), former, strict=True):
            signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_it_ends_when_its_parent_is_killed(number: signal.Signals) -> None:
    code = (
        "import os, time\n"
        "from warehouse_assets.building.second_process import elsewhere, second_process\n"
        "with second_process():\n"
        "    print(elsewhere(os.getpid), flush=True)\n"
        "    time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        parent.send_signal(number)
    child.wait(timeout=10)
