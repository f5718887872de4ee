"""`warehouse up`: Dagster's webserver and daemon on the warehouse's database, until Ctrl-C."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from warehouse_assets import database
from warehouse_assets.access import storage_urls
from warehouse_assets.cli.console import console
from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.settings import PROJECT_ROOT, Settings

_PATIENCE = 15.0


class PortTaken(IngestionError):
    """Another program listens on the port."""


def serve(settings: Settings, host: str, port: int) -> int:
    """Runs both processes until one ends or Ctrl-C; returns the status to exit with."""
    _check_port(host, port)
    urls = database.ensure_running(settings)
    environment = {
        **os.environ,
        **database.prepare_dagster_home(settings, storage_urls(settings, urls)),
        "WAREHOUSE_HOME": str(settings.home),
    }
    workspace = str(PROJECT_ROOT / "workspace.yaml")
    programs = Path(sys.executable).parent
    commands = [
        [str(programs / "dagster-webserver"), "-h", host, "-p", str(port), "-w", workspace],
        [str(programs / "dagster-daemon"), "run", "-w", workspace],
    ]
    console.print(f"Dagster    http://{host}:{port}   (Ctrl-C ends it; the database keeps running)")
    return _run_together(commands, environment)


def _check_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTaken(
                f"Port {port} on {host} cannot be used ({error.strerror}); choose another with --port."
            ) from None


def _run_together(commands: Sequence[Sequence[str]], environment: dict[str, str]) -> int:
    """Both live and end together; each has a process group of its own, so that Ctrl-C reaches it once, from here."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)
    processes: list[subprocess.Popen[bytes]] = []
    try:
        for command in commands:
            processes.append(subprocess.Popen(command, env=environment, cwd=PROJECT_ROOT, start_new_session=True))
        while all(process.poll() is None for process in processes):
            time.sleep(0.2)
        return next(process.returncode for process in processes if process.poll() is not None) or 1
    except KeyboardInterrupt:
        return 0
    finally:
        _end(processes)


def _end(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
    deadline = time.monotonic() + _PATIENCE
    for process in processes:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
