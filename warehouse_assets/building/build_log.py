"""The log of builds: the current complete build of each table, or month of a table."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import psycopg

WHOLE_TABLE = "all"


def new_build_id() -> str:
    """A random id, 32 hexadecimal digits."""
    return uuid.uuid4().hex


def partition_name(month: date) -> str:
    """A month as `YYYY-MM`."""
    return f"{month:%Y-%m}"


def record_build(
    connection: psycopg.Connection[Any],
    table_name: str,
    row_count: int,
    *,
    partition: str = WHOLE_TABLE,
    build_id: str | None = None,
    as_of: date | None = None,
    read_at_start: bool = False,
) -> str:
    """Records the build within its own transaction; returns its id.

    The recorded time is the current one, not the start of the transaction: marts built while it waited for locks
    lack its rows. With `read_at_start`, for a build that reads a snapshot, it is the start. It is later than all that
    the build could see even if the clock was set back, so that marts are never taken for newer than their inputs.
    """
    build_id = build_id or new_build_id()
    connection.execute(
        "insert into ops.table_builds (table_name, partition_name, build_id, built_at, as_of_date, row_count)"
        " select %(table)s, %(partition)s, %(build)s, greatest("
        "     case when %(at_start)s then now() else clock_timestamp() end,"
        "     max(built_at) + (case when %(at_start)s then 1 else 2 end) * interval '1 microsecond'"
        " ), %(as_of)s, %(rows)s from ops.table_builds"
        " on conflict (table_name, partition_name) do update set build_id = excluded.build_id,"
        " built_at = excluded.built_at, as_of_date = excluded.as_of_date, row_count = excluded.row_count",
        {
            "table": table_name,
            "partition": partition,
            "build": build_id,
            "at_start": read_at_start,
            "as_of": as_of,
            "rows": row_count,
        },
    )
    return build_id


def build_id_of(connection: psycopg.Connection[Any], table_name: str, partition: str = WHOLE_TABLE) -> str | None:
    """The current build of the table (or month); None if it was never built."""
    row = connection.execute(
        "select build_id from ops.table_builds where table_name = %s and partition_name = %s",
        [table_name, partition],
    ).fetchone()
    return None if row is None else str(row[0])


def row_count_of(connection: psycopg.Connection[Any], table_name: str) -> int:
    """The rows of the current build of the table; 0 if it was never built."""
    row = connection.execute(
        "select row_count from ops.table_builds where table_name = %s and partition_name = %s",
        [table_name, WHOLE_TABLE],
    ).fetchone()
    return int(row[0]) if row else 0


def count_rows(connection: psycopg.Connection[Any], table_name: str) -> int:
    """The number of rows in the table."""
    row = connection.execute(f"select count(*) from {table_name}".encode()).fetchone()
    return int(row[0]) if row else 0
