"""What a step prints is kept, and shown by a process that ends with its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from dagster._core.storage.compute_log_manager import ComputeIOType

from warehouse_assets.orchestration.instance.compute_logs import ComputeLogs
from warehouse_assets_tests.unit.orchestration.test_run_processes import wait_until

CODE = """
import sys, time
from warehouse_assets.orchestration.instance.compute_logs import ComputeLogs
with ComputeLogs.from_config_value(None, {}).capture_logs(["run", "compute_logs", "step"]):
    print("said", flush=True)
    print("warned", file=sys.stderr, flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[subprocess.Popen[bytes]]:
    """A process in the middle of a step that has printed a line to each stream."""
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    with (tmp_path / "shown").open("wb") as shown:
        started = subprocess.Popen([sys.executable, "-c", CODE], stdin=subprocess.PIPE, stdout=shown, stderr=shown)
    with started as process:
        wait_until(lambda: sorted((tmp_path / "shown").read_text().split()) == ["said", "warned"])
        yield process
        process.kill()


def _works(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere Dagster does it")
def test_what_a_step_prints_is_kept_and_shown_with_one_process_for_each_stream(
    step: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    helpers = psutil.Process(step.pid).children(recursive=True)
    assert [helper.name() for helper in helpers] == ["tail"] * 2
    step.communicate(b"\n", timeout=20)
    assert step.returncode == 0 and not any(map(_works, helpers))
    logs, key = ComputeLogs(str(tmp_path / "storage")), ["run", "compute_logs", "step"]
    assert logs.is_capture_complete(key)
    kept = [logs.get_log_data_for_type(key, kind, 0, None)[0] for kind in ComputeIOType]
    assert kept == [b"said\n", b"warned\n"]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere Dagster does it")
def test_the_helpers_of_a_killed_process_end(step: subprocess.Popen[bytes]) -> None:
    helpers = psutil.Process(step.pid).children(recursive=True)
    step.kill()
    step.wait()  # as a zombie it would still be there
    wait_until(lambda: not any(map(_works, helpers)))


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere Dagster does it")
def test_a_process_without_standard_output_keeps_what_it_writes_to_the_other_stream(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    command = ["sh", "-c", 'exec "$0" -c "$1" >&-', sys.executable, CODE]
    subprocess.run(command, input=b"\n", stderr=subprocess.DEVNULL, timeout=60, check=True)
    logs, key = ComputeLogs(str(tmp_path / "storage")), ["run", "compute_logs", "step"]
    assert logs.is_capture_complete(key)
    assert logs.get_log_data_for_type(key, ComputeIOType.STDERR, 0, None)[0] == b"warned\n"
