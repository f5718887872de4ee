"""What one more month costs behind 1 and 12 months of history, by stage and by table of the marts.

`.venv/bin/python benchmarks/increment.py --lines 30000` loads each history, then one more month, once with
lines that are orders of their own (65 products), once with numbered orders of three lines (5,000 products). It prints
wall and processor seconds (Python and PostgreSQL) of the last month, and the ratios of the two histories.

Nothing in the exports is wrong or late, so that the new file touches one month. Marts are built on one connection, so
that each has its own seconds.
"""

from __future__ import annotations

import argparse
import csv
import os
import shutil
import sys
import tempfile
import time
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from zlib import crc32

from common import SOURCE, cpu_with_children, settings_of

sys.path.insert(0, str(Path(__file__).parents[1]))
warnings.simplefilter("ignore")
import dagster as dg  # noqa: E402
import psutil  # noqa: E402

from warehouse_assets import database  # noqa: E402
from warehouse_assets.building.marts import MART_GROUPS, build_marts, find_as_of  # noqa: E402
from warehouse_assets.building.rebuild_queue import pending_months  # noqa: E402
from warehouse_assets.building.whole_facts import build_lifecycle, build_reviews, close_books  # noqa: E402
from warehouse_assets.cli.jobs_here import JobsHere  # noqa: E402
from warehouse_assets.cli.runner import Runner  # noqa: E402
from warehouse_assets.database.cluster import base_path  # noqa: E402
from warehouse_assets.generation import generate_months  # noqa: E402
from warehouse_assets.orchestration.checks import TableChecks  # noqa: E402
from warehouse_assets.schemas import TABLES  # noqa: E402
from warehouse_assets.settings import Settings  # noqa: E402
from warehouse_assets.startup.preparation import connect_as  # noqa: E402

HISTORIES = (1, 12)
KINDS = {"flat": False, "numbered": True}
NUMBERED = "online_retail"
_STAGES_TO_AGGREGATES = 3
_LINES_PER_ORDER, _PRODUCTS = 3, 5_000
_INVOICE = ("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country")


@dataclass
class Meter:
    """Wall and processor seconds of this process and the server, by stage."""

    server: psutil.Process
    wall: dict[str, float] = field(default_factory=dict)
    cpu: dict[str, float] = field(default_factory=dict)

    def _used(self) -> float:
        return float(sum(psutil.Process().cpu_times()[:4])) + cpu_with_children(self.server)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        started, used = time.monotonic(), self._used()
        yield
        self.wall[name] = self.wall.get(name, 0.0) + time.monotonic() - started
        self.cpu[name] = self.cpu.get(name, 0.0) + self._used() - used


def write_flat(rows: Iterable[dict[str, str]], target: Path) -> None:
    """The export as it is: one row is one customer and one purchase."""
    with target.open("w", encoding="utf-8", newline="") as file:
        for number, row in enumerate(rows):
            if number == 0:
                written = csv.DictWriter(file, list(row))
                written.writeheader()
            written.writerow(row)


def write_numbered(rows: Iterable[dict[str, str]], target: Path) -> None:
    """The same sales as invoices: each three lines are of the first one's customer, time and country."""
    with target.open("w", encoding="utf-8", newline="") as file:
        written = csv.writer(file)
        written.writerow(_INVOICE)
        for number, row in enumerate(rows):
            if number % _LINES_PER_ORDER == 0:
                order, first = f"{target.stem}-{number}", row
            product = crc32(f"{row['ID']} {number}".encode()) % _PRODUCTS
            name = f"Product {product}"
            sold = (order, str(product), name, row["Quantity"], first["Date_Purchase"], row["Price"])
            written.writerow((*sold, first["ID"], first["Country"]))


def deliver(files: Sequence[Path], settings: Settings, lines: int, *, is_numbered: bool) -> None:
    """The first lines of each month's export, so that months are of one size."""
    folder = settings.incoming_path / (NUMBERED if is_numbered else SOURCE)
    folder.mkdir(parents=True, exist_ok=True)
    for path in files:
        with path.open(encoding="utf-8", newline="") as export:
            rows = islice(csv.DictReader(export), lines)
            (write_numbered if is_numbered else write_flat)(rows, folder / path.name)


