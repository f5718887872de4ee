"""Processor time of a `warehouse up` that has nothing to do, by process, as a share of one core.

`.venv/bin/python benchmarks/idle.py [SECONDS]` waits a minute for the start to settle, then measures (120 s).
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parents[1]))

from warehouse_assets import database
from warehouse_assets.cli.services.processes import free_port
from warehouse_assets.settings import Settings
from warehouse_assets_tests.browser.served import Served, serving

SETTLING_SECONDS = 60


def processor_seconds(processes: list[psutil.Process]) -> dict[psutil.Process, float]:
    return {process: sum(process.cpu_times()[:2]) for process in processes}


def measure(served: Served, server: int, seconds: float) -> None:
    up = psutil.Process(served.process.pid)
    services = [up, *up.children(recursive=True)]
    database_processes = [psutil.Process(server), *psutil.Process(server).children(recursive=True)]
    before = processor_seconds([*services, *database_processes])
    time.sleep(seconds)
    after = {process: used for process, used in before.items() if process.is_running()}
    share = {p: 100 * (sum(p.cpu_times()[:2]) - before[p]) / seconds for p in after}
    names = {pid: name for name, pid in served.children().items()}
    for process in services:
        print(f"{names.get(process.pid, 'up, reaper'):12} {share[process]:5.2f} %")
    print(f"{'services':12} {sum(share[process] for process in services):5.2f} %")
    print(f"{'database':12} {sum(share[p] for p in database_processes if p in share):5.2f} %")
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 120.0
    with tempfile.TemporaryDirectory(prefix="idle-") as folder:
        Path(folder).chmod(0o755)
        own = Settings(home=Path(folder) / "server")
        url = database.ensure_running(own).warehouse
        data = database.status(own).data_path
        try:
            assert data is not None
            server = int((data / "postmaster.pid").read_text().splitlines()[0])
            with serving(Settings(Path(folder) / "home", url, url), free_port()) as served:
                time.sleep(SETTLING_SECONDS)
                measure(served, server, seconds)
        finally:
            database.stop(own)


if __name__ == "__main__":
    main()
