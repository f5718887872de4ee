"""Replaces a month of a partitioned table by a table built beside it, or drops it when it is empty."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import psycopg

from warehouse_assets.building.planner_settings import hash_joins
from warehouse_assets.building.select import Select, insert_statement
from warehouse_assets.database.locks import lock_partition
from warehouse_assets.database.month_partitions import attach, create_standalone, run_ddl, unqualified
from warehouse_assets.schemas import Table
from warehouse_assets.schemas.ddl import month_partition

Checks = Callable[[psycopg.Connection[Any], str], None]
"""Called with the connection and the name of a partition that nobody else sees yet; raises to roll back."""


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
    create_standalone(connection, table, fresh, month)
    row_count = _insert(connection, table, select, parameters, fresh)
    _add_primary_key(connection, table, fresh)
    if checks is not None:
        checks(connection, fresh)
    run_ddl(connection, f"drop table if exists {partition}")
    if row_count == 0:
        run_ddl(connection, f"drop table {fresh}")
        return 0
    attach(connection, table, fresh, month)
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


def _add_primary_key(connection: psycopg.Connection[Any], table: Table, name: str) -> None:
    columns = ", ".join(table.primary_key)
    run_ddl(connection, f"alter table {name} add constraint {unqualified(name)}_pkey primary key ({columns})")


def _rename(connection: psycopg.Connection[Any], name: str, to: str) -> None:
    run_ddl(connection, f"alter table {name} rename to {unqualified(to)}")
    run_ddl(connection, f"alter index {name}_pkey rename to {unqualified(to)}_pkey")
