"""Brings a database to the declared schema; runs at every start and changes nothing the second time."""

from __future__ import annotations

import psycopg

from warehouse_assets.schemas import TABLES, ddl

SCHEMAS = ("vault", "staging", "ops", "governance", "dw", "mart_sales", "mart_customers")
_LOCK = 7_203_611_001
"""Advisory lock: two starters must not create the same table at once."""


def create_schema(connection: psycopg.Connection) -> None:
    """Creates what is missing, in one transaction."""
    with connection.transaction():
        connection.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
        for name in SCHEMAS:
            connection.execute(f"create schema if not exists {name}".encode())
        existing = _existing_tables(connection)
        for table in TABLES.values():
            if table.name not in existing:
                connection.execute(ddl.table_ddl(table).encode())


def _existing_tables(connection: psycopg.Connection) -> set[str]:
    rows = connection.execute(
        "select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        " where c.relkind in ('r', 'p') and n.nspname = any(%s)",
        [list(SCHEMAS)],
    )
    return {str(row[0]) for row in rows}
