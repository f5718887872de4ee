"""What each table of a month costs the database: processor microseconds per sale line, of one session.

`python benchmarks/month_parts.py --rows 1000000`: loads and builds a generated export, then builds every third month
of each table again beside the stored one, without the month's swap, and takes it back.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import psycopg
from common import settings_of

from warehouse_assets.building.facts import FCT_SALES, MONTHLY_TABLES, SELECTS, steps_needed
from warehouse_assets.building.planner_settings import hash_joins
from warehouse_assets.building.select import insert_statement
from warehouse_assets.building.table_checks import scan_table
from warehouse_assets.database.month_partitions import create_standalone, run_ddl, unqualified
from warehouse_assets.schemas import TABLES
from warehouse_assets.schemas.ddl import month_partition, next_month
from warehouse_assets.startup.preparation import connect_as

HERE = Path(__file__).resolve().parent


def measure(connection: psycopg.Connection[Any], every: int) -> tuple[Counter[str], int]:
    """Processor seconds of each part, and the lines of the months."""
    session = psutil.Process(connection.info.backend_pid)
    spent, lines = Counter[str](), 0
    query = "select distinct month from dw.agg_sales_month order by 1"
    months = [row[0] for row in connection.execute(query)][::every]
    connection.rollback()

    def timed(part: str, work: Callable[[], Any]) -> Any:
        before = sum(session.cpu_times()[:2])
        result = work()
        spent[part] += sum(session.cpu_times()[:2]) - before
        return result

    for month in months:
        bounds = {"month_start": month, "month_end": next_month(month), "as_of": None}
        with connection.transaction(force_rollback=True), hash_joins(connection):
            bounds |= timed("which steps the month needs", partial(steps_needed, connection, [month]))
            connection.execute("delete from ops.record_outcomes where month = %s", [month])
            for name in MONTHLY_TABLES:
                table, fresh = TABLES[name], f"{month_partition(TABLES[name], month)}_measured"
                timed("tables made", partial(create_standalone, connection, table, fresh))
                statement = insert_statement(table, SELECTS[name], fresh)
                rows = timed(name, partial(connection.execute, statement, bounds, prepare=False)).rowcount
                key = f"add constraint {unqualified(fresh)}_pkey primary key ({', '.join(table.primary_key)})"
                timed("keys", partial(run_ddl, connection, f"alter table {fresh} {key}"))
                timed("checks", partial(scan_table, connection, table, fresh))
                lines += rows if name == FCT_SALES else 0
    return spent, lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        Path(folder).chmod(0o755)
        files, home = f"{folder}/files", f"{folder}/home"
        for arguments in (("prepare", files, str(options.rows)), ("ours", files, home, "thirds")):
            command = [sys.executable, str(HERE / f"{arguments[0]}.py"), *arguments[1:]]
            subprocess.run(command, check=True, capture_output=True)
        with connect_as(settings_of(home), "transform") as connection:
            spent, lines = measure(connection, 3)
        subprocess.run([sys.executable, str(HERE / "prepare.py"), "--remove", home], check=True, capture_output=True)
    print(f"{lines:,} lines")
    for part, seconds in spent.most_common():
        print(f"| {part} | {seconds / lines * 1e6:.1f} |")


if __name__ == "__main__":
    main()
