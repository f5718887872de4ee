"""One server against a cluster with Citus, by stage and by table of the marts.

    WAREHOUSE_TEST_CITUS=postgresql://... python benchmarks/scale_out.py load FOLDER --rows 1000000
    WAREHOUSE_TEST_CITUS=postgresql://... python benchmarks/scale_out.py build FOLDER --rounds 3
    WAREHOUSE_TEST_CITUS=postgresql://... python benchmarks/scale_out.py remove FOLDER

`load` takes one export to marts on the embedded server and on the cluster, with one secret. `build` makes the
lifecycle, one month and the marts again on both in turns, and compares all marts row by row. Each prints wall and
processor seconds (Python and PostgreSQL; nodes must be on this machine) and the ratios. The address is that of a
coordinator's database that knows its nodes, as an administrator.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import shutil
import sys
import time
import warnings
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from common import SOURCE, cpu_with_children, settings_of

sys.path.insert(0, str(Path(__file__).parents[1]))
warnings.simplefilter("ignore")
import dagster as dg  # noqa: E402
import psutil  # noqa: E402
import psycopg  # noqa: E402
from psycopg.conninfo import make_conninfo  # noqa: E402

from warehouse_assets import database  # noqa: E402
from warehouse_assets.building.facts import MONTHLY_TABLES, build_partition  # noqa: E402
from warehouse_assets.building.marts import MART_GROUPS, MART_SELECTS, build_marts, find_as_of  # noqa: E402
from warehouse_assets.building.rebuild_queue import pending_months  # noqa: E402
from warehouse_assets.building.whole_facts import build_lifecycle, build_reviews, close_books  # noqa: E402
from warehouse_assets.cli.jobs_here import JobsHere  # noqa: E402
from warehouse_assets.cli.runner import Runner  # noqa: E402
from warehouse_assets.database.cluster import base_path  # noqa: E402
from warehouse_assets.database.urls import with_database  # noqa: E402
from warehouse_assets.generation import generate_export  # noqa: E402
from warehouse_assets.orchestration.checks import TableChecks  # noqa: E402
from warehouse_assets.pseudonyms.secret import KEY_BYTES, SECRET_FILE, write_keys  # noqa: E402
from warehouse_assets.schemas import TABLES  # noqa: E402
from warehouse_assets.settings import Settings  # noqa: E402
from warehouse_assets.splitting import split_file  # noqa: E402
from warehouse_assets.startup.preparation import connect_as  # noqa: E402
from warehouse_assets_tests.databases import drop_on_nodes, make_on_nodes  # noqa: E402

PLAIN, CLUSTER = PLACES = ("one server", "cluster")
DATABASE = "bench_scale_out"
_OF_THE_RUN = frozenset({"loaded_at", "built_at", "build_id"})
_LARGEST_MONTH = "select month from dw.agg_sales_month group by month order by count(*) desc limit 1"
Spent = tuple[float, float]


class Place:
    """A warehouse on one server or on the cluster, and the seconds of its stages: wall, processor."""

    def __init__(self, folder: Path, name: str) -> None:
        self.name, self.spent = name, defaultdict[str, list[Spent]](list)
        settings = settings_of(str(folder / name.replace(" ", "_")))
        if name == CLUSTER:
            url = with_database(os.environ["WAREHOUSE_TEST_CITUS"], DATABASE)
            settings = replace(settings, database_url=url, dagster_database_url=url)
        self.settings: Settings = settings
        self._servers, self._mark = list[psutil.Process](), (0.0, 0.0)

    def start(self) -> None:
        urls = database.ensure_running(self.settings)
        os.environ.update(database.prepare_dagster_home(self.settings, urls))
        with psycopg.connect(urls.warehouse) as connection:
            nodes = [urls.warehouse]
            if self.name == CLUSTER:
                workers = connection.execute("select nodename, nodeport from pg_dist_node where groupid > 0").fetchall()
                nodes += [make_conninfo(urls.warehouse, host=host, port=port) for host, port in workers]
        self._servers = [_server_of(node) for node in nodes]

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        started, used = time.monotonic(), self._used()
        yield
        self.spent[name].append((time.monotonic() - started, self._used() - used))

    def _used(self) -> float:
        return float(sum(psutil.Process().cpu_times()[:4])) + sum(map(cpu_with_children, self._servers))

    def load(self, files: Path) -> None:
        """Files to marts, stage by stage."""
        shutil.copytree(files, self.settings.incoming_path / SOURCE)
        connect_as(self.settings, "transform").close()
        with dg.DagsterInstance.ephemeral() as instance:
            jobs = JobsHere(self.settings, instance)
            with self.stage("ingestion"):
                Runner(self.settings, instance).load_new()
            with self.stage("dimensions"):
                _expect_success(jobs.dimensions())
            with connect_as(self.settings, "transform") as connection:
                months = pending_months(connection)
                with self.stage(f"{len(months)} months of facts and aggregates"):
                    _expect_success(jobs.months(months))
                with self.stage("reviews, lifecycle, books"):
                    build_reviews(connection)
                    build_lifecycle(connection)
                    close_books(connection)
            with self.stage("marts"):
                _expect_success(jobs.marts(None))

    def build(self) -> None:
        """What is there already, again: nothing differs, so that all but the writing of facts is measured."""
        with connect_as(self.settings, "transform") as connection:
            [(month,)] = connection.execute(
                "select month from dw.agg_sales_month group by 1 order by count(*) desc limit 1"
            )
            connection.rollback()
            for name in MONTHLY_TABLES:
                with self.stage(f"a month of {name}, unchanged"):
                    build_partition(connection, name, month)
            with self.stage("lifecycle, unchanged"):
                build_lifecycle(connection)
            as_of = find_as_of(connection)
            connection.rollback()
            with self.stage("marts"):
                for group in MART_GROUPS:
                    self._mark = time.monotonic(), self._used()
                    checks = {name: partial(self._measured, name) for name in group}
                    build_marts(connection, group, self.settings, as_of, checks)

    def _measured(self, name: str, connection: psycopg.Connection[Any], parameters: Mapping[str, object]) -> None:
        """A table with its checks, and what it reads of the group if it is the first to read it."""
        TableChecks(TABLES[name]).run(connection, parameters)
        (started, used), self._mark = self._mark, (time.monotonic(), self._used())
        self.spent[name].append((self._mark[0] - started, self._mark[1] - used))

    def contents(self) -> Mapping[str, object]:
        """Rows and their hash, of each table of the marts."""
        found = {}
        with database.connect(self.settings) as connection:
            for name in MART_SELECTS:
                columns = ", ".join(column for column in TABLES[name].column_names if column not in _OF_THE_RUN)
                query = f"select count(*), sum(hashtextextended(row({columns})::text, 0)::numeric) from {name}"
                found[name] = connection.execute(query.encode()).fetchone()
        return found


def _server_of(address: str) -> psutil.Process:
    with psycopg.connect(address) as connection:
        return psutil.Process(connection.info.backend_pid).parent() or psutil.Process()


def _expect_success(reason: str | None) -> None:
    if reason is not None:
        raise SystemExit(reason)


def load(folder: Path, rows: int) -> list[Place]:
    folder.mkdir(parents=True)
    folder.chmod(0o755)
    generate_export(folder / "export.csv", rows=rows, seed=1)
    split_file(folder / "export.csv", folder / SOURCE, key_columns=["ID"])
    make_on_nodes(os.environ["WAREHOUSE_TEST_CITUS"], DATABASE)
    secret, places = secrets.token_bytes(KEY_BYTES), [Place(folder, name) for name in PLACES]
    for place in places:
        write_keys(place.settings.secrets_path / SECRET_FILE, [secret])
        place.start()
        place.load(folder / SOURCE)
    return places


def build(folder: Path, rounds: int) -> list[Place]:
    places = [Place(folder, name) for name in PLACES]
    for number in range(rounds):
        for place in places if number % 2 == 0 else reversed(places):
            place.start()
            place.build()
    one, other = (place.contents() for place in places)
    differing = [name for name in one if one[name] != other[name]]
    print(f"{len(one)} tables of the marts; differing: {', '.join(differing) or 'none'}")
    return places


def remove(folder: Path) -> None:
    settings = Place(folder, PLAIN).settings
    database.stop(settings)
    shutil.rmtree(base_path(settings.home), ignore_errors=True)
    shutil.rmtree(folder)
    drop_on_nodes(os.environ["WAREHOUSE_TEST_CITUS"], DATABASE)


def report(places: list[Place]) -> None:
    """Medians, and the ratio of the cluster to one server."""
    print(f"load of the machine {os.getloadavg()[0]:.1f}")
    print("| stage | one server: wall s, CPU s | cluster: wall s, CPU s | cluster : one server, wall, CPU |")
    print("|---|---|---|---|")
    for stage in places[0].spent:
        one, other = (tuple(median(kind) for kind in zip(*place.spent[stage], strict=True)) for place in places)
        ratios = [f"{b / a:.2f}" if a else "" for a, b in zip(one, other, strict=True)]
        print(f"| {stage} | {_shown(one)} | {_shown(other)} | {', '.join(filter(None, ratios))} |")
    print(json.dumps({place.name: place.spent for place in places}))


def _shown(spent: tuple[float, ...]) -> str:
    return ", ".join(f"{seconds:.2f}" for seconds in spent if seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("load", "build", "remove"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    if options.what == "remove":
        remove(options.folder)
    else:
        report(load(options.folder, options.rows) if options.what == "load" else build(options.folder, options.rounds))


if __name__ == "__main__":
    main()
