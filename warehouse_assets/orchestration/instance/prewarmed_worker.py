"""A process that has imported the definitions already and waits for the run to execute.

Importing takes most of the time of a small run. The launcher sends the run's id over a socket, with the descriptors
of its lock and its log. The worker ends when the launcher has ended.
"""

from __future__ import annotations

import importlib
import os
import socket
import subprocess
import sys
import threading

from warehouse_assets.orchestration.code_version import code_on_disk
from warehouse_assets.orchestration.first_month import first_month
from warehouse_assets.settings import read_settings

_DEFINITIONS = "warehouse_assets.definitions"
_WORKER = "warehouse_assets.orchestration.instance.run_worker"
_ID_BYTES = 64
_DESCRIPTORS = 2


class PrewarmedWorker:
    """A process that is started at once and executes one run."""

    def __init__(self, code_location: str) -> None:
        self._code, self._begin = code_on_disk(), first_month(read_settings())
        self._channel, its_end = socket.socketpair()
        with its_end:
            self.process = subprocess.Popen(
                [sys.executable, "-m", _WORKER, "--preload", code_location],
                stdin=its_end.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )

    def give(self, run_id: str, lock: int, log: int) -> bool:
        """Hands the run over. Returns False if the process has ended, or knows other code or too few months."""
        with self._channel:
            is_current = self._code == code_on_disk() and self._begin <= first_month(read_settings())
            if not is_current or self.process.poll() is not None:
                return False
            try:
                socket.send_fds(self._channel, [run_id.encode()], [lock, log])
            except OSError:
                return False
            return True


class Spare:
    """At most one prewarmed worker of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._worker: PrewarmedWorker | None = None

    def prepare(self) -> None:
        """Starts one, unless one waits already."""
        with self._lock:
            if self._worker is None:
                self._worker = PrewarmedWorker(_DEFINITIONS)

    def take(self) -> PrewarmedWorker | None:
        """The one that waits. The caller gives it a run."""
        with self._lock:
            worker, self._worker = self._worker, None
            return worker


SPARE = Spare()


def wait_for_run(code_location: str) -> str | None:
    """Runs in the worker: waits for a run id on standard input and takes over lock and log. None if none comes."""
    with socket.socket(fileno=os.dup(0)) as channel:
        importlib.import_module(code_location)  # takes most of a small run's time: done before the run arrives
        run_id, descriptors, _, _ = socket.recv_fds(channel, _ID_BYTES, _DESCRIPTORS)
    if len(descriptors) != _DESCRIPTORS:
        return None
    _, log = descriptors  # the lock stays open until the process ends
    nothing = os.open(os.devnull, os.O_RDONLY)
    for ours, standard in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(ours, standard)
    os.close(nothing)
    os.close(log)
    return run_id.decode()
