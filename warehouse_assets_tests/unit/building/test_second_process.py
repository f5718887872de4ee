"""A second process does tasks for a command, and ends with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial

import psutil
import pytest

from warehouse_assets.building.second_process import current, elsewhere, second_process


def own_id(*_: object) -> int:
    return os.getpid()


def refuse(reason: str) -> None:
    raise ValueError(reason)


class OfTwo(Exception):
    """An error whose text is not its argument, as pickle takes it to be."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: {reason}")


class Longer(Exception):
    """The same, in which pickle finds nothing wrong."""

    def __init__(self, place: str, reason: str = "unknown") -> None:
        super().__init__(f"{place}: {reason}")


def fail(of_two: bool) -> None:
    raise OfTwo("shop", "closed") if of_two else Longer("shop", "closed")


def fail_here_only() -> None:
    class Local(Exception):
        pass

    raise Local("shop: closed")


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


@pytest.mark.parametrize("task", [partial(fail, True), partial(fail, False), fail_here_only])
def test_an_error_that_cannot_be_sent_says_the_same(task: Callable[[], None]) -> None:
    with second_process():
        with pytest.raises(RuntimeError, match=r"^(OfTwo|Longer|Local): shop: closed$"):
            elsewhere(task)
        assert elsewhere(own_id) != os.getpid(), "it goes on"


def test_what_nobody_waited_for_is_no_other_tasks_result() -> None:
    with second_process():
        second = current()
        assert second is not None
        second.begin(abs, -1)
        assert elsewhere(abs, -2) == 2


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


def test_no_thread_is_left_that_would_meet_the_end_of_the_interpreter() -> None:
    before = threading.enumerate()
    for _ in range(3):
        with second_process():
            second = current()
            assert second is not None
            second.begin(time.sleep, 60)
        assert threading.enumerate() == before


def started(task: str) -> subprocess.Popen[str]:
    """A command in a group of its own that lets its second process do the task."""
    code = (
        "import os, time\n"
        "from warehouse_assets.building.second_process import current, second_process\n"
        "def sort() -> None:\n"
        "    while True:\n"
        "        sorted(range(1000))\n"
        "try:\n"
        "    with second_process():\n"
        "        print(current().begin(os.getpid)(), flush=True)\n"
        f"        current().begin({task})()\n"
        "        time.sleep(60)\n"
        "except KeyboardInterrupt:\n"
        "    print('interrupted')\n"
    )
    pipe = subprocess.PIPE
    return subprocess.Popen([sys.executable, "-c", code], stdout=pipe, stderr=pipe, text=True, start_new_session=True)


def its_child(parent: subprocess.Popen[str]) -> psutil.Process:
    assert parent.stdout is not None
    child = psutil.Process(int(parent.stdout.readline()))
    time.sleep(0.2)  # the task has begun
    return child


def expect_end(orphan: psutil.Process) -> None:
    """It has ended within five seconds, whenever the system's first process takes note of that."""
    deadline = time.monotonic() + 5
    with suppress(psutil.NoSuchProcess):
        while orphan.status() != psutil.STATUS_ZOMBIE:
            assert time.monotonic() < deadline
            time.sleep(0.02)


WHATEVER_IT_DOES = pytest.mark.parametrize("task", ["abs, 1", "time.sleep, 60", "sort"])


@WHATEVER_IT_DOES
def test_it_ends_when_its_parent_is_killed(task: str) -> None:
    with started(task) as parent:
        child = its_child(parent)
        parent.kill()
        expect_end(child)


@WHATEVER_IT_DOES
@pytest.mark.parametrize("to_all", [True, False])
def test_an_interrupted_command_ends_at_once_and_without_a_word_of_it(to_all: bool, task: str) -> None:
    """Ctrl-C reaches all processes of a terminal, a signal of a script the command alone."""
    with started(task) as parent:
        child = its_child(parent)
        os.kill(-parent.pid if to_all else parent.pid, signal.SIGINT)
        assert parent.communicate(timeout=5) == ("interrupted\n", "")
        assert not child.is_running()


def test_a_task_that_a_person_ended_is_not_done_again() -> None:
    with second_process():
        second = current()
        assert second is not None
        there = elsewhere(own_id)
        result = second.begin(time.sleep, 60)
        os.kill(there, signal.SIGTERM)
        with pytest.raises(KeyboardInterrupt):
            result()
