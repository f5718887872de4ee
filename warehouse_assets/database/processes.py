"""Finds the processes that serve a cluster. A pid file alone proves nothing: it may name another program."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path

from warehouse_assets.database.errors import ServerError


def live_server(data: Path) -> int | None:
    """The process id of the postmaster that serves this data directory, or None."""
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None
    return pid if _serves(pid, data) else None


def clear_stale(data: Path) -> None:
    """Removes the remains of a killed server: first its orphaned processes, which still write to the data."""
    orphans = [pid for pid in _postgres_processes() if _serves(pid, data)]
    for number in (signal.SIGQUIT, signal.SIGKILL):
        _send(orphans, number)
        if wait_until_gone(orphans, data, seconds=5):
            break
    else:
        raise ServerError(f"Processes {orphans} of a killed server still use {data}. End them and try again.")
    (data / "postmaster.pid").unlink(missing_ok=True)


def wait_until_gone(pids: Iterable[int], data: Path, seconds: float) -> bool:
    """Waits at most the given seconds; returns whether none of the processes serves the data any more."""
    deadline = time.monotonic() + seconds
    while any(_serves(pid, data) for pid in pids):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _send(pids: Iterable[int], number: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def _serves(pid: int, data: Path) -> bool:
    """Whether this is a live `postgres` in this data directory. A zombie has no working directory."""
    return _command(pid) == "postgres" and _working_directory(pid) == data.resolve()


def _postgres_processes() -> list[int]:
    if Path("/proc/self/cwd").exists():
        pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal()]
    else:
        pids = [int(pid) for pid in _printed("ps", "-axo", "pid=").split()]
    return [pid for pid in pids if _command(pid) == "postgres"]


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except (FileNotFoundError, ProcessLookupError):
        if Path("/proc/self/cwd").exists():
            return ""
    return Path(_printed("ps", "-o", "comm=", "-p", str(pid)).strip()).name


def _working_directory(pid: int) -> Path | None:
    with contextlib.suppress(OSError):
        return Path(os.readlink(f"/proc/{pid}/cwd"))
    if Path("/proc/self/cwd").exists():
        return None
    lines = _printed("lsof", "-a", "-p", str(pid), "-d", "cwd", "-Fn").splitlines()
    return next((Path(line[1:]) for line in lines if line.startswith("n")), None)


def _printed(*command: str) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout
    except FileNotFoundError:
        return ""
