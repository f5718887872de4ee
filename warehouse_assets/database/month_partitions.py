"""Monthly partitions of the warehouse's tables: created when needed, attached without blocking readers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import psycopg

from warehouse_assets.database.catalogue import missing_tables
from warehouse_assets.database.connections import session_beside
from warehouse_assets.database.locks import lock_partition
from warehouse_assets.schemas import TABLES, Table
from warehouse_assets.schemas.ddl import month_partition, next_month

_PATIENCE_MS = 5_000
"""How long a transaction beside the caller's waits for a lock."""


def ensure_partitions(connection: psycopg.Connection[Any], table_name: str, months: Iterable[date]) -> None:
    """Creates the missing partitions of these months, within the caller's transaction.

    They are created apart and attached: creating them in place would block every reader until the commit.
    """
    table = TABLES[table_name]
    wanted = {month_partition(table, month): month for month in sorted({month.replace(day=1) for month in months})}
    if not missing_tables(connection, wanted):
        return
    lock_partition(connection, table_name, "partitions")
    made = [
        statement
        for partition in missing_tables(connection, wanted)
        for statement in (_standalone(table, partition), _attached(table, partition, wanted[partition]))
    ]
    if made:
        run_ddl(connection, ";\n".join(made))


def ensure_partitions_apart(connection: psycopg.Connection[Any], table_name: str, months: Iterable[date]) -> None:
    """Creates them in a transaction of its own: others that need them do not wait for the caller's.

    Within the caller's, if somebody waits for the table, who may in turn wait for the caller.
    """
    table, wanted = TABLES[table_name], list(months)
    if not missing_tables(connection, [month_partition(table, month.replace(day=1)) for month in wanted]):
        return
    try:
        with session_beside(connection) as other:
            other.execute(f"set lock_timeout = {_PATIENCE_MS}")
            ensure_partitions(other, table_name, wanted)
    except psycopg.OperationalError:
        ensure_partitions(connection, table_name, wanted)


def create_standalone(connection: psycopg.Connection[Any], table: Table, name: str) -> None:
    """Creates a table for one month that is not attached yet."""
    run_ddl(connection, _standalone(table, name))


def _standalone(table: Table, name: str) -> str:
    return f"create table {name} (like {table.name} including defaults including constraints)"


def attach(connection: psycopg.Connection[Any], table: Table, name: str, month: date) -> None:
    """Attaches a table as the month's partition. PostgreSQL reads its rows once, to see that they are of the month."""
    run_ddl(connection, _attached(table, name, month))


def _attached(table: Table, name: str, month: date) -> str:
    return f"alter table {table.name} attach partition {name} for values from ('{month}') to ('{next_month(month)}')"


def run_ddl(connection: psycopg.Connection[Any], statement: str) -> None:
    """Executes statements whose identifiers come from the declarations."""
    connection.execute(statement.encode())


def unqualified(name: str) -> str:
    """The name without its schema, if it has one."""
    return name.split(".")[-1]
