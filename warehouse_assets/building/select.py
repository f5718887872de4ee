"""A table is filled by one SELECT from `sql/`; here it is read and its result inserted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from warehouse_assets.schemas import Table
from warehouse_assets.settings import SQL_ROOT


@dataclass(frozen=True)
class Select:
    """A SELECT in `sql/<path>` with bind parameters `%(name)s`, some fixed here, the others by the build.

    `relations` are SELECTs in the files beside it, which it reads under their names; they come in the order
    in which they read one another, and their results are never stored.
    """

    path: str
    fixed: Mapping[str, Any] = field(default_factory=dict)
    relations: tuple[str, ...] = ()
    are_materialized: bool = False
    """Whether each relation is computed once and not merged into the plan."""

    @property
    def text(self) -> str:
        """The whole statement, relations included."""
        own = SQL_ROOT / self.path
        if not self.relations:
            return _read(own)
        kept = "as materialized" if self.are_materialized else "as"
        relations = ",\n".join(f"{name} {kept} (\n{_read(own.with_name(f'{name}.sql'))}\n)" for name in self.relations)
        return f"with {relations}\nselect * from (\n{_read(own)}\n) as built"


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8").strip().rstrip(";")


def insert_statement(table: Table, select: Select, target: str | None = None) -> bytes:
    """INSERT of the SELECT's columns, which come in the table's declared order."""
    columns = ", ".join(table.column_names)
    return f"insert into {target or table.name} ({columns})\n{select.text}".encode()


def replace_table(
    connection: psycopg.Connection[Any], table: Table, select: Select, parameters: Mapping[str, Any]
) -> int:
    """Replaces all rows of an unpartitioned table within the caller's transaction; returns the rows written.

    DELETE and not TRUNCATE: a reader with an older snapshot keeps seeing the former build.
    """
    columns = ", ".join(table.column_names)
    scratch = f"{table.short_name}_build"
    # CREATE TABLE AS, because unlike INSERT it may read with parallel workers; it takes no bound parameters.
    psycopg.ClientCursor(connection).execute(
        f"create temporary table {scratch} ({columns}) as\n{select.text}".encode(), {**parameters, **select.fixed}
    )
    connection.execute(f"delete from {table.name}".encode())
    rows = connection.execute(f"insert into {table.name} ({columns}) select {columns} from {scratch}".encode()).rowcount
    connection.execute(f"drop table {scratch}".encode())
    return rows
