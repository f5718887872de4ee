"""A table is filled by one SELECT from `sql/`; here it is read and its result inserted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import psycopg

from warehouse_assets.schemas import Table
from warehouse_assets.settings import SQL_ROOT


@dataclass(frozen=True)
class Select:
    """A SELECT in `sql/<path>` with bind parameters `%(name)s`, some fixed here, the others by the build."""

    path: str
    fixed: Mapping[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return (SQL_ROOT / self.path).read_text(encoding="utf-8").strip().rstrip(";")


def insert_statement(table: Table, select: Select, target: str | None = None) -> bytes:
    """INSERT of the SELECT's columns, which come in the table's declared order."""
    columns = ", ".join(table.column_names)
    return f"insert into {target or table.name} ({columns})\n{select.text}".encode()


def replace_table(
    connection: psycopg.Connection, table: Table, select: Select, parameters: Mapping[str, Any]
) -> int:
    """Replaces all rows of an unpartitioned table within the caller's transaction; returns the rows written.

    DELETE and not TRUNCATE: a reader with an older snapshot keeps seeing the former build.
    """
    connection.execute(f"delete from {table.name}".encode())
    cursor = connection.execute(insert_statement(table, select), {**parameters, **select.fixed})
    return cursor.rowcount
