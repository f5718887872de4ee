"""Brings a database to the declared schema: applies migrations, drops outdated derived tables, creates missing tables.

Base tables (`staging`, `vault`, `ops`, `governance`) change by the numbered scripts of `sql/migrations`, forward only.
Derived tables (`dw` and the marts) hold no original data: if their columns changed, they are dropped and the next
run builds them again from staging. Runs at every change of the declarations; a second time it changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg

from warehouse_assets.database.errors import DatabaseError
from warehouse_assets.database.locks import create_locks, lock_schema
from warehouse_assets.schemas import TABLES, Table, ddl
from warehouse_assets.settings import SQL_ROOT

SCHEMAS = ("vault", "staging", "ops", "governance", "dw", "mart_sales", "mart_customers")
MIGRATIONS_PATH = SQL_ROOT / "migrations"
VERSIONS = "ops.schema_versions"
_STAR = ("dw.dim_", "dw.fct_")
_REBUILD = """
insert into staging.pending_customers (customer_key)
select customer_key from staging.customers
union select customer_key from staging.sales where customer_key >= 0
union select customer_key from staging.reviews where customer_key >= 0
on conflict do nothing;
insert into staging.pending_months (month)
select distinct date_trunc('month', sale_date::timestamp)::date from staging.sales
on conflict do nothing
"""


class SchemaError(DatabaseError):
    """The database has a schema that this version cannot use."""


@dataclass(frozen=True)
class Migration:
    """One script of `sql/migrations`, `NNNN_name.sql`. It runs in one transaction."""

    version: int
    name: str
    text: str


def read_migrations(folder: Path = MIGRATIONS_PATH) -> list[Migration]:
    """All scripts, in order. Raises ValueError for a name or a number out of order."""
    found = []
    for number, path in enumerate(sorted(folder.glob("*.sql")), 1):
        matched = re.fullmatch(r"(\d{4})_([a-z0-9_]+)", path.stem)
        if matched is None or int(matched[1]) != number:
            raise ValueError(f"{path.name}: migrations are named 0001_name.sql, 0002_name.sql, ... without a gap")
        found.append(Migration(number, matched[2], path.read_text("utf-8")))
    return found


def create_schema(connection: psycopg.Connection, migrations: Sequence[Migration] | None = None) -> None:
    """Brings the database to the declared schema.

    Raises SchemaError if the database is newer than this version, or if no migration leads to it.
    """
    known = read_migrations() if migrations is None else migrations
    _create_new(connection, known)
    migrate(connection, known)
    with connection.transaction():
        lock_schema(connection)
        is_star_dropped = _drop_outdated(connection)
        _create_missing(connection)
        create_locks(connection)
        _renew_comments(connection)
        _check_base_tables(connection)
        if is_star_dropped:
            connection.execute(_REBUILD)


def _create_new(connection: psycopg.Connection, known: Sequence[Migration]) -> None:
    """An empty database begins at the newest version. Whether it is empty is known only under the lock."""
    with connection.transaction():
        lock_schema(connection)
        if not existing_columns(connection):
            _create_missing(connection)
            _record(connection, known)


def migrate(connection: psycopg.Connection, known: Sequence[Migration]) -> None:
    """Applies the migrations that the database lacks, one transaction each."""
    for migration in known:
        with connection.transaction():
            lock_schema(connection)
            connection.execute(ddl.table_ddl(TABLES[VERSIONS]).encode())
            version = _version(connection)
            if version > len(known):
                raise SchemaError(
                    f"The database has schema version {version}; this version of the warehouse knows {len(known)}."
                    " Use the newer version, or restore a backup from before the upgrade. Nothing was changed."
                )
            if migration.version > version:
                connection.execute(migration.text.encode())
                _record(connection, [migration])


def _version(connection: psycopg.Connection) -> int:
    row = connection.execute(f"select coalesce(max(schema_version), 0) from {VERSIONS}".encode()).fetchone()
    return int(row[0]) if row else 0


def _record(connection: psycopg.Connection, migrations: Sequence[Migration]) -> None:
    for migration in migrations:
        connection.execute(
            f"insert into {VERSIONS} (schema_version, migration_name, migrated_at) values (%s, %s, now())".encode(),
            [migration.version, migration.name],
        )


def _create_missing(connection: psycopg.Connection) -> None:
    for name in SCHEMAS:
        connection.execute(f"create schema if not exists {name}".encode())
    existing = existing_columns(connection)
    for table in TABLES.values():
        if table.name not in existing:
            connection.execute(ddl.table_ddl(table).encode())


def _renew_comments(connection: psycopg.Connection) -> None:
    """Tables that an earlier version created get the present descriptions."""
    rows = connection.execute(
        "select n.nspname || '.' || c.relname, obj_description(c.oid, 'pg_class') from pg_class c"
        " join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p') and n.nspname = any(%s)",
        [list(SCHEMAS)],
    )
    found = {str(name): str(comment) for name, comment in rows}
    for name, table in TABLES.items():
        statements = ddl.comments(table)
        if name in found and ddl.quote_text(found[name]) not in statements[0]:
            connection.execute("\n".join(statements).encode())


def _drop_outdated(connection: psycopg.Connection) -> bool:
    """Drops derived tables with other columns, key or NULLs than declared; returns whether the star was dropped.

    Dimensions and facts refer to each other, so they are dropped together, with the aggregates.
    """
    existing, keys, optional = existing_columns(connection), _primary_keys(connection), _optional_columns(connection)
    outdated = {
        name
        for name, columns in existing.items()
        if is_derived(name)
        and name in TABLES
        and (columns, keys.get(name, []), optional.get(name, set())) != _declared(TABLES[name])
    }
    is_star_outdated = any(name.startswith(_STAR) for name in outdated)
    if is_star_outdated:
        outdated |= {name for name in existing if name.startswith("dw.")}
    for name in sorted(outdated):
        connection.execute(f"drop table {name} cascade".encode())
        connection.execute("delete from ops.table_builds where table_name = %s", [name])
    return is_star_outdated


def is_derived(name: str) -> bool:
    """Whether the table is built from staging and holds no original data."""
    return name.startswith(("dw.", "mart_"))


def _check_base_tables(connection: psycopg.Connection) -> None:
    for name, columns in existing_columns(connection).items():
        if name in TABLES and not is_derived(name) and set(columns) != set(TABLES[name].column_names):
            lacking = sorted(set(TABLES[name].column_names) - set(columns))
            unknown = sorted(set(columns) - set(TABLES[name].column_names))
            found = [f"lacks {', '.join(lacking)}"] if lacking else []
            found += [f"has the unknown {', '.join(unknown)}"] if unknown else []
            raise SchemaError(
                f"Table {name} {' and '.join(found)}, and no migration of this version changes that. Restore a backup"
                " made by a version that can be upgraded, or use the version that made this database."
                " Nothing was changed."
            )


def _declared(table: Table) -> tuple[list[str], list[str], set[str]]:
    return list(table.column_names), list(table.primary_key), set(table.nullable)


def _optional_columns(connection: psycopg.Connection) -> dict[str, set[str]]:
    """The columns of each table that may be NULL."""
    rows = connection.execute(
        "select n.nspname || '.' || c.relname, array_agg(a.attname::text) from pg_class c"
        " join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid"
        " where c.relkind in ('r', 'p') and n.nspname = any(%s)"
        " and a.attnum > 0 and not a.attisdropped and not a.attnotnull group by 1",
        [list(SCHEMAS)],
    )
    return {str(name): set(columns) for name, columns in rows}


def _primary_keys(connection: psycopg.Connection) -> dict[str, list[str]]:
    """The columns of each table's primary key, in its order."""
    rows = connection.execute(
        "select n.nspname || '.' || c.relname, array_agg(a.attname::text order by k.place) from pg_index i"
        " join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace"
        " cross join unnest(i.indkey) with ordinality as k (number, place)"
        " join pg_attribute a on a.attrelid = c.oid and a.attnum = k.number where i.indisprimary group by 1"
    )
    return {str(name): list(columns) for name, columns in rows}


def existing_columns(connection: psycopg.Connection) -> dict[str, list[str]]:
    """The existing tables and their columns in order."""
    rows = connection.execute(
        "select n.nspname || '.' || c.relname, array_agg(a.attname::text order by a.attnum) from pg_class c"
        " join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid"
        " where c.relkind in ('r', 'p') and not c.relispartition and n.nspname = any(%s)"
        " and a.attnum > 0 and not a.attisdropped group by 1",
        [list(SCHEMAS)],
    )
    return {str(name): list(columns) for name, columns in rows}
