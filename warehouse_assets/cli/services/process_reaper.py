"""Ends the services of a killed `warehouse up`, so that the next one finds its ports free.

It is a separate process that waits for the end of its standard input, which comes however `up` ends.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress


def kill_group(group: int) -> None:
    """Kills a process group."""
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


class ProcessReaper:
    """Registers process groups that must end with this process, or with the block."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "warehouse_assets.cli.services.process_reaper"],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )

    def __enter__(self) -> ProcessReaper:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def watch(self, group: int) -> None:
        """From now on the group ends with this process."""
        self._tell(f"+{group}")

    def forget(self, group: int) -> None:
        """Removes a group that has ended: the system may reuse its number."""
        self._tell(f"-{group}")

    def _tell(self, line: str) -> None:
        pipe = self._process.stdin
        with suppress(BrokenPipeError):  # the reaper was killed: the services go on without it
            if pipe is not None:
                pipe.write(f"{line}\n".encode())
                pipe.flush()


def surviving_groups(lines: Iterable[str]) -> set[int]:
    """The groups that were registered and not removed."""
    groups = set[int]()
    for line in lines:
        (groups.add if line[0] == "+" else groups.discard)(int(line[1:]))
    return groups


if __name__ == "__main__":
    for left in surviving_groups(sys.stdin):
        kill_group(left)
