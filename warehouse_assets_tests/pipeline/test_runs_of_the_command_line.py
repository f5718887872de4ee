"""`warehouse run` as a process: two at once, one that fails in part, one whose database goes away."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import psycopg
import pytest

from warehouse_assets.database import DatabaseUrls
from warehouse_assets.generation import generate_export
from warehouse_assets.settings import SQL_ROOT
from warehouse_assets_tests import commands
from warehouse_assets_tests.commands import FRESH, Command
from warehouse_assets_tests.databases import new_database
from warehouse_assets_tests.prepared import prepared_warehouse
from warehouse_assets_tests.short_exports import generate_short_export

LONGEST_MESSAGE = 8
"""Lines of what an error may print; a traceback has more."""


@pytest.fixture
def environment(server: DatabaseUrls, tmp_path: Path) -> Iterator[Mapping[str, str]]:
    """A fresh home on a prepared database of its own."""
    with prepared_warehouse(server, "cli", tmp_path / "home") as settings:
        yield environment_of(settings.home, str(settings.database_url))


@pytest.fixture
def unprepared_environment(server: DatabaseUrls, tmp_path: Path) -> Iterator[Mapping[str, str]]:
    """A fresh home on an empty database."""
    with new_database(server, f"cli_{os.getpid()}") as url:
        yield environment_of(tmp_path / "home", url)


def environment_of(home: Path, url: str) -> Mapping[str, str]:
    return os.environ | {
        "WAREHOUSE_HOME": str(home),
        "WAREHOUSE_DATABASE_URL": url,
        "WAREHOUSE_DAGSTER_DATABASE_URL": url,
    }


def start(environment: Mapping[str, str], *arguments: str) -> Command:
    return commands.start(environment, "run", *arguments)


def one(environment: Mapping[str, str], query: str) -> object:
    with psycopg.connect(environment["WAREHOUSE_DATABASE_URL"]) as connection:
        row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None


def test_two_first_runs_of_one_file_wait_for_each_other(
    unprepared_environment: Mapping[str, str], tmp_path: Path
) -> None:
    environment, export = unprepared_environment, tmp_path / "export.csv"
    generate_short_export(export, rows=60, seed=1, dirt=0)
    processes = [start(environment, str(export)), start(environment, str(export))]
    printed = [process.communicate(timeout=300) for process in processes]
    assert [process.returncode for process in processes] == [0, 0], printed
    assert sum("Another `warehouse run` works in this home" in out for out, _ in printed) <= 1
    assert one(environment, "select count(*) from dw.fct_sales") == 60
    jobs = one(environment, "select string_agg(distinct pipeline_name, ' ' order by pipeline_name) from runs")
    assert jobs == "build_dimensions build_marts build_months load_deliveries split"
    tags = "select count(distinct run_id) from run_tags where key = '{}' and value = '{}'"
    runs = one(environment, "select count(*) from runs")
    assert one(environment, tags.format("warehouse/trigger", "command line")) == runs
    assert one(environment, tags.format("warehouse/source", "ecommerce_export")) == 1, "of three small deliveries"


def test_the_last_line_of_a_run_that_failed_in_part_says_so(environment: Mapping[str, str], tmp_path: Path) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv.gz"
    generate_short_export(good, rows=40, seed=1, dirt=0)
    bad.write_bytes(gzip.compress(good.read_bytes())[:-60])
    process = start(environment, "--no-split", "--source", "ecommerce_export", str(good), str(bad))
    out, errors = process.communicate(timeout=300)
    assert process.returncode == 1
    assert "Done in" not in out
    assert "bad.csv.gz" in errors
    assert errors.splitlines()[-1].startswith("Failed after ")
    assert "1 of 2 new files or sources were not loaded" in errors.splitlines()[-1]
    assert one(environment, "select count(*) from dw.fct_sales") == 40


def test_a_source_that_cannot_be_read_stops_no_other(environment: Mapping[str, str], tmp_path: Path) -> None:
    export, sources = tmp_path / "export.csv", tmp_path / "sources"
    generate_short_export(export, rows=40, seed=1, dirt=0)
    shutil.copytree(SQL_ROOT / "sources", sources)
    broken = sources / "cdnow" / "source.toml"
    broken.write_text(broken.read_text() + "\n[tables.")
    waiting = tmp_path / "home" / "datasets" / "cdnow" / "waiting.txt"
    waiting.parent.mkdir(parents=True)
    waiting.write_text("1 19970101 1 11.77\n")
    process = start(
        {**environment, "WAREHOUSE_SOURCES_PATH": str(sources)}, "--source", "ecommerce_export", str(export)
    )
    _, errors = process.communicate(timeout=300)
    assert process.returncode == 1
    assert errors.count("cdnow is left out") == 1, errors
    assert f"{broken} is not valid TOML" in errors
    assert "waiting.txt was not split" in errors
    assert one(environment, "select count(*) from dw.fct_sales") == 40


def test_cut_connections_end_in_a_message_or_in_success(environment: Mapping[str, str], tmp_path: Path) -> None:
    """All sessions of the run are ended again and again, Dagster's own among them; the next run completes."""
    export = tmp_path / "export.csv"
    generate_short_export(export, rows=60, seed=1, dirt=0)
    process = start(environment, str(export))
    while process.returncode is None:
        time.sleep(0.7)
        with psycopg.connect(environment["WAREHOUSE_DATABASE_URL"], autocommit=True) as connection:
            connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid() and random() < 0.5"
            )
    _, errors = process.communicate(timeout=300)
    assert "Traceback" not in errors
    assert len(errors.splitlines()) <= LONGEST_MESSAGE, errors
    again = start(environment)
    _, errors = again.communicate(timeout=300)
    assert again.returncode == 0, errors
    assert one(environment, "select count(*) from dw.fct_sales") == 60


def test_a_terminated_run_ends_in_one_line(environment: Mapping[str, str], tmp_path: Path) -> None:
    export = tmp_path / "export.csv"
    generate_export(export, rows=60, seed=1, dirt=0)
    process = subprocess.Popen(
        [*FRESH, "run", str(export)], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    for line in process.stdout:
        if "Loading" in line or "Building" in line:
            process.terminate()
            break
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 130
    assert errors.splitlines()[-1] == "Interrupted. Completed work is kept; the next run does the rest."
    assert len(errors.splitlines()) <= LONGEST_MESSAGE, errors
