"""Processes of runs: a fork server takes over locks and logs, and is replaced when it is of no use."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from warehouse_assets.orchestration.instance import fork_server
from warehouse_assets.orchestration.instance.fork_server import CurrentServer, ForkServer
from warehouse_assets.orchestration.instance.launcher import held, is_held

_STEPS = """
import sys, threading, time
here = sys.modules["__main__"]  # reading the definitions is of no interest here
from warehouse_assets.orchestration.instance import fork_server
fork_server.prepare_runs = lambda: None
sys.modules["warehouse_assets.definitions"] = here
threading.Thread(target=time.sleep, args=[3600], daemon=True).start()  # as libraries start some
run = fork_server.serve("warehouse_assets.definitions")
if run is None:
    sys.exit()
print(run)
if run == "short":
    threading.Thread(target=time.sleep, args=[3600]).start()  # a usual end would wait for it
    fork_server.end(0)
sys.stdout.flush()
time.sleep(60)
"""


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("WAREHOUSE_HOME", str(tmp_path))
    (tmp_path / "first_month").write_text("2020-08-01\n")
    return tmp_path


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, home: Path) -> Iterator[ForkServer]:
    """A server whose children say which run they were given, then go on for a while."""

    def start(command: list[str], **options: object) -> subprocess.Popen[bytes]:
        module = "warehouse_assets.orchestration.instance.run_worker"
        assert command[1:] == ["-m", module, "--serve", "warehouse_assets.definitions"]
        return original([sys.executable, "-c", _STEPS], **options)  # type: ignore[call-overload, no-any-return]

    original = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", start)
    started = ForkServer()
    yield started
    started.end()
    started.process.kill()
    started.process.wait()


def given(server: ForkServer, folder: Path, run: str = "a-run") -> int | None:
    """The id of the run's process, once it has said its name."""
    with held(folder / run) as lock, (folder / f"{run}.log").open("wb") as log:
        child = server.give(run, lock, log.fileno())
    if child is not None:
        wait_until(lambda: (folder / f"{run}.log").read_text() == f"{run}\n")
    return child


def wait_until(look: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not look():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_run_holds_its_lock_for_as_long_as_it_lives(server: ForkServer, tmp_path: Path) -> None:
    child = given(server, tmp_path)
    assert child is not None and is_held(tmp_path / "a-run")
    os.kill(child, signal.SIGKILL)
    wait_until(lambda: not is_held(tmp_path / "a-run"))


def test_a_run_ends_though_a_thread_goes_on(server: ForkServer, tmp_path: Path) -> None:
    assert given(server, tmp_path, "short") is not None
    wait_until(lambda: not is_held(tmp_path / "short"))


def test_each_run_is_a_process_of_its_own(server: ForkServer, tmp_path: Path) -> None:
    runs = [f"run-{number}" for number in range(4)]
    children = [given(server, tmp_path, run) or 0 for run in runs]
    assert len({*children, server.process.pid}) == 5 and all(children)
    os.kill(children[0], signal.SIGKILL)
    wait_until(lambda: not is_held(tmp_path / "run-0"))
    assert all(is_held(tmp_path / run) for run in runs[1:])
    for child in children[1:]:
        os.kill(child, signal.SIGKILL)


@pytest.mark.parametrize("end", [ForkServer.end, lambda server: server.process.kill()], ids=["replaced", "killed"])
def test_a_run_outlives_its_server(server: ForkServer, tmp_path: Path, end: Callable[[ForkServer], None]) -> None:
    child = given(server, tmp_path)
    end(server)
    server.process.wait(20)
    assert child is not None and is_held(tmp_path / "a-run")
    os.kill(child, signal.SIGKILL)


def test_a_server_that_has_died_takes_no_run(server: ForkServer, tmp_path: Path) -> None:
    server.process.kill()
    server.process.wait()
    assert not server.is_of_use()
    assert given(server, tmp_path) is None
    assert not is_held(tmp_path / "a-run")


def test_a_server_that_does_not_answer_is_killed_and_executes_nothing(
    server: ForkServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fork_server, "_PATIENCE_SECONDS", 0.2)
    os.kill(server.process.pid, signal.SIGSTOP)
    assert given(server, tmp_path) is None
    assert server.process.wait(20) == -signal.SIGKILL
    assert not is_held(tmp_path / "a-run")


def test_a_server_that_cannot_import_executes_nothing(home: Path, tmp_path: Path) -> None:
    """The launcher starts a process of its own then, whose log has the error."""
    server = ForkServer("warehouse_assets.no_such_module")
    assert given(server, tmp_path) is None
    server.end()
    assert server.process.wait(20) == 1


@pytest.mark.parametrize(
    ("month", "is_of_use"),
    [("2020-07-01", False), ("2020-08-01", True), ("2020-09-01", True)],
    ids=["too few months", "its months", "more months than needed"],
)
def test_a_server_is_of_use_while_it_knows_all_months(
    server: ForkServer, home: Path, month: str, is_of_use: bool
) -> None:
    (home / "first_month").write_text(f"{month}\n")
    assert server.is_of_use() is is_of_use


def test_there_is_one_server_until_the_code_changes(
    server: ForkServer, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    current = CurrentServer()
    first = current.prepare()
    assert current.prepare() is first
    monkeypatch.setattr(fork_server, "code_on_disk", lambda: "changed since")
    second = current.prepare()
    assert second is not first and current.prepare() is second
    assert first.process.wait(20) == 0
    second.end()
    assert second.process.wait(20) == 0
