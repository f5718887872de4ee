"""Removes what DELETE leaves behind in an embedded cluster: dead rows, statistics, write-ahead log.

A deleted row stays in its table's file until overwritten; its values stay in `pg_statistic` and in the log. So
tables are rewritten, statistics computed again, and old log segments removed instead of reused.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from warehouse_assets.database import DatabaseUrls, connect
from warehouse_assets.privacy.erasure_proof.search import Search, search_files
from warehouse_assets.privacy.identifying_values import IdentifyingValue

Connection = psycopg.Connection[Any]
_CATALOGS = ("pg_catalog.pg_statistic", "pg_catalog.pg_statistic_ext_data")
_TOUCHED = """
select n.nspname, c.relname from pg_class as c inner join pg_namespace as n on c.relnamespace = n.oid
where c.relkind = %s and n.nspname = any(%s)
order by 1, 2
"""
_CLEAR = """
select pg_clear_attribute_stats(schemaname, tablename, attname, inherited) from pg_stats where schemaname = any(%s)
"""
_CLEAR_OF_EMPTY = """
select format(
    'alter table %%I.%%I %%s', n.nspname, c.relname, string_agg(format(
        'alter column %%I type %%s%%s', a.attname, format_type(a.atttypid, a.atttypmod),
        case when a.attcollation <> t.typcollation then ' collate ' || a.attcollation::regcollation else '' end
    ), ', ')
)
from pg_class as c
inner join pg_namespace as n on c.relnamespace = n.oid
inner join pg_attribute as a on c.oid = a.attrelid
inner join pg_type as t on a.atttypid = t.oid
inner join pg_stats as s on n.nspname = s.schemaname and c.relname = s.tablename and a.attname = s.attname
where c.relkind = 'r' and not c.relispartition and c.reltuples = 0 and n.nspname = any(%s)
group by n.nspname, c.relname
"""
"""Statements that set each column of an empty table to its own type, which drops its statistics."""
_CLEARS_STATISTICS = 180000
"""The first PostgreSQL version that can clear statistics."""
SCHEMAS = ("vault", "staging", "governance", "dw", "ops")


def scrub(urls: DatabaseUrls, data: Path | None, values: Sequence[IdentifyingValue]) -> None:
    """Rewrites every table that may hold deleted rows; given the cluster's data folder, renews the log too."""
    with connect(urls.warehouse, autocommit=True) as connection:
        _rewrite(connection, SCHEMAS)
        if data is not None:
            _renew_log(connection, data, values)


def scrub_database(url: str) -> None:
    """Rewrites every table of another database, such as Dagster's."""
    with connect(url, autocommit=True) as connection:
        _rewrite(connection, ("public",))


def _rewrite(connection: Connection, schemas: Sequence[str]) -> None:
    is_new = connection.info.server_version >= _CLEARS_STATISTICS
    # ANALYZE keeps the old statistics of a table that is now empty.
    if is_new:
        connection.execute(_CLEAR.encode(), [list(schemas)])
    of_parents = "analyze only {}" if is_new else "analyze {}"
    for kind, command in (("r", "vacuum (full, analyze) {}"), ("p", of_parents)):
        for schema, name in connection.execute(_TOUCHED.encode(), [kind, list(schemas)]).fetchall():
            connection.execute(sql.SQL(command).format(sql.Identifier(schema, name)))
    if not is_new:
        for (statement,) in connection.execute(_CLEAR_OF_EMPTY.encode(), [list(schemas)]).fetchall():
            connection.execute(statement.encode())
    row = connection.execute("select rolsuper from pg_roles where rolname = current_user").fetchone()
    for catalog in _CATALOGS if row and row[0] else ():
        connection.execute(f"vacuum (full) {catalog}".encode())


def _renew_log(connection: Connection, data: Path, values: Sequence[IdentifyingValue]) -> None:
    """Switches log segments until none with old content is left.

    Checkpoints then remove old segments instead of keeping them for reuse; segments already kept are
    overwritten one by one.
    """
    connection.execute("alter system set wal_recycle = off")
    connection.execute("alter system set min_wal_size = '32MB'")
    connection.execute("select pg_reload_conf()")
    try:
        for _ in range(_segments(data) + 3):
            connection.execute("create temp table log_entry ()")
            connection.execute("drop table log_entry")
            connection.execute("select pg_switch_wal()")
            connection.execute("checkpoint")
            if _is_log_clean(data, values):
                break
    finally:
        for name in ("wal_recycle", "min_wal_size"):
            connection.execute(f"alter system reset {name}".encode())
        connection.execute("select pg_reload_conf()")


def _segments(data: Path) -> int:
    return len(list((data / "pg_wal").glob("[0-9A-F]*")))


def _is_log_clean(data: Path, values: Sequence[IdentifyingValue]) -> bool:
    search = Search()
    search_files(data / "pg_wal", "log", values, search)
    return search.is_clean
