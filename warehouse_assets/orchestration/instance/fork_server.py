"""A process that has imported the definitions and forks itself for each run.

Importing takes most of the time of a small run. The launcher sends a run's id over a socket, with the descriptors of
its lock and its log; the server forks, and the child answers with its process id and executes the run. The server ends
when the launcher has ended or has replaced it. Its children go on.
"""

from __future__ import annotations

import gc
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from importlib import import_module
from typing import NoReturn

from warehouse_assets.orchestration.code_version import code_on_disk
from warehouse_assets.orchestration.first_month import first_month
from warehouse_assets.orchestration.instance.imports import prepare_runs
from warehouse_assets.settings import read_settings

_DEFINITIONS = "warehouse_assets.definitions"
_WORKER = "warehouse_assets.orchestration.instance.run_worker"
_ID_BYTES = 64
_DESCRIPTORS = 2
_PATIENCE_SECONDS = 60.0
"""How long a server may import, on a busy machine, before it answers."""


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

    def give(self, run_id: str, lock: int, log: int) -> int | None:
        """Hands the run over, also to a server that is still importing. Returns the id of the process that executes it.

        None if the server has ended and nothing executes the run. A server that does not answer is killed first.
        """
        try:
            socket.send_fds(self._channel, [_padded(run_id)], [lock, log])
            self._channel.settimeout(_PATIENCE_SECONDS)
            try:
                answer = self._channel.recv(_ID_BYTES)
            except TimeoutError:
                self.process.kill()
                self._channel.settimeout(None)
                answer = self._channel.recv(_ID_BYTES)
        except OSError:
            return None
        return int(answer) if answer else None

    def end(self) -> None:
        """Tells the server that no run will come."""
        self._channel.close()


class CurrentServer:
    """At most one fork server of this process, and its successor when code or months have changed."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._server: ForkServer | None = None
        self._ended: list[subprocess.Popen[bytes]] = []

    def prepare(self) -> ForkServer:
        """The server that is of use. It is started if there is none."""
        with self._lock:
            # Ended servers are collected here, so that zombies do not add up.
            self._ended = [process for process in self._ended if process.poll() is None]
            if self._server is not None and not self._server.is_of_use():
                self._server.end()
                self._ended.append(self._server.process)
                self._server = None
            if self._server is None:
                self._server = ForkServer()
            return self._server

    def give(self, run_id: str, lock: int, log: int) -> int | None:
        """Hands the run to the server, one at a time. Returns as `ForkServer.give` does."""
        with self._lock:
            return self.prepare().give(run_id, lock, log)


SERVER = CurrentServer()


def serve(code_location: str) -> str | None:
    """Runs in the server, and returns in each child: the id of its run. None in the server, when no run will come."""
    gc.disable()
    import_module(code_location)
    prepare_runs()
    gc.freeze()  # no child looks through what stays
    gc.enable()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # no zombies
    with socket.socket(fileno=os.dup(0)) as channel:
        while True:
            run_id, descriptors, _, _ = socket.recv_fds(channel, _ID_BYTES, _DESCRIPTORS)
            if len(descriptors) != _DESCRIPTORS:
                return None
            if os.fork() == 0:
                os.setsid()
                # Whoever reads nothing here knows that no child was made: the last copy of the channel is closed.
                channel.sendall(_padded(str(os.getpid())))
                break
            for descriptor in descriptors:
                os.close(descriptor)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    _, log = descriptors  # the lock stays open until the process ends
    nothing = os.open(os.devnull, os.O_RDONLY)
    for ours, standard in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(ours, standard)
    os.close(nothing)
    os.close(log)
    return run_id.decode().strip()


def end(status: int) -> NoReturn:
    """Ends a forked process as `multiprocessing` does.

    In the usual way libraries would wait for threads that the fork did not take along, such as DuckDB's.
    """
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def _padded(text: str) -> bytes:
    return text.encode().ljust(_ID_BYTES)
