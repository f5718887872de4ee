"""`make soak`: small files through a running `warehouse up` of which something is killed now and then.

At the end the ledger must balance, every row must equal that of a home that loaded all files at once, and memory and
connections must be what they were.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg

from warehouse_assets.building.rebuild_queue import is_anything_pending
from warehouse_assets.cli.services.processes import SERVICES, free_port
from warehouse_assets.generation import generate_months
from warehouse_assets_tests.chaos.homes import Home, kill, new_homes
from warehouse_assets_tests.pipeline.shop import SOURCE, differing

PARTS = 10
"""Files of one month."""
_PATIENCE_SECONDS = 900.0
_ALL_AT_ONCE_SECONDS = 3600.0
_BALANCE = (
    "select count(*) from ops.ingested_files"
    " where sales_read <> sales_loaded + sales_rejected + sales_duplicate + sales_suppressed or sales_read = 0"
)


@dataclass(frozen=True)
class Measure:
    """What the services and the database hold."""

    files: int
    seconds: float
    services_mb: float
    database_mb: float
    connections: int
    processes: int

    def __str__(self) -> str:
        return (
            f"{self.files:4} files {self.seconds:6.0f} s: services {self.services_mb:5.0f} MB in {self.processes}"
            f" processes, database {self.database_mb:5.0f} MB, {self.connections} connections"
        )


def small_files(folder: Path, number: int, seed: int) -> list[Path]:
    """Monthly exports, dealt out to some files for each month."""
    folder.mkdir()
    files = []
    for month in generate_months(folder, rows=40 * number, seed=seed, months=number // PARTS):
        header, *lines = month.read_text(encoding="utf-8").splitlines(keepends=True)
        for part in range(PARTS):
            path = folder / f"{month.stem}-{part}.csv"
            path.write_text("".join([header, *lines[part::PARTS]]), encoding="utf-8")
            files.append(path)
        month.unlink()
    return files


class Soak:
    """A running `warehouse up`, the files that were dropped, and what was killed."""

    def __init__(self, home: Home, seed: int) -> None:
        self.home, self.moments, self.began = home, random.Random(seed), time.monotonic()
        ports = [word for s in SERVICES if s.port for word in ("--port", f"{s.name}={free_port()}")]
        self.up = home.start("up", *ports)
        self.killed = list[str]()

    def drop(self, file: Path) -> None:
        """The whole file at once."""
        target = self.home.folder / "incoming" / SOURCE / file.name
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = self.home.folder / file.name
        draft.write_bytes(file.read_bytes())
        os.replace(draft, target)

    def services(self) -> list[psutil.Process]:
        """Everything that `up` started, without itself."""
        return psutil.Process(self.up.pid).children(recursive=True)

    def kill_something(self) -> None:
        """A service, a run, a session of the database, or its server."""
        postmaster = self.home.postmaster()
        server = psutil.Process(postmaster) if postmaster and psutil.pid_exists(postmaster) else None
        groups = {
            "service or run": [p for p in self.services() if "process_reaper" not in " ".join(_words(p))],
            "session": [p for p in server.children() if "127.0.0.1" in " ".join(_words(p))] if server else [],
            "server": [server] if server else [],
        }
        kind = self.moments.choice([name for name, found in groups.items() if found])
        victim = self.moments.choice(sorted(groups[kind], key=lambda process: process.pid))
        self.killed.append(f"{kind}: {' '.join(_words(victim))[-70:]}")
        kill(victim.pid)

    def loaded(self) -> int:
        """Deliveries in the ledger."""
        try:
            with psycopg.connect(self.home.url, connect_timeout=5) as connection:
                row = connection.execute("select count(*) from ops.ingested_files").fetchone()
        except psycopg.Error:
            return 0
        return int(row[0]) if row else 0

    def is_built(self) -> bool:
        """Whether nothing waits to be built."""
        try:
            with psycopg.connect(self.home.url, connect_timeout=5) as connection:
                return not is_anything_pending(connection)
        except psycopg.Error:
            return False

    def measure(self, files: int) -> Measure:
        """Proportional memory, so that shared pages count once."""
        postmaster = self.home.postmaster()
        server = psutil.Process(postmaster) if postmaster else None
        members = [psutil.Process(self.up.pid), *self.services()]
        database = [server, *server.children()] if server else []
        return Measure(
            files,
            time.monotonic() - self.began,
            sum(map(_megabytes, members)),
            sum(map(_megabytes, database)),
            len([p for p in database if "127.0.0.1" in " ".join(_words(p))]),
            len(members),
        )

    def wait(self, files: int) -> None:
        """Until so many deliveries are loaded."""
        until = time.monotonic() + _PATIENCE_SECONDS
        while self.loaded() < files:
            assert self.up.is_alive(), f"warehouse up ended:\n{self.home.tail()}"
            assert time.monotonic() < until, f"{self.loaded()} of {files} loaded; killed: {self.killed}"
            time.sleep(1)

    def stop(self) -> None:
        """As Ctrl-C does."""
        if self.up.is_alive() and self.up.pid:
            os.kill(self.up.pid, signal.SIGINT)
        self.up.join(60)


def _words(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def _megabytes(process: psutil.Process) -> float:
    try:
        return float(process.memory_full_info().pss) / 2**20
    except psutil.Error:
        return 0.0


def soak(folder: Path, number: int, kills: int, seed: int) -> list[str]:
    """What was wrong."""
    files = small_files(folder / "files", number, seed)
    with new_homes(folder, "disturbed", "undisturbed") as (home, other):
        running = Soak(home, seed)
        try:
            batch = max(1, number // max(1, kills))
            for start in range(0, number, batch):
                for file in files[start : start + batch]:
                    running.drop(file)
                time.sleep(running.moments.uniform(3, 20))
                if len(running.killed) < kills:
                    running.kill_something()
                    print(f"     killed {running.killed[-1]}", flush=True)
                running.wait(min(start + batch, number))
                print(running.measure(start + batch), flush=True)
            until = time.monotonic() + _PATIENCE_SECONDS
            while not running.is_built() and time.monotonic() < until:
                time.sleep(1)
            time.sleep(30)
            print(f"at rest: {running.measure(number)}", flush=True)
            faults = [] if running.is_built() else ["builds are pending"]
        finally:
            running.stop()
        target = other.folder / "incoming" / SOURCE
        target.mkdir(parents=True)
        for file in files:
            (target / file.name).write_bytes(file.read_bytes())
        other.must("run", patience=_ALL_AT_ONCE_SECONDS)
        unbalanced = home.shop().one(_BALANCE)
        faults += [f"{unbalanced} deliveries do not balance"] if unbalanced else []
        found = differing(home.contents(), other.contents())
        return faults + [f"{name}: only here {left}, only there {right}" for name, (left, right) in found.items()]


def main() -> int:
    """Returns 1 if anything was wrong."""
    parser = argparse.ArgumentParser(prog="soak", description=__doc__)
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        Path(folder).chmod(0o755)
        faults = soak(Path(folder), chosen.files, chosen.kills, chosen.seed)
    print("\n".join(faults) or "The ledger balances, and every row equals that of one load of all files.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
