"""A process that has imported the definitions and forks itself for each run.

Importing takes most of the time of a small run. The launcher sends a run's id over a socket, with the descriptors of
its lock and its log; the server forks, and the child executes the run. The server ends when the launcher has ended or
has replaced it. Its children go on.
"""

from __future__ import annotations

import importlib
import os
import signal
import socket
import subprocess
import sys
import threading

from warehouse_assets.orchestration.code_version import code_on_disk
from warehouse_assets.orchestration.first_month import first_month
from warehouse_assets.settings import read_settings

_DEFINITIONS = "warehouse_assets.definitions"
_WORKER = "warehouse_assets.orchestration.instance.run_worker"
_NEEDED = (
    "warehouse_assets.orchestration.instance.storage",
    "pandera.backends.pandas.builtin_checks",
    "sqlglot.dialects.duckdb",
)
"""What each run, or each load, would import once it has begun."""
_ID_BYTES = 64
_DESCRIPTORS = 2


class ForkServer:
    """The launcher's side: starts the server, and gives it runs."""

    def __init__(self, code_location: str = _DEFINITIONS) -> None:
        self._code, self._begin = code_on_disk(), first_month(read_settings())
        self._channel, its_end = socket.socketpair()
        with its_end:
            self.process = subprocess.Popen(
                [sys.executable, "-m", _WORKER, "--serve", code_location],
                stdin=its_end.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )

    def is_of_use(self) -> bool:
        """Whether the process lives, with the code of today and enough months."""
        is_current = self._code == code_on_disk() and self._begin <= first_month(read_settings())
        return is_current and self.process.poll() is None

    def give(self, run_id: str, lock: int, log: int) -> bool:
        """Hands the run over, also to a server that is still importing. Returns False if its process has ended."""
        try:
            socket.send_fds(self._channel, [run_id.encode().ljust(_ID_BYTES)], [lock, log])
        except OSError:
            return False
        return True

    def end(self) -> None:
        """Tells the server that no run will come."""
        self._channel.close()


class CurrentServer:
    """At most one fork server of this process, and its successor when code or months have changed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._server: ForkServer | None = None
        self._ended: list[subprocess.Popen[bytes]] = []

    def prepare(self) -> ForkServer:
        """The server that is of use. It is started if there is none."""
        with self._lock:
            # Ended processes are collected here, so that no zombie stays.
            self._ended = [process for process in self._ended if process.poll() is None]
            if self._server is not None and not self._server.is_of_use():
                self._server.end()
                self._ended.append(self._server.process)
                self._server = None
            if self._server is None:
                self._server = ForkServer()
            return self._server


SERVER = CurrentServer()


def serve(code_location: str) -> str | None:
    """Runs in the server, and returns in each child: the id of its run. None in the server, when no run will come."""
    for module in (code_location, *_NEEDED):
        importlib.import_module(module)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # no zombies
    with socket.socket(fileno=os.dup(0)) as channel:
        while True:
            run_id, descriptors, _, _ = socket.recv_fds(channel, _ID_BYTES, _DESCRIPTORS)
            if len(descriptors) != _DESCRIPTORS:
                return None
            if os.fork() == 0:
                break
            for descriptor in descriptors:
                os.close(descriptor)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    lock, log = descriptors  # the lock stays open until the process ends
    os.write(lock, f"{os.getpid()}\n".encode())
    nothing = os.open(os.devnull, os.O_RDONLY)
    for ours, standard in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(ours, standard)
    os.close(nothing)
    os.close(log)
    return run_id.decode().strip()
