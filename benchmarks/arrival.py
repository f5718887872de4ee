"""Seconds from a file dropped into a running `warehouse up` to its rows in the marts, three files one by one.

`.venv/bin/python benchmarks/arrival.py` prints each, with the runs that the sensors started: loading waits until the
file was quiet for a second, and the build until the load has ended. The first run after a start finds no spare process.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

from common import SOURCE

sys.path.insert(0, str(Path(__file__).parents[1]))

from warehouse_assets import database
from warehouse_assets.cli.services.processes import free_port
from warehouse_assets.generation import generate_export
from warehouse_assets.settings import Settings
from warehouse_assets_tests.browser.served import Served, serving, wait_until

ROWS = 1_500
_LINES = "select coalesce(sum(line_count), 0)::int from mart_sales.sales_by_month"


def drop(served: Served, seed: int) -> None:
    """The whole file at once, as a move within a disk brings it."""
    draft, target = served.settings.home / "draft.csv", served.settings.incoming_path / SOURCE / f"{seed}.csv"
    generate_export(draft, rows=ROWS, seed=seed)
    target.parent.mkdir(parents=True, exist_ok=True)
    os.replace(draft, target)


def measure(served: Served, seed: int) -> None:
    known = {run["runId"] for run in served.runs()}
    lines = served.one(_LINES) if known else 0
    drop(served, seed)
    started = time.time()
    wait_until(lambda: any(run["jobName"] == "build" for run in served.runs() if run["runId"] not in known))
    wait_until(lambda: served.one(_LINES) > lines, seconds=600)
    print(f"{ROWS:,} rows: {time.time() - started:.1f} s from the drop to the mart")
    wait_until(lambda: all(run["endTime"] for run in served.runs()))
    for run in reversed([run for run in served.runs() if run["runId"] not in known]):
        begun, ended = (run[name] - started for name in ("startTime", "endTime"))
        print(f"  {run['jobName']:16} began at {begun:.1f}, ended at {ended:.1f}")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="arrival-") as folder:
        Path(folder).chmod(0o755)
        own = Settings(home=Path(folder) / "server")
        url = database.ensure_running(own).warehouse
        try:
            with serving(Settings(Path(folder) / "home", url, url), free_port()) as served:
                for seed in range(3):
                    measure(served, seed)
        finally:
            database.stop(own)


if __name__ == "__main__":
    main()
