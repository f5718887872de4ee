"""Brings a database to the declared schema; runs at every start and changes nothing the second time."""

from __future__ import annotations

from collections.abc import Sequence

import psycopg

from warehouse_assets.schemas import TABLES, Table, ddl

OUTCOMES = "ops.record_outcomes"
_DERIVED = ("dw.agg_", "dw.fct_reviews", "mart_")
SCHEMAS = ("vault", "staging", "ops", "governance", "dw", "mart_sales", "mart_customers")
_LOCK = 7_203_611_001
"""Advisory lock: two starters must not create the same table at once."""


def create_schema(connection: psycopg.Connection) -> None:
    """Creates what is missing, in one transaction."""
    with connection.transaction():
        connection.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
        for name in SCHEMAS:
            connection.execute(f"create schema if not exists {name}".encode())
        _drop_outdated(connection)
        existing = _columns(connection)
        for table in TABLES.values():
            if table.name not in existing:
                connection.execute(ddl.table_ddl(table).encode())
            else:
                _add_columns(connection, table, existing[table.name])
        if OUTCOMES not in existing:
            _queue_built_months(connection)


def _add_columns(connection: psycopg.Connection, table: Table, present: Sequence[str]) -> None:
    """Adds the columns that another version's table lacks; a flag that may not be NULL is false for old rows."""
    for column in table.column_list:
        if column.name not in present:
            rule = "" if column.name in table.nullable else " not null default false"
            connection.execute(f"alter table {table.name} add column {column.name} {column.sql_type}{rule}".encode())


def _queue_built_months(connection: psycopg.Connection) -> None:
    """Months that another version built, before outcomes were kept, are built again."""
    connection.execute(
        "insert into staging.pending_months (month) select to_date(partition_name, 'YYYY-MM') from ops.table_builds"
        " where table_name = 'dw.fct_sales' on conflict do nothing"
    )


def _drop_outdated(connection: psycopg.Connection) -> None:
    """Drops aggregates and marts that another version made with other columns or another key.

    They hold nothing of their own: without the record of their builds, the next run makes them again.
    """
    keys = _primary_keys(connection)
    for name, columns in _columns(connection).items():
        is_derived = name.startswith(_DERIVED) and name in TABLES
        if is_derived and (columns, keys.get(name, [])) != _declared(TABLES[name]):
            connection.execute(f"drop table {name}".encode())
            connection.execute("delete from ops.table_builds where table_name = %s", [name])


def _declared(table: Table) -> tuple[list[str], list[str]]:
    return list(table.column_names), list(table.primary_key)


def _primary_keys(connection: psycopg.Connection) -> dict[str, list[str]]:
    """The columns of each table's primary key, in its order."""
    rows = connection.execute(
        "select n.nspname || '.' || c.relname, array_agg(a.attname::text order by k.place) from pg_index i"
        " join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace"
        " cross join unnest(i.indkey) with ordinality as k (number, place)"
        " join pg_attribute a on a.attrelid = c.oid and a.attnum = k.number where i.indisprimary group by 1"
    )
    return {str(name): list(columns) for name, columns in rows}


def _columns(connection: psycopg.Connection) -> dict[str, list[str]]:
    """The tables that are there, and their columns in order."""
    rows = connection.execute(
        "select n.nspname || '.' || c.relname, array_agg(a.attname::text order by a.attnum) from pg_class c"
        " join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid"
        " where c.relkind in ('r', 'p') and not c.relispartition and n.nspname = any(%s)"
        " and a.attnum > 0 and not a.attisdropped group by 1",
        [list(SCHEMAS)],
    )
    return {str(name): list(columns) for name, columns in rows}
