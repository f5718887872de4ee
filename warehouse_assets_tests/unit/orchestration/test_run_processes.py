"""Processes of runs: a worker takes over a lock and a log, and is passed over when it is of no use."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from warehouse_assets.orchestration.instance import prewarmed_worker
from warehouse_assets.orchestration.instance.launcher import held, is_held
from warehouse_assets.orchestration.instance.prewarmed_worker import PrewarmedWorker, Spare

_STEPS = """
import os, sys, time
sys.modules["warehouse_assets.definitions"] = sys.modules["__main__"]  # reading them is of no interest here
from warehouse_assets.orchestration.instance.prewarmed_worker import wait_for_run
run = wait_for_run("warehouse_assets.definitions")
if run is None:
    sys.exit()
print(run, flush=True)
time.sleep(60)
"""


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("WAREHOUSE_HOME", str(tmp_path))
    (tmp_path / "first_month").write_text("2020-08-01\n")
    return tmp_path


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch, home: Path) -> PrewarmedWorker:
    """A worker that says which run it was given, then goes on for a while."""

    def start(command: list[str], **options: object) -> subprocess.Popen[bytes]:
        module = "warehouse_assets.orchestration.instance.run_worker"
        assert command[1:] == ["-m", module, "--preload", "warehouse_assets.definitions"]
        return original([sys.executable, "-c", _STEPS], **options)  # type: ignore[call-overload, no-any-return]

    original = subprocess.Popen
    monkeypatch.setattr(prewarmed_worker.subprocess, "Popen", start)
    return PrewarmedWorker("warehouse_assets.definitions")


def given(worker: PrewarmedWorker, folder: Path) -> bool:
    with held(folder / "lock") as lock, (folder / "log").open("wb") as log:
        return worker.give("a-run", lock, log.fileno())


def wait_until(look: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not look():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_spare_holds_the_lock_for_as_long_as_it_lives(worker: PrewarmedWorker, tmp_path: Path) -> None:
    assert given(worker, tmp_path)
    assert is_held(tmp_path / "lock")
    wait_until(lambda: (tmp_path / "log").read_text() == "a-run\n")
    assert is_held(tmp_path / "lock")
    os.kill(worker.process.pid, signal.SIGKILL)
    worker.process.wait()
    assert not is_held(tmp_path / "lock")


def test_a_spare_that_has_died_takes_no_run(worker: PrewarmedWorker, tmp_path: Path) -> None:
    worker.process.kill()
    worker.process.wait()
    assert not given(worker, tmp_path)
    assert not is_held(tmp_path / "lock")


def test_a_spare_that_knows_other_code_takes_no_run_and_ends(
    worker: PrewarmedWorker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prewarmed_worker, "code_on_disk", lambda: "changed since")
    assert not given(worker, tmp_path)
    assert worker.process.wait(20) == 0


def test_a_spare_that_knows_more_months_takes_the_run(worker: PrewarmedWorker, home: Path) -> None:
    (home / "first_month").write_text("2020-09-01\n")
    assert given(worker, home)
    worker.process.kill()
    worker.process.wait()


def test_a_spare_that_knows_too_few_months_takes_no_run(worker: PrewarmedWorker, home: Path) -> None:
    (home / "first_month").write_text("2020-07-01\n")
    assert not given(worker, home)
    assert worker.process.wait(20) == 0


def test_one_spare_waits_at_a_time(worker: PrewarmedWorker, home: Path) -> None:
    spare = Spare()
    assert spare.take() is None
    spare.prepare()
    waiting = spare._worker
    spare.prepare()
    assert waiting is not None and spare.take() is waiting and spare.take() is None
    for each in (waiting, worker):
        assert given(each, home)
        each.process.kill()
        each.process.wait()
