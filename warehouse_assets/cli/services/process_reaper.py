"""Ends the services of a `warehouse up` that was killed, so that the next one finds its ports free.

A process of its own that waits for the end of its standard input: that comes however `up` ends.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress


def kill_group(group: int) -> None:
    """Ends a service and what it started, at once."""
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


class Guardian:
    """Knows the groups of processes that are to end with this one, or with the block."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "warehouse_assets.cli.services.process_reaper"],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )

    def __enter__(self) -> Guardian:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def watch(self, group: int) -> None:
        """From now on the group ends when this process does."""
        self._tell(f"+{group}")

    def forget(self, group: int) -> None:
        """The group has ended; its number may become somebody else's."""
        self._tell(f"-{group}")

    def _tell(self, line: str) -> None:
        pipe = self._process.stdin
        with suppress(BrokenPipeError):  # killed itself: then nobody guards, and all else goes on
            if pipe is not None:
                pipe.write(f"{line}\n".encode())
                pipe.flush()


def surviving_groups(lines: Iterable[str]) -> set[int]:
    """The groups that were told and not taken back."""
    groups = set[int]()
    for line in lines:
        (groups.add if line[0] == "+" else groups.discard)(int(line[1:]))
    return groups


if __name__ == "__main__":
    for left in surviving_groups(sys.stdin):
        kill_group(left)
