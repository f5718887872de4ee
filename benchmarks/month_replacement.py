"""What it costs to change the rows of a month that differ, against attaching a new table in place of the month.

`.venv/bin/python benchmarks/month_replacement.py --rows 30000 --runs 7` builds one month of `dw.fct_sales` in
alternating runs: without the partition (the new table is attached), over the same rows, and over rows that all differ.
It prints the wall seconds of each, smallest, median and largest, and their ratio to the first.
"""

from __future__ import annotations

import argparse
import tempfile
import warnings
from datetime import date
from pathlib import Path
from statistics import median

from common import SOURCE, settings_of

warnings.simplefilter("ignore")
import dagster as dg  # noqa: E402
import psycopg  # noqa: E402

from warehouse_assets import database  # noqa: E402
from warehouse_assets.building.facts import FCT_SALES, build_partition  # noqa: E402
from warehouse_assets.cli.runner import Runner  # noqa: E402
from warehouse_assets.generation import generate_months  # noqa: E402
from warehouse_assets.schemas import TABLES  # noqa: E402
from warehouse_assets.schemas.ddl import month_partition  # noqa: E402
from warehouse_assets.settings import Settings  # noqa: E402

KINDS = {
    "attached": "drop table if exists {}",
    "the same rows": "select",
    "other rows": "update {} set rating = case when rating is null then 3 end",
}
"""What is done to the partition before it is built again."""


def measure(connection: psycopg.Connection[object], month: date, runs: int) -> dict[str, list[float]]:
    partition = month_partition(TABLES[FCT_SALES], month)
    seconds: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for _ in range(runs):
        for kind, before in KINDS.items():
            connection.execute(before.format(partition).encode())
            connection.execute(b"vacuum analyze dw.fct_sales")
            seconds[kind].append(build_partition(connection, FCT_SALES, month).seconds)
    return seconds


_FULLEST = "select date_trunc('month', sale_date)::date from dw.fct_sales group by 1 order by count(*) desc limit 1"


def load(settings: Settings, rows: int) -> None:
    """One month of sales, built; some rows have wrong dates."""
    folder = settings.incoming_path / SOURCE
    folder.mkdir(parents=True)
    generate_months(folder, rows=rows, seed=1, months=1)
    with dg.DagsterInstance.ephemeral() as instance:
        Runner(settings, instance).run(with_reports=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=30_000)
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="month-") as folder:
        Path(folder).chmod(0o755)
        settings = settings_of(folder)
        url = database.ensure_running(settings).warehouse
        try:
            load(settings, options.rows)
            with psycopg.connect(url, autocommit=True) as connection:
                found = connection.execute(_FULLEST).fetchone()
                assert found is not None
                seconds = measure(connection, found[0], options.runs)
        finally:
            database.stop(settings)
    first = median(seconds["attached"])
    for kind, times in seconds.items():
        print(
            f"{kind:14} {min(times):.2f} {median(times):.2f} {max(times):.2f} s, {median(times) / first:.2f} x attached"
        )


if __name__ == "__main__":
    main()
