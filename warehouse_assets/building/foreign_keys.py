"""Drops foreign keys for a large write, then checks them with one join instead of a trigger per row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from warehouse_assets.database.scale_out import is_scaled_out
from warehouse_assets.schemas import TABLES, ForeignKey, Table
from warehouse_assets.schemas.ddl import constraint_name, foreign_key_clause

LARGE_WRITE = 20_000
"""From this many rows, checking the whole table at once may be cheaper than row by row."""
LARGE_DELETE = 5
"""The same limit for deleted dimension rows; each deletion searches every fact."""


def are_checked_at_once(connection: psycopg.Connection[Any], table: Table, rows: int) -> bool:
    """Whether so many new rows are written without keys: where they are most of the table then.

    Never on a cluster: who wrote rows of a copied table there cannot change the table in the same transaction.
    """
    if rows < LARGE_WRITE or is_scaled_out(connection):
        return False
    found = connection.execute(f"select count(*) from (select from {table.name} limit {rows}) as first".encode())
    (present,) = found.fetchone() or (0,)
    return bool(present < rows)


@contextmanager
def suspended(
    connection: psycopg.Connection[Any], keys: Iterable[tuple[Table, ForeignKey]], *, when: bool = True
) -> Iterator[None]:
    """Drops the keys inside the block and restores them after it, within the caller's transaction.

    Raises psycopg.errors.ForeignKeyViolation at the end of the block if a row breaks one.
    """
    chosen = list(keys) if when else []
    for table, key in chosen:
        name = constraint_name(table.short_name, key.column, "fkey")
        connection.execute(f"alter table {table.name} drop constraint {name}".encode())
    yield
    for table, key in chosen:
        connection.execute(f"alter table {table.name} add {foreign_key_clause(table, key)}".encode())


def keys_of(table: Table) -> list[tuple[Table, ForeignKey]]:
    """The table's own foreign keys."""
    return [(table, key) for key in table.foreign_keys]


def keys_to(target: str) -> list[tuple[Table, ForeignKey]]:
    """All foreign keys that refer to the table."""
    return [(table, key) for table in TABLES.values() for key in table.foreign_keys if key.target == target]
