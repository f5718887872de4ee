"""Runs each Dagster run in its own process, and knows for certain whether the process is alive.

Dagster's default launcher runs within the code server and cannot tell a killed run from a busy one. Here the
daemon starts the process and hands it a lock on a file, which the system releases however the process ends: the
run monitor then marks the run failed, and `run_retries` starts it again. The web server, the daemon and the code
server may be killed or restarted at any time without a run noticing.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dagster as dg

# Tried: `dg`, which has no base class for launchers; dagster.yaml takes a subclass of this one.
from dagster._core.launcher import (
    CheckRunHealthResult,
    LaunchRunContext,
    RunLauncher,
    WorkerStatus,
)

# Tried: `dg.ConfigurableResource`; what dagster.yaml names must be a ConfigurableClass, which `dg` does not export.
from dagster._serdes import ConfigurableClass, ConfigurableClassData

from warehouse_assets.orchestration.instance.fork_server import SERVER

PROCESS_TAG = "warehouse/process"
"""Run tag: the name of the lock file, for runs that were not started by the launcher."""
_KEPT_SECONDS = 7 * 24 * 3600
_TAIL_BYTES = 4000


class WarehouseRunLauncher(RunLauncher[Any], ConfigurableClass):
    """Starts each run on the daemon's machine, by its fork server."""

    def __init__(self, inst_data: ConfigurableClassData | None = None) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._inst_data = inst_data
        self._children: list[subprocess.Popen[bytes]] = []

    @property
    def inst_data(self) -> ConfigurableClassData | None:
        """The entry of `dagster.yaml`."""
        return self._inst_data

    @classmethod
    def config_type(cls) -> dict[str, Any]:
        """Nothing to configure."""
        return {}

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> WarehouseRunLauncher:
        """Called by Dagster for each instance."""
        return cls(inst_data)

    def launch_run(self, context: LaunchRunContext) -> None:
        """Hands the run to the fork server, or to a new process if the server ends or cannot fork."""
        run_id = context.dagster_run.run_id
        folder = locks_folder(self._instance)
        _remove_old(folder)
        # Ended children are collected here, so that no zombie stays.
        self._children = [child for child in self._children if child.poll() is None]
        with held(folder / run_id) as lock, (folder / f"{run_id}.log").open("wb") as log:
            pid = SERVER.give(run_id, lock, log.fileno())
            if pid is None:
                child = _start(run_id, lock, log.fileno())
                self._children.append(child)
                pid = child.pid
            os.write(lock, f"{pid}\n".encode())
        self._instance.report_engine_event(f"Process {pid} executes this run.", context.dagster_run)

    def terminate(self, run_id: str) -> bool:
        """Marks the run as canceling. Its process checks for this every second, on any machine."""
        run = self._instance.get_run_by_id(run_id)
        if run is None or run.is_finished:
            return False
        self._instance.report_run_canceling(run)
        return True

    @property
    def supports_check_run_worker_health(self) -> bool:
        """Always supported."""
        return True

    def check_run_worker_health(self, run: dg.DagsterRun) -> CheckRunHealthResult:
        """FAILED if the run's process is gone. A run without a lock file on this machine counts as running."""
        path = locks_folder(self._instance) / run.tags.get(PROCESS_TAG, run.run_id)
        if not path.exists() or is_held(path):
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        return CheckRunHealthResult(WorkerStatus.FAILED, "its process is gone: it was killed, or the machine restarted")

    def get_run_worker_debug_info(self, run: dg.DagsterRun, include_container_logs: bool | None = True) -> str | None:
        """The last lines that the process wrote."""
        path = locks_folder(self._instance) / f"{run.run_id}.log"
        if not path.exists():
            return None
        return f"Last output of its process ({path}):\n{path.read_bytes()[-_TAIL_BYTES:].decode(errors='replace')}"


def _start(run_id: str, lock: int, log: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "warehouse_assets.orchestration.instance.run_worker", run_id],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        pass_fds=[lock],
        start_new_session=True,
    )


def locks_folder(instance: dg.DagsterInstance) -> Path:
    """The folder of lock files, which hold process ids: `processes/` in Dagster's home."""
    folder = Path(instance.root_directory) / "processes"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


@contextmanager
def held(path: Path) -> Iterator[int]:
    """A descriptor of the locked file. The lock ends with the block and with every process that got the descriptor."""
    with path.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield file.fileno()


@contextmanager
def executing_here(instance: dg.DagsterInstance) -> Iterator[dict[str, str]]:
    """Tags of a run that this process executes itself, so that the run monitor sees if the process is killed."""
    path = locks_folder(instance) / f"process-{uuid.uuid4().hex}"
    with held(path):
        yield {PROCESS_TAG: path.name}
        path.unlink()


def is_held(path: Path) -> bool:
    """Whether a living process holds the lock."""
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def _remove_old(folder: Path) -> None:
    for path in folder.iterdir():
        is_old = path.stat().st_mtime < time.time() - _KEPT_SECONDS
        if is_old and (path.suffix == ".log" or not is_held(path)):
            os.unlink(path)
