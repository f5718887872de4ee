"""A process that has read the definitions already and waits for the run that it is to execute.

Reading them is most of what a small run would otherwise take. The spare is told over a socket: the run's id, and
the descriptors of its lock and of its log. It ends by itself when whoever made it has ended.
"""

from __future__ import annotations

import importlib
import os
import socket
import subprocess
import sys

from warehouse_assets.orchestration.code_version import code_on_disk

_WORKER = "warehouse_assets.orchestration.instance.run_worker"
_ID_BYTES = 64
_DESCRIPTORS = 2


class Spare:
    """Started when made; serves one run."""

    def __init__(self, code_location: str) -> None:
        self._code = code_on_disk()
        self._channel, its_end = socket.socketpair()
        with its_end:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "warehouse_assets.orchestration.instance.run_worker",
                    "--preload",
                    code_location,
                ],
                stdin=its_end.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )

    def give(self, run_id: str, lock: int, log: int) -> bool:
        """Hands the run over; False when the spare has ended, or knows other code than there is now, and ends."""
        with self._channel:
            if self._code != code_on_disk() or self.process.poll() is not None:
                return False
            try:
                socket.send_fds(self._channel, [run_id.encode()], [lock, log])
            except OSError:
                return False
            return True


def wait_for_run(code_location: str) -> str | None:
    """The spare's side, on its standard input: the run's id, once its lock is held; None when none comes."""
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
