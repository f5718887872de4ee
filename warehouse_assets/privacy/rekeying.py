"""Replaces pseudonyms by delete and insert; the new ones are computed here, never in the database.

The classification of the tables says which columns hold pseudonyms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import psycopg

from warehouse_assets.pseudonyms.secret import Keys
from warehouse_assets.schemas import TABLES, Column, Table
from warehouse_assets.schemas.classification import PSEUDONYM

Connection = psycopg.Connection[Any]
KEPT_SCHEMAS = ("vault", "staging", "governance")
"""Where pseudonyms are kept; in `dw` they are computed again from staging, and in the marts there is none."""
RECORD, RECORD_KEYS = "record", ("customer_key", "order_key")
"""The jsonb column of a rejected record, and its fields that hold pseudonyms."""
_BATCH = 50_000


def pseudonym_tables() -> list[Table]:
    """Tables outside `dw` that hold pseudonyms."""
    return [
        table
        for table in TABLES.values()
        if table.schema_name in KEPT_SCHEMAS and (key_columns(table) or hash_columns(table) or has_record(table))
    ]


def key_columns(table: Table) -> list[str]:
    """Columns with keys of persons, orders, lines and reviews."""
    return _pseudonyms(table, "bigint")


def hash_columns(table: Table) -> list[str]:
    """Columns with the full hashes behind such keys."""
    return _pseudonyms(table, "bytea")


def has_record(table: Table) -> bool:
    """Whether rows keep a rejected record."""
    return RECORD in table.column_names


def _pseudonyms(table: Table, sql_type: str) -> list[str]:
    def is_one(column: Column) -> bool:
        return column.classification is PSEUDONYM and column.sql_type == sql_type

    return [column.name for column in table.column_list if is_one(column)]


def create_mappings(connection: Connection) -> None:
    """Creates this transaction's two empty mappings: old key -> new key, old hash -> new hash."""
    connection.execute("drop table if exists rekeyed, rehashed")
    connection.execute("create temp table rekeyed (old_key bigint, new_key bigint) on commit drop")
    connection.execute("create temp table rehashed (old_hash bytea, new_hash bytea) on commit drop")


def map_keys(connection: Connection, query: str, change: Callable[[Keys], Keys]) -> int:
    """Maps the keys that a query returns (distinct, none reserved) to new keys; returns their number."""
    number = 0
    for batch in _batches(connection, query):
        old = np.array(batch, dtype=np.int64)
        _copy(connection, "rekeyed", zip(batch, change(old).tolist(), strict=True))
        number += len(batch)
    connection.execute("create index on rekeyed (old_key)")
    connection.execute("analyze rekeyed")
    return number


def map_hashes(connection: Connection, query: str, change: Callable[[list[bytes]], list[bytes]]) -> None:
    """The same for full hashes."""
    for batch in _batches(connection, query):
        _copy(connection, "rehashed", zip(batch, change(batch), strict=True))
    connection.execute("analyze rehashed")


def _batches(connection: Connection, query: str) -> Iterator[list[Any]]:
    with connection.cursor(name="old_values") as cursor:
        cursor.execute(query.encode())
        while rows := cursor.fetchmany(_BATCH):
            yield [row[0] for row in rows]


def _copy(connection: Connection, table: str, rows: Any) -> None:
    with connection.cursor() as cursor, cursor.copy(f"copy {table} from stdin".encode()) as copy:
        for row in rows:
            copy.write_row(row)


def every_key(tables: list[Table]) -> str:
    """A query that returns each key in the tables once."""
    parts = [f"select {name} as key from {table.name}" for table in tables for name in key_columns(table)]
    parts += [
        f"select ({RECORD} ->> '{name}')::bigint from {table.name} where {RECORD} ? '{name}'"
        for table in tables
        if has_record(table)
        for name in RECORD_KEYS
    ]
    return f"select distinct key from ({' union all '.join(parts)}) as keys (key) where key >= 0"


def every_hash(tables: list[Table]) -> str:
    """A query that returns all full hashes in the tables."""
    return " union ".join(f"select {name} from {table.name}" for table in tables for name in hash_columns(table))


def replace_rows(
    connection: Connection, table: Table, where: str = "true", others: Mapping[str, str] | None = None
) -> int:
    """Rewrites the table's rows (alias `t`) with mapped keys and hashes; returns their number.

    Unmapped values stay; `others` gives expressions for further columns.
    """
    given = others or {}
    columns = ", ".join(table.column_names)
    mapped = ", ".join(given.get(name) or _mapped(table, name) for name in table.column_names)
    maps = {**dict.fromkeys(key_columns(table), "key"), **dict.fromkeys(hash_columns(table), "hash")}
    joins = "".join(
        f" left join re{kind}ed as {name}_map on t.{name} = {name}_map.old_{kind}" for name, kind in maps.items()
    )
    selected = f"select {mapped} from {table.name} as t{joins} where {where}"
    connection.execute(f"create temp table rewritten as {selected}".encode())
    connection.execute(f"delete from {table.name} as t where {where}".encode())
    rows = connection.execute(f"insert into {table.name} ({columns}) select {columns} from rewritten".encode()).rowcount
    connection.execute("drop table rewritten")
    return rows


def _mapped(table: Table, name: str) -> str:
    if name in key_columns(table):
        return f"coalesce({name}_map.new_key, t.{name}) as {name}"
    if name in hash_columns(table):
        return f"coalesce({name}_map.new_hash, t.{name}) as {name}"
    if name == RECORD:
        changes = ", ".join(
            f"'{key}', (select new_key from rekeyed where old_key = (t.{RECORD} ->> '{key}')::bigint)"
            for key in RECORD_KEYS
        )
        return f"t.{RECORD} || jsonb_strip_nulls(jsonb_build_object({changes})) as {RECORD}"
    return f"t.{name}"
