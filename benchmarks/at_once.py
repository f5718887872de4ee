"""Three deliveries loaded at once, against one after the other.

`.venv/bin/python benchmarks/at_once.py --rows 200000 --rounds 3` generates three exports of so many rows and loads them
into fresh homes with one secret, in alternating rounds. It prints wall and processor seconds (Python, its processes and
the database), the peak memory of the largest process, and the ratios. Every row of the vault, staging and the ledger
must be the same.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import Any

from common import SOURCE, Clock, settings_of

warnings.simplefilter("ignore")
import dagster as dg  # noqa: E402

from warehouse_assets import database  # noqa: E402
from warehouse_assets.cli.runner import Runner  # noqa: E402
from warehouse_assets.database.cluster import base_path  # noqa: E402
from warehouse_assets.generation import generate_export  # noqa: E402
from warehouse_assets.orchestration import loads_at_once  # noqa: E402
from warehouse_assets.pseudonyms.secret import KEY_BYTES, SECRET_FILE, write_keys  # noqa: E402
from warehouse_assets.schemas import TABLES  # noqa: E402
from warehouse_assets.startup.preparation import connect_as  # noqa: E402

DELIVERIES = 3
WAYS = ("one after the other", "at once")
_OF_THE_RUN = {"loaded_at", "built_at", "migrated_at", "requested_at"}
_COMPARED = [
    name
    for name in TABLES
    if name.split(".")[0] in ("staging", "vault") or name in ("ops.ingested_files", "ops.data_quality")
]


def load(home: str, way: str) -> None:
    """In a process of its own: loads what lies in the home, and prints what it took and what came of it."""
    settings = settings_of(home)
    os.environ.update(database.prepare_dagster_home(settings, database.ensure_running(settings)))
    connect_as(settings, "ingest").close()
    if way == WAYS[0]:
        loads_at_once.cores = lambda: 1
    clock = Clock(settings.home)
    with dg.DagsterInstance.get() as instance, clock.phase(way):
        runner = Runner(settings, instance)
        runner.load_new()
    assert (len(runner.record.deliveries), runner.record.failures) == (DELIVERIES, []), runner.record
    with database.connect(settings) as connection:
        contents = {}
        for name in _COMPARED:
            columns = ", ".join(column for column in TABLES[name].column_names if column not in _OF_THE_RUN)
            query = f"select count(*), sum(hashtextextended(row({columns})::text, 0)::numeric)::text from {name}"
            contents[name] = connection.execute(query.encode()).fetchone()
    print(json.dumps(contents))
    clock.print_result()


def measured(way: str, files: Path, secret: bytes) -> tuple[Mapping[str, Any], dict[str, Any]]:
    """(rows by table, what it took) of one load into a fresh home."""
    with tempfile.TemporaryDirectory(prefix="at-once-") as folder:
        Path(folder).chmod(0o755)
        settings = settings_of(folder)
        write_keys(settings.secrets_path / SECRET_FILE, [secret])
        shutil.copytree(files, settings.incoming_path / SOURCE)
        try:
            command = [sys.executable, __file__, "--load", folder, "--way", way]
            printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
        finally:
            database.stop(settings)
            shutil.rmtree(base_path(settings.home), ignore_errors=True)
    contents, result = map(json.loads, printed[-2:])
    [(wall, cpu)] = result["phases"].values()
    return contents, {"wall": wall, "cpu": cpu, "peak": result["peak_mb"]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--load")
    parser.add_argument("--way")
    options = parser.parse_args()
    if options.load:
        load(options.load, options.way)
        return
    secret, taken = secrets.token_bytes(KEY_BYTES), dict[str, list[dict[str, float]]]()
    with tempfile.TemporaryDirectory(prefix="at-once-") as folder:
        for number in range(DELIVERIES):
            generate_export(Path(folder) / f"part_{number}.csv", rows=options.rows, seed=number + 1)
        for _ in range(options.rounds):
            found = {}
            for way in WAYS:
                found[way], took = measured(way, Path(folder), secret)
                taken.setdefault(way, []).append(took)
            differing = [name for name in _COMPARED if found[WAYS[0]][name] != found[WAYS[1]][name]]
            assert not differing, f"differ: {differing}"
    for way, runs in taken.items():
        wall, cpu, peak = ([run[what] for run in runs] for what in ("wall", "cpu", "peak"))
        print(f"{way:20} wall {_spread(wall)} s, processor {_spread(cpu)} s, peak {max(peak):.0f} MB")
    for what in ("wall", "cpu"):
        pairs = zip(taken[WAYS[0]], taken[WAYS[1]], strict=True)
        print(f"one after the other : at once, {what} {_spread([one[what] / other[what] for one, other in pairs])}")
    print(f"{sum(found[WAYS[1]][name][0] for name in _COMPARED):,} rows of {len(_COMPARED)} tables are the same")


def _spread(values: list[float]) -> str:
    return f"{median(values):.2f} ({min(values):.2f}-{max(values):.2f})"


if __name__ == "__main__":
    main()
