"""Whether an extract holds what the marts hold: rows and sums of every figure, table by table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from warehouse_assets.schemas import Table

if TYPE_CHECKING:
    import tableauhyperapi as hyper


class ExtractIncomplete(ValueError):
    """A table or a column that the marts have is not in the extract."""


_FIGURES = {"bigint", "integer", "numeric", "numeric(18,4)", "numeric(18,6)"}


def totals_query(table: Table) -> str:
    """Rows, then the sum of every figure that is not a key, in words that both databases understand."""
    figures = [f'sum("{name}")' for name in figure_columns(table)]
    return f'select {", ".join(["count(*)", *figures])} from "{table.schema_name}"."{table.short_name}"'


def figure_columns(table: Table) -> list[str]:
    """The columns that may be added up."""
    return [
        column.name for column in table.column_list if column.sql_type in _FIGURES and not column.name.endswith("_key")
    ]


def extract_totals(path: Path, tables: Sequence[Table]) -> dict[str, list[Any]]:
    """The totals of each table of an extract; raises ExtractIncomplete. Needs the extra `tableau`."""
    import tableauhyperapi as hyper

    nothing_sent = hyper.Telemetry.DO_NOT_SEND_USAGE_DATA_TO_TABLEAU
    with (
        hyper.HyperProcess(nothing_sent, parameters={"log_config": ""}) as process,
        hyper.Connection(process.endpoint, path) as extract,
    ):
        if absent := [name for table in tables for name in _absent_columns(extract, table)]:
            raise ExtractIncomplete(f"the extract lacks {', '.join(absent)}")
        return {table.name: extract.execute_list_query(totals_query(table))[0] for table in tables}


def _absent_columns(extract: hyper.Connection, table: Table) -> list[str]:
    """Columns that the workbook reads and the extract does not have, as table.column."""
    import tableauhyperapi as hyper

    name, there = hyper.TableName(table.schema_name, table.short_name), set()
    if extract.catalog.has_table(name):
        there = {column.name.unescaped for column in extract.catalog.get_table_definition(name).columns}
    return [f"{table.short_name}.{column}" for column in table.column_names if column not in there]


def mart_totals(connection: psycopg.Connection[Any], tables: Sequence[Table]) -> dict[str, list[Any]]:
    """The same totals in PostgreSQL."""
    rows = {table.name: connection.execute(totals_query(table).encode()).fetchone() for table in tables}
    return {name: list(row or ()) for name, row in rows.items()}


def differences(tables: Sequence[Table], extract: dict[str, list[Any]], mart: dict[str, list[Any]]) -> list[str]:
    """What differs, as `table.column: extract has this and mart that`; units are compared to nine digits."""
    found = []
    for table in tables:
        names = ["rows", *figure_columns(table)]
        for name, here, there in zip(names, extract[table.name], mart[table.name], strict=True):
            if not _same(here, there):
                found.append(f"{table.name}.{name}: the extract has {here} and the mart {there}")
    return found


def _same(one: Any, other: Any) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(float(one), float(other), rel_tol=1e-9)
