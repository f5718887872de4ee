"""Ctrl-C and SIGTERM that Dagster holds back and forgets end the command all the same."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
from dagster._utils.interrupts import capture_interrupts, setup_interrupt_handlers

from warehouse_assets.cli import jobs_here
from warehouse_assets.cli.interrupts import forgotten_interrupts
from warehouse_assets.settings import Settings

ENDINGS = pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])


@pytest.fixture(autouse=True)
def handlers() -> None:
    setup_interrupt_handlers()


def hold_back(number: signal.Signals) -> SimpleNamespace:
    """What Dagster does when a signal comes after the last step of a job."""
    with capture_interrupts():
        os.kill(os.getpid(), number)
    return SimpleNamespace(success=True)


@ENDINGS
def test_a_signal_that_interrupted_nothing_is_raised_at_the_end(number: signal.Signals) -> None:
    hold_back(number)  # forgotten
    with pytest.raises(KeyboardInterrupt), forgotten_interrupts():
        hold_back(number)


def test_other_signals_and_other_threads_are_left_alone() -> None:
    former = signal.signal(signal.SIGUSR1, lambda *_: None)
    with forgotten_interrupts():
        os.kill(os.getpid(), signal.SIGUSR1)
    signal.signal(signal.SIGUSR1, former)
    assert signal.set_wakeup_fd(-1) == -1, "as it was before"
    reached = list[bool]()

    def work() -> None:
        with forgotten_interrupts():
            reached.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert reached == [True]


def test_an_error_of_the_block_stays_what_it_is() -> None:
    def fail() -> None:
        hold_back(signal.SIGTERM)
        raise LookupError

    with pytest.raises(LookupError), forgotten_interrupts():
        fail()


@ENDINGS
def test_a_command_ends_though_its_job_succeeded(
    number: signal.Signals, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    job = SimpleNamespace(execute_in_process=lambda **_: hold_back(number))
    definitions = SimpleNamespace(resolve_job_def=lambda name: job)
    monkeypatch.setattr(jobs_here, "build_defs", lambda *_, **__: definitions)
    instance = SimpleNamespace(root_directory=tmp_path)
    here = jobs_here.JobsHere(Settings(home=tmp_path), instance)  # type: ignore[arg-type]
    with pytest.raises(KeyboardInterrupt):
        here.split()