def add_month(settings: Settings, instance: dg.DagsterInstance, server: psutil.Process) -> Meter:
    """Loads what is new and builds everything."""
    meter, jobs = Meter(server), JobsHere(settings, instance)
    with meter.stage("ingestion"):
        Runner(settings, instance).load_new()
    with meter.stage("dimensions"):
        expect_success(jobs.dimensions())
    with connect_as(settings, "transform") as connection:
        with meter.stage("facts and aggregates"):
            expect_success(jobs.months(pending_months(connection)))
        with meter.stage("reviews, lifecycle, books"):
            build_reviews(connection)
            build_lifecycle(connection)
            close_books(connection)
        as_of = find_as_of(connection)
        for group in MART_GROUPS:
            checks = {name: TableChecks(TABLES[name]).run for name in group}
            with meter.stage(group[0] + (", ..." if len(group) > 1 else "")):
                for done in build_marts(connection, group, settings, as_of, checks):
                    meter.wall[f"- {done.table_name}"] = done.seconds
    return meter


def expect_success(reason: str | None) -> None:
    if reason is not None:
        raise SystemExit(reason)


def measure(files: Sequence[Path], history: int, lines: int, *, is_numbered: bool) -> Meter:
    """The seconds of the last file's month behind so many months."""
    with tempfile.TemporaryDirectory(prefix="increment-") as folder:
        Path(folder).chmod(0o755)
        settings = settings_of(folder)
        os.environ.update(database.prepare_dagster_home(settings, database.ensure_running(settings)))
        data = database.status(settings).data_path
        assert data is not None
        server = psutil.Process(int((data / "postmaster.pid").read_text().splitlines()[0]))
        try:
            with dg.DagsterInstance.ephemeral() as instance:
                deliver(files[-1 - history : -1], settings, lines, is_numbered=is_numbered)
                Runner(settings, instance).run(with_reports=False)
                deliver(files[-1:], settings, lines, is_numbered=is_numbered)
                return add_month(settings, instance, server)
        finally:
            database.stop(settings)
            shutil.rmtree(base_path(settings.home), ignore_errors=True)


def report(kind: str, meters: Mapping[int, Meter]) -> Iterator[str]:
    """One line per stage or table: seconds behind the short and the long history; then the ratios of their sums."""
    short, long = (meters[history] for history in HISTORIES)
    yield f"\n{kind}, load of the machine {os.getloadavg()[0]:.1f}\n"
    yield "| stage | " + " | ".join(f"{unit}, {h} x" for unit in ("wall s", "CPU s") for h in HISTORIES) + " |"
    yield "|---|---|---|---|---|"
    for name in long.wall:
        figures = [f"{of[name]:.2f}" if name in of else "" for of in (short.wall, long.wall, short.cpu, long.cpu)]
        yield f"| {name} | " + " | ".join(figures) + " |"
    stages = list(long.cpu)
    for what, names in (("to aggregates", stages[:_STAGES_TO_AGGREGATES]), ("to marts", stages)):
        for unit, before, after in (("wall", short.wall, long.wall), ("CPU", short.cpu, long.cpu)):
            one, many = (sum(of[name] for name in names) for of in (before, after))
            yield f"{what}: {unit} {one:.1f} -> {many:.1f} s, {many / one:.2f} x"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=30_000, help="of a month")
    parser.add_argument("--kinds", nargs="*", choices=KINDS, default=list(KINDS))
    options = parser.parse_args()
    months = HISTORIES[-1] + 1
    with tempfile.TemporaryDirectory(prefix="exports-") as folder:
        files = generate_months(Path(folder), rows=2 * options.lines * months, seed=1, months=months, dirt=0)
        for kind in options.kinds:
            meters = {history: measure(files, history, options.lines, is_numbered=KINDS[kind]) for history in HISTORIES}
            print("\n".join(report(kind, meters)), flush=True)


if __name__ == "__main__":
    main()
