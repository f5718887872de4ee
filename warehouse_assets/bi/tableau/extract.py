"""The marts as a `.hyper` file, which Tableau reads without the warehouse's server.

The library is Tableau's own and 260 MB large: it comes with the extra `tableau` of this project.
"""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

from warehouse_assets.schemas import Table

if TYPE_CHECKING:
    import tableauhyperapi as hyper

_BATCH = 10_000


def has_library() -> bool:
    """Whether the extra `tableau` is installed."""
    return importlib.util.find_spec("tableauhyperapi") is not None


def fingerprint(connection: psycopg.Connection[Any], tables: list[Table]) -> str:
    """A digest of all rows of the tables with their declarations: what an extract of them would hold."""
    digest = hashlib.sha256()
    for table in tables:
        digest.update(f"{table.name}({table.columns})".encode())
        for row in _rows(connection, table):
            digest.update(repr(row).encode())
    return digest.hexdigest()


def write_extract(connection: psycopg.Connection[Any], tables: list[Table], path: Path) -> dict[str, int]:
    """Makes the file with one table per mart table, under the marts' own names; returns the rows of each.

    The caller's transaction decides what is read: all tables are of one moment where it is repeatable read.
    Nothing is sent to Tableau.
    """
    import tableauhyperapi as hyper

    nothing_sent = hyper.Telemetry.DO_NOT_SEND_USAGE_DATA_TO_TABLEAU
    quiet = {"log_config": "", "default_database_version": "2"}
    with (
        hyper.HyperProcess(nothing_sent, parameters=quiet) as process,
        hyper.Connection(process.endpoint, path, hyper.CreateMode.CREATE_AND_REPLACE) as extract,
    ):
        for schema in sorted({table.schema_name for table in tables}):
            extract.catalog.create_schema(schema)
        return {table.name: _copy(connection, extract, table) for table in tables}


def _copy(connection: psycopg.Connection[Any], extract: hyper.Connection, table: Table) -> int:
    import tableauhyperapi as hyper

    types = {
        "text": hyper.SqlType.text(),
        "date": hyper.SqlType.date(),
        "boolean": hyper.SqlType.bool(),
        "bigint": hyper.SqlType.big_int(),
        "integer": hyper.SqlType.int(),
        "numeric(18,4)": hyper.SqlType.numeric(18, 4),
        "numeric(18,6)": hyper.SqlType.numeric(18, 6),
        "numeric": hyper.SqlType.double(),
    }
    columns = [
        hyper.TableDefinition.Column(
            column.name,
            types[column.sql_type],
            hyper.Nullability.NULLABLE if column.name in table.nullable else hyper.Nullability.NOT_NULLABLE,
        )
        for column in table.column_list
    ]
    definition = hyper.TableDefinition(hyper.TableName(table.schema_name, table.short_name), columns)
    extract.catalog.create_table(definition)
    doubles = [place for place, column in enumerate(table.column_list) if column.sql_type == "numeric"]
    count = 0
    with hyper.Inserter(extract, definition) as inserter:
        for row in _rows(connection, table):
            inserter.add_row([float(value) if place in doubles else value for place, value in enumerate(row)])
            count += 1
        inserter.execute()
    return count


def _rows(connection: psycopg.Connection[Any], table: Table) -> Iterator[tuple[Any, ...]]:
    """All rows in the order of the key, in batches."""
    keys = (
        sql.SQL('{} collate "C"' if _is_text(table, key) else "{}").format(sql.Identifier(key))
        for key in table.primary_key
    )
    query = sql.SQL("select {} from {} order by {}").format(
        sql.SQL(", ").join(map(sql.Identifier, table.column_names)),
        sql.Identifier(table.schema_name, table.short_name),
        sql.SQL(", ").join(keys),
    )
    with connection.cursor(name="extract") as cursor:
        cursor.itersize = _BATCH
        yield from cursor.execute(query)


def _is_text(table: Table, key: str) -> bool:
    return next(column.sql_type for column in table.column_list if column.name == key) == "text"
