"""Monthly partitions: made when needed, replaced whole, dropped when empty."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

import psycopg

from warehouse_assets.building.locks import lock_partition
from warehouse_assets.building.planning import hash_joins
from warehouse_assets.building.select import Select, insert_statement
from warehouse_assets.schemas import TABLES, Table
from warehouse_assets.schemas.ddl import month_partition, next_month

Checks = Callable[[psycopg.Connection[Any], str], None]
"""Called with the connection and the name of a partition that nobody else sees yet; raises to roll back."""


def ensure_partitions(connection: psycopg.Connection[Any], table_name: str, months: Iterable[date]) -> None:
    """Makes the months' partitions that are missing, within the caller's transaction.

    They are attached and not created in place, which would bar every reader of the table until the commit.
    """
    table = TABLES[table_name]
    wanted = sorted({month.replace(day=1) for month in months})
    if all(_exists(connection, month_partition(table, month)) for month in wanted):
        return
    lock_partition(connection, table_name, "partitions")
    for month in wanted:
        if not _exists(connection, month_partition(table, month)):
            partition = month_partition(table, month)
            _create_standalone(connection, table, partition, month)
            _attach(connection, table, partition, month)


def swap_month(
    connection: psycopg.Connection[Any],
    table: Table,
    month: date,
    select: Select,
    parameters: Mapping[str, Any],
    checks: Checks | None = None,
) -> int:
    """Replaces the month by a table built beside it; returns its rows.

    Keys are checked by one join each instead of a trigger per row, indexes are made at once instead of row by
    row, and readers are kept out only from the moment the former partition goes.
    """
    # Making the new table holds on to its parent, and the former one goes only when nobody else does: two swaps
    # of one table at a time would wait for each other for ever.
    lock_partition(connection, table.name, "partitions")
    partition = month_partition(table, month)
    fresh = f"{partition}_new"
    _create_standalone(connection, table, fresh, month)
    row_count = _insert(connection, table, select, parameters, fresh)
    _add_primary_key(connection, table, fresh)
    if checks is not None:
        checks(connection, fresh)
    _run(connection, f"drop table if exists {partition}")
    if row_count == 0:
        _run(connection, f"drop table {fresh}")
        return 0
    _attach(connection, table, fresh, month)
    _rename(connection, fresh, partition)
    return row_count


def _insert(
    connection: psycopg.Connection[Any],
    table: Table,
    select: Select,
    parameters: Mapping[str, Any],
    target: str,
) -> int:
    # Never prepared: a plan that serves every month cannot leave the other months' partitions out.
    with hash_joins(connection):
        cursor = connection.execute(
            insert_statement(table, select, target), {**parameters, **select.fixed}, prepare=False
        )
    return cursor.rowcount


def _create_standalone(connection: psycopg.Connection[Any], table: Table, name: str, month: date) -> None:
    column = table.partitioned_by
    _run(
        connection,
        f"create table {name} (like {table.name} including defaults including constraints,"
        f" constraint {_short(name)}_bounds"
        f" check ({column} >= date '{month}' and {column} < date '{next_month(month)}'))",
    )


def _attach(connection: psycopg.Connection[Any], table: Table, name: str, month: date) -> None:
    """Attaches; the bounds are known to hold from the check, which has then served."""
    _run(
        connection,
        f"alter table {table.name} attach partition {name} for values from ('{month}') to ('{next_month(month)}')",
    )
    _run(connection, f"alter table {name} drop constraint {_short(name)}_bounds")


def _add_primary_key(connection: psycopg.Connection[Any], table: Table, name: str) -> None:
    columns = ", ".join(table.primary_key)
    _run(connection, f"alter table {name} add constraint {_short(name)}_pkey primary key ({columns})")


def _rename(connection: psycopg.Connection[Any], name: str, to: str) -> None:
    _run(connection, f"alter table {name} rename to {_short(to)}")
    _run(connection, f"alter index {name}_pkey rename to {_short(to)}_pkey")


def _exists(connection: psycopg.Connection[Any], name: str) -> bool:
    row = connection.execute("select to_regclass(%s) is not null", [name]).fetchone()
    return bool(row and row[0])


def _run(connection: psycopg.Connection[Any], statement: str) -> None:
    connection.execute(statement.encode())


def _short(name: str) -> str:
    return name.split(".")[1]
