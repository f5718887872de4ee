"""What the measured processes share: a clock of phases and the result line."""

from __future__ import annotations

import json
import os
import resource
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from warehouse_assets.database.cluster import base_path
from warehouse_assets.settings import Settings

SOURCE = "ecommerce_export"
WAREHOUSE = "from warehouse_assets.cli.app import main; main()"
"""The command, for an interpreter's -c."""
_LOOK_SECONDS = 0.5


@dataclass
class Spent:
    """Seconds of wall time, and of processor time of this process, its children and the database."""

    wall: float = 0.0
    cpu: float = 0.0


class Clock:
    """What each phase takes. The server of `home`, if one is given, counts too."""

    def __init__(self, home: Path | None = None) -> None:
        self._home, self._peak = home, 0.0
        self.phases: dict[str, Spent] = {}

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        is_over = threading.Event()
        watch = threading.Thread(target=self._watch_memory, args=(is_over,), daemon=True)
        watch.start()
        wall, cpu = time.monotonic(), self._cpu()
        yield
        is_over.set()
        spent = self.phases.setdefault(name, Spent())
        spent.wall += time.monotonic() - wall
        spent.cpu += self._cpu() - cpu

    def _watch_memory(self, is_over: threading.Event) -> None:
        """The peak of the largest process beneath this one, also of those that another one starts."""
        while not is_over.wait(_LOOK_SECONDS):
            for process in psutil.Process().children(recursive=True):
                with suppress(OSError):  # it ended
                    status = Path(f"/proc/{process.pid}/status").read_text()
                    [kilobytes] = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")] or ["0"]
                    self._peak = max(self._peak, int(kilobytes) / 1024)

    def _cpu(self) -> float:
        return cpu_with_children(psutil.Process()) + (server_cpu(self._home) if self._home else 0.0)

    def print_result(self, differs: Sequence[str] = ()) -> None:
        """The line that the bench reads: the last one. `differs`: what is not as the warehouse has it."""
        ended = [resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        result = {
            "phases": {name: [spent.wall, spent.cpu] for name, spent in self.phases.items()},
            "peak_mb": max(self._peak, *ended),
            "load": os.getloadavg()[0],
            "differs": list(differs),
        }
        print(json.dumps(result))


def server_cpu(home: Path) -> float:
    """Processor seconds of the embedded server of a home so far, ended sessions included."""
    first_line = (base_path(home) / "data" / "postmaster.pid").read_text().splitlines()[0]
    return cpu_with_children(psutil.Process(int(first_line)))


def cpu_with_children(process: psutil.Process) -> float:
    """Processor seconds of a process, such as a server, and of those beneath it, ended ones included."""
    while True:
        with suppress(psutil.NoSuchProcess):  # a child ended while it was read
            living = sum(sum(child.cpu_times()[:4]) for child in process.children(recursive=True))
            return float(sum(process.cpu_times()[:4]) + living)


def settings_of(home: str) -> Settings:
    """A warehouse of its own, with its own embedded server."""
    return Settings(home=Path(home))
