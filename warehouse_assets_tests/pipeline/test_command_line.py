"""The command line as a person uses it: what it prints, what it refuses, and how it ends."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from warehouse_assets.cli.app import app
from warehouse_assets.database import DatabaseUrls
from warehouse_assets.settings import PROJECT_ROOT, Settings
from warehouse_assets_tests.commands import FRESH, run
from warehouse_assets_tests.prepared import prepared_warehouse
from warehouse_assets_tests.short_exports import generate_short_export


@pytest.fixture
def environment(server: DatabaseUrls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """Of a prepared warehouse."""
    with prepared_warehouse(server, "command_line", tmp_path / "home") as settings:
        yield set_environment(settings, monkeypatch)


@pytest.fixture
def unprepared_environment(database: Settings, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Of one that no command has entered."""
    return set_environment(database, monkeypatch)


def set_environment(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    values = {
        "WAREHOUSE_HOME": str(settings.home),
        "WAREHOUSE_DATABASE_URL": str(settings.database_url),
        "WAREHOUSE_DAGSTER_DATABASE_URL": str(settings.dagster_database_url),
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return values


def call(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def warehouse(environment: dict[str, str], *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """In a process of its own, as a run changes the environment and the warnings of its process."""
    return run({**os.environ, **environment}, *arguments)


def imported_by_a_run(environment: dict[str, str]) -> tuple[str, set[str]]:
    """What a run in a fresh interpreter says, and the packages that it imports."""
    variables = {**os.environ, **environment, "PYTHONPROFILEIMPORTTIME": "1"}
    done = subprocess.run(
        [*FRESH, "run"], env=variables, cwd=PROJECT_ROOT, capture_output=True, text=True, timeout=300, check=True
    )
    return done.stdout, {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}


def test_a_run_says_what_it_did_and_the_own_data_replace_the_sample(
    unprepared_environment: dict[str, str], tmp_path: Path
) -> None:
    environment = unprepared_environment
    sample = warehouse(environment, "run")
    assert sample.returncode == 0, sample.stderr
    for text in ("generating a sample", "Building marts", "nonpositive_price", "known", "marts.png", "Done in"):
        assert text in sample.stdout
    assert sample.stderr == ""
    export = tmp_path / "my export.csv"
    generate_short_export(export, rows=200, seed=3, dirt=0)
    own = warehouse(environment, "run", export)
    assert own.returncode == 0, own.stderr
    assert "Your own data replaces the generated sample." in own.stdout
    assert "200 rows in 3 deliveries" in own.stdout
    said, imported = imported_by_a_run(environment)
    assert "No new delivery" in said
    assert "warehouse_assets.settings" in imported
    needless = imported & {"dagster", "pandas", "pandera", "duckdb", "plotly"}
    assert needless == set(), "a run with nothing new imports them"
    query = "select file_name, sales_loaded from ops.ingested_files where delivery_status = 'current' order by 1"
    rows = list(csv.reader(StringIO(call("sql", query, "--csv").output)))
    assert [row[0] for row in rows] == ["file_name", "my export.csv", "my export.jsonl", "my export.sqlite"]
    gone = warehouse(environment, "forget", "my export.csv")
    assert gone.returncode == 0, gone.stderr
    assert "my export.csv" not in call("status").output
    assert not (Path(environment["WAREHOUSE_HOME"]) / "incoming" / "ecommerce_export" / "my export.csv").exists()


def test_files_without_effect_are_named(environment: dict[str, str]) -> None:
    folder = Path(environment["WAREHOUSE_HOME"]) / "incoming" / "shop"
    folder.mkdir(parents=True)
    (folder / "a.csv").write_text("a\n")
    said = "Not read   incoming/shop/a.csv: there is no source shop"
    done = warehouse(environment, "run")
    assert (done.returncode, done.stderr) == (0, "")
    assert said in done.stdout and "generating a sample" not in done.stdout
    assert said in call("status").output


def test_what_cannot_be_done_is_said_without_a_traceback(environment: dict[str, str], tmp_path: Path) -> None:
    for arguments, message in (
        (("run", tmp_path / "nowhere.csv"), "there is no such file"),
        (("run", "--source", "nope", __file__), "There is no source 'nope'"),
        (("sql", "selec 1"), "syntax error"),
        (("sql", "create table dw.mine (a int)"), "read-only transaction"),
        (("split", tmp_path / "nowhere.csv"), "nowhere.csv"),
        (("forget", "nothing.csv"), "has loaded no delivery"),
    ):
        done = warehouse(environment, *arguments)
        assert done.returncode == 1, arguments
        assert message in done.stderr, arguments
        assert "Traceback" not in done.stderr


def test_split_and_generate_write_files(tmp_path: Path) -> None:
    assert call("generate", "--rows", "50", "--out", tmp_path / "a.csv").exit_code == 0
    done = call("split", tmp_path / "a.csv", "--out", tmp_path / "thirds")
    assert done.exit_code == 0
    assert sorted(path.name for path in (tmp_path / "thirds").glob("[!.]*")) == ["a.csv", "a.jsonl", "a.sqlite"]
    assert call("generate", "--rows", "60", "--out", tmp_path / "m", "--months", "3").exit_code == 0
    assert len(list((tmp_path / "m").glob("*.csv"))) == 3


def test_dagster_finds_the_code_location_and_its_storage_without_set_up(environment: dict[str, str]) -> None:
    ordinary = {name: value for name, value in os.environ.items() if not name.startswith("DAGSTER")}
    command = [str(Path(sys.executable).parent / "dagster"), "definitions", "validate"]
    done = subprocess.run(
        command, env={**ordinary, **environment}, cwd=PROJECT_ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert "All code locations passed validation" in done.stderr + done.stdout
