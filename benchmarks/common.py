"""What the measured processes share: a clock of phases and the result line."""

from __future__ import annotations

import json
import os
import resource
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from warehouse_assets.database.cluster import base_path
from warehouse_assets.settings import Settings

SOURCE = "ecommerce_export"


@dataclass
class Spent:
    """Seconds of wall time, and of processor time of this process, its children and the database."""

    wall: float = 0.0
    cpu: float = 0.0


class Clock:
    """What each phase takes. The server of `home`, if one is given, counts too."""

    def __init__(self, home: Path | None = None) -> None:
        self._home = home
        self.phases: dict[str, Spent] = {}

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        wall, cpu = time.monotonic(), self._cpu()
        yield
        spent = self.phases.setdefault(name, Spent())
        spent.wall += time.monotonic() - wall
        spent.cpu += self._cpu() - cpu

    def _cpu(self) -> float:
        own = sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        return own + (server_cpu(self._home) if self._home else 0.0)

    def print_result(self, differs: Sequence[str] = ()) -> None:
        """The line that the bench reads: the last one. `differs`: what is not as the warehouse has it."""
        peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
        phases = {name: [spent.wall, spent.cpu] for name, spent in self.phases.items()}
        print(json.dumps({"phases": phases, "peak_mb": peak, "load": os.getloadavg()[0], "differs": list(differs)}))


def server_cpu(home: Path) -> float:
    """Processor seconds of the embedded server of a home so far, ended sessions included."""
    first_line = (base_path(home) / "data" / "postmaster.pid").read_text().splitlines()[0]
    return cpu_with_sessions(psutil.Process(int(first_line)))


def cpu_with_sessions(server: psutil.Process) -> float:
    """Processor seconds of a server and its sessions; those of ended ones are counted with its first process."""
    while True:
        with suppress(psutil.NoSuchProcess):  # a session ended while it was read
            living = sum(sum(session.cpu_times()[:2]) for session in server.children(recursive=True))
            return float(sum(server.cpu_times()[:4]) + living)


def settings_of(home: str) -> Settings:
    """A warehouse of its own, with its own embedded server."""
    return Settings(home=Path(home))
