"""What Dagster adds to a backfill of 36 months of all partitioned assets, as one run.

`.venv/bin/python benchmarks/backfill.py --rows 200000` prints the seconds of the run, process start included, and of
the same builds and checks without Dagster; the run may take 1.5 x as long and 15 s more.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
import warnings
from functools import partial
from pathlib import Path
from typing import Any

from common import SOURCE, settings_of

warnings.simplefilter("ignore")
import dagster as dg  # noqa: E402
import psycopg  # noqa: E402
from dagster._core.code_pointer import ModuleCodePointer  # noqa: E402
from dagster._core.origin import (  # noqa: E402
    DEFAULT_DAGSTER_ENTRY_POINT,
    JobPythonOrigin,
    RepositoryPythonOrigin,
)

from warehouse_assets import database  # noqa: E402
from warehouse_assets.building.facts import MONTHLY_TABLES, build_partition  # noqa: E402
from warehouse_assets.building.parallel import in_parallel  # noqa: E402
from warehouse_assets.cli.runner import Runner  # noqa: E402
from warehouse_assets.generation import generate_export  # noqa: E402
from warehouse_assets.orchestration.checks import TableChecks  # noqa: E402
from warehouse_assets.orchestration.code_location import build_defs  # noqa: E402
from warehouse_assets.orchestration.partitions import RANGE_END, RANGE_START, month_of  # noqa: E402
from warehouse_assets.orchestration.resources import Warehouse  # noqa: E402
from warehouse_assets.schemas import TABLES  # noqa: E402
from warehouse_assets.settings import Settings  # noqa: E402

_JOB = "build_months"
MONTHS = [f"{year}-{month:02}-01" for year in (2021, 2022, 2023) for month in range(1, 13)]


def load(settings: Settings, instance: dg.DagsterInstance, rows: int) -> None:
    folder = settings.incoming_path / SOURCE
    folder.mkdir(parents=True)
    generate_export(folder / "export.csv", rows=rows, seed=1)
    Runner(settings, instance).run()


def plain(settings: Settings) -> float:
    """Seconds of the builds and checks alone, on as many connections."""

    def build(connection: psycopg.Connection[Any], key: str) -> None:
        for name in MONTHLY_TABLES:
            build_partition(connection, name, month_of(key), checks=partial(check, TableChecks(TABLES[name])))

    def check(checks: TableChecks, connection: psycopg.Connection[Any], partition: str) -> None:
        checks.run(connection, relation=partition)

    started = time.monotonic()
    in_parallel(partial(Warehouse(home=str(settings.home)).connect, "transform"), MONTHS, build)
    return time.monotonic() - started


def as_run(instance: dg.DagsterInstance) -> float:
    """Seconds of the run as the daemon launches it, from the start of its process to its end."""
    pointer = ModuleCodePointer("warehouse_assets.definitions", "defs", working_directory=None)
    repository = RepositoryPythonOrigin(sys.executable, pointer, entry_point=DEFAULT_DAGSTER_ENTRY_POINT)
    run = instance.create_run_for_job(
        build_defs().resolve_job_def(_JOB),
        tags={RANGE_START: MONTHS[0], RANGE_END: MONTHS[-1]},
        job_code_origin=JobPythonOrigin(_JOB, repository),
    )
    started = time.monotonic()
    command = [sys.executable, "-m", "warehouse_assets.orchestration.instance.run_worker", run.run_id]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"the run failed:\n{done.stderr[-3000:]}")
    return time.monotonic() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="backfill-") as folder:
        Path(folder).chmod(0o755)
        settings = settings_of(folder)
        environment = database.prepare_dagster_home(settings, database.ensure_running(settings))
        os.environ.update(environment, WAREHOUSE_HOME=str(settings.home))
        try:
            with dg.DagsterInstance.get() as instance:
                load(settings, instance, options.rows)
                sql, run = plain(settings), as_run(instance)
        finally:
            database.stop(settings)
    allowed = 1.5 * sql + 15
    print(f"{options.rows:,} rows, {len(MONTHS)} months, {len(MONTHLY_TABLES)} assets each, one run")
    print(f"the builds and checks alone {sql:.1f} s; the run {run:.1f} s; allowed {allowed:.1f} s")
    raise SystemExit(run > allowed)


if __name__ == "__main__":
    main()
