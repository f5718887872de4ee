"""A whole warehouse in a test: files in, jobs run, every table compared."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd
import psycopg
import pytest

from warehouse_assets import database
from warehouse_assets.cli.runner import Runner, RunRecord
from warehouse_assets.schemas import TABLES
from warehouse_assets.settings import Settings
from warehouse_assets_tests.oracle import KEY_COLUMNS, RawFile, compare, compute_marts

SOURCE = "ecommerce_export"
_NOT_COMPARED = {"governance.access_log", "ops.locks"}
_RUN_DEPENDENT = frozenset({"loaded_at", "built_at", "build_id", "attempt", "migrated_at"})
"""Columns that tell of the run and not of the data."""


@contextmanager
def unrecorded() -> Iterator[dg.DagsterInstance]:
    """Where Dagster runs without storing its events, which nobody reads and which take half of a small run's time."""
    with dg.DagsterInstance.ephemeral() as instance, pytest.MonkeyPatch.context() as patch:
        patch.setattr(instance.event_log_storage, "store_event", lambda event: None)
        yield instance


class Shop:
    """One warehouse with its home and database."""

    def __init__(self, settings: Settings) -> None:
        self.settings = replace(settings, minimum_group_size=11)

    def split(self, *files: Path) -> None:
        """Puts flat exports before the splitter."""
        self._put(self.settings.datasets_path / SOURCE, files)

    def deliver(self, *files: Path, source: str = SOURCE) -> None:
        """Puts deliveries in the incoming directory as they are."""
        self._put(self.settings.incoming_path / source, files)

    def run(self, as_of: date | None = None, *, with_reports: bool = False) -> RunRecord:
        """What `warehouse run` does, without Dagster's record of it; reports take a third of a small run's time."""
        with unrecorded() as instance:
            return Runner(self.settings, instance).run(as_of, with_reports=with_reports)

    @contextmanager
    def connect(self) -> Iterator[psycopg.Connection[Any]]:
        with database.connect(str(self.settings.database_url), autocommit=True) as connection:
            yield connection

    def one(self, query: str) -> Any:
        """The one value of a query."""
        with self.connect() as connection:
            row = connection.execute(query.encode()).fetchone()
        assert row is not None
        return row[0]

    def frame(self, table: str) -> pd.DataFrame:
        """A table as objects, columns as declared."""
        columns = TABLES[table].column_names
        with self.connect() as connection:
            rows = connection.execute(f"select {', '.join(columns)} from {table}".encode()).fetchall()
        return pd.DataFrame(rows, columns=list(columns), dtype=object)

    def contents(self) -> Mapping[str, list[str]]:
        """Every row of every table as text, sorted, without what tells of the run."""
        with self.connect() as connection:
            return {name: _rows(connection, name) for name in TABLES if name not in _NOT_COMPARED}

    def differences_from_oracle(self, files: Iterable[RawFile], loaded_on: date) -> dict[str, list[str]]:
        """Mart tables that differ from the independent computation, and where."""
        expected = compute_marts(list(files), loaded_on=loaded_on)
        found = {name: compare(frame, self.frame(name), KEY_COLUMNS[name]) for name, frame in expected.items()}
        return {name: lines for name, lines in found.items() if lines}

    @staticmethod
    def _put(folder: Path, files: Iterable[Path]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for file in files:
            shutil.copyfile(file, folder / file.name)


def _rows(connection: psycopg.Connection[Any], name: str) -> list[str]:
    columns = ", ".join(column for column in TABLES[name].column_names if column not in _RUN_DEPENDENT)
    rows = connection.execute(f"select row({columns})::text from {name}".encode())
    return sorted(str(row[0]) for row in rows)


def filled_months(connection: psycopg.Connection[Any]) -> set[date]:
    """Months of which there are facts."""
    rows = connection.execute(
        "select to_date(partition_name, 'YYYY-MM') from ops.table_builds"
        " where table_name = 'dw.fct_sales' and row_count > 0"
    )
    return {row[0] for row in rows}


def differing(one: Mapping[str, list[str]], other: Mapping[str, list[str]]) -> dict[str, tuple[list[str], list[str]]]:
    """Tables whose rows differ, with up to three rows of each side that the other lacks."""
    found = {}
    for name in one:
        left, right = set(one[name]), set(other[name])
        if one[name] != other[name]:
            found[name] = (sorted(left - right)[:3], sorted(right - left)[:3])
    return found
