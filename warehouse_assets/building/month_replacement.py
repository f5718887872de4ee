"""Replaces a month of a partitioned table, so that every reader sees the old rows or the new ones.

The new rows are built and checked in a separate table. The first build of a month attaches that table as the
partition, which blocks no reader. Later builds change only the rows that differ: dropping and attaching a partition
would show an empty month to readers with an older snapshot, and would wait for every reader.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import psycopg

from warehouse_assets.building.planner_settings import hash_joins
from warehouse_assets.building.select import Select, insert_statement
from warehouse_assets.database.catalogue import exists
from warehouse_assets.database.locks import lock_partition
from warehouse_assets.database.month_partitions import attach, create_standalone, run_ddl, unqualified
from warehouse_assets.database.scale_out import is_spread, spread_like
from warehouse_assets.schemas import Table
from warehouse_assets.schemas.ddl import month_partition

Checks = Callable[[psycopg.Connection[Any], str], None]
"""Called with the connection and the name of the table of new rows, still invisible to others; raises to roll back."""


def replace_month(
    connection: psycopg.Connection[Any],
    table: Table,
    month: date,
    select: Select,
    parameters: Mapping[str, Any],
    checks: Checks | None = None,
) -> int:
    """Replaces the month with the rows of the SELECT, within the caller's transaction; returns their number."""
    partition = month_partition(table, month)
    is_first, is_far = not exists(connection, partition), is_spread(connection, table.name)
    # Outcomes are written by the same statement, here, so that its rows come here first.
    is_built_there = is_far and select.outcomes is None
    becomes_partition = is_first and is_far == is_built_there
    fresh = partition if becomes_partition else f"{partition}_new"
    create_standalone(connection, table, fresh)
    if is_built_there:
        spread_like(connection, fresh, table.name)
    with hash_joins(connection):
        row_count = _insert(connection, table, select, parameters, fresh)
        add_primary_key(connection, table, fresh)
        if checks is not None:
            checks(connection, fresh)
        if not is_first:
            if is_far and not is_built_there:
                fresh = _moved_there(connection, table, fresh)
            change_rows(connection, table, partition, fresh)
        elif row_count:
            lock_partition(connection, table.name, "partitions")
            if becomes_partition:
                attach(connection, table, fresh, month)
                return row_count
            _fill_new_partition(connection, table, month, fresh)
    run_ddl(connection, f"drop table {fresh}")
    return row_count


def _fill_new_partition(connection: psycopg.Connection[Any], table: Table, month: date, fresh: str) -> None:
    """Attaches an empty partition, then fills it.

    A filled table that is attached where tables are spread would leave a copy of its rows on the coordinator, which no
    query sees and no erasure reaches.
    """
    partition, columns = month_partition(table, month), ", ".join(table.column_names)
    create_standalone(connection, table, partition)
    attach(connection, table, partition, month)
    run_ddl(connection, f"insert into {partition} ({columns}) select {columns} from {fresh}")


def _moved_there(connection: psycopg.Connection[Any], table: Table, fresh: str) -> str:
    """The new rows on the nodes of those that they are compared with, which would come here for it otherwise."""
    there, columns = f"{fresh}_there", ", ".join(table.column_names)
    create_standalone(connection, table, there)
    spread_like(connection, there, table.name)
    run_ddl(connection, f"insert into {there} ({columns}) select {columns} from {fresh}")
    run_ddl(connection, f"drop table {fresh}")
    return there


def change_rows(
    connection: psycopg.Connection[Any], table: Table, target: str, fresh: str, within: str | None = None
) -> None:
    """Deletes rows that are gone or differ, then inserts rows that are new or differ.

    Rows are compared as text, so that a change of an amount's scale counts as a difference. `within` limits the rows
    of the target, which is called `old` there.
    """
    keys = table.primary_key
    same_key = " and ".join(f"old.{name} = new.{name}" for name in keys)
    key, old_key = ", ".join(keys), ", ".join(f"old.{name}" for name in keys)
    old, new = (", ".join(f"{side}.{name}" for name in table.column_names) for side in ("old", "new"))
    is_same = f"{same_key} and row({old})::text = row({new})::text"
    and_within = f" and ({within})" if within else ""
    if is_spread(connection, table.name):  # a cluster deletes what is listed, and no join of two spread tables
        stale = f"{target} as old left join {fresh} as new on {is_same} where new.{keys[0]} is null{and_within}"
        run_ddl(connection, f"create temporary table stale_rows as select {old_key} from {stale}")
        run_ddl(connection, f"delete from {target} where ({key}) in (select {key} from stale_rows)")
        run_ddl(connection, "drop table stale_rows")
    else:
        is_fresh = f"exists (select from {fresh} as new where {is_same})"
        run_ddl(connection, f"delete from {target} as old where not {is_fresh}{and_within}")
    run_ddl(
        connection,
        f"insert into {target} ({', '.join(table.column_names)}) select {new} from {fresh} as new"
        f" left join {target} as old on {same_key}{and_within} where old.{keys[0]} is null",
    )


def _insert(
    connection: psycopg.Connection[Any],
    table: Table,
    select: Select,
    parameters: Mapping[str, Any],
    target: str,
) -> int:
    # Never prepared: a generic plan could not skip the partitions of other months.
    cursor = connection.execute(insert_statement(table, select, target), {**parameters, **select.fixed}, prepare=False)
    return cursor.rowcount


def add_primary_key(connection: psycopg.Connection[Any], table: Table, name: str) -> None:
    """Gives a table of new rows the key that its partition will have; raises UniqueViolation."""
    columns = ", ".join(table.primary_key)
    run_ddl(connection, f"alter table {name} add constraint {unqualified(name)}_pkey primary key ({columns})")
