"""The record of which complete build each table, or month of a table, is at."""

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
    """Notes, in the transaction of the build itself, what the table (or month) is at; returns its id.

    The time is the present one: a transaction may have waited long for its locks, and marts that were built
    meanwhile do not hold what it brings. Of a build that reads all as it was when its transaction began,
    `read_at_start`, it is that time.
    """
    build_id = build_id or new_build_id()
    connection.execute(
        "insert into ops.table_builds (table_name, partition_name, build_id, built_at, as_of_date, row_count)"
        " values (%s, %s, %s, case when %s then now() else clock_timestamp() end, %s, %s)"
        " on conflict (table_name, partition_name) do update set build_id = excluded.build_id,"
        " built_at = excluded.built_at, as_of_date = excluded.as_of_date, row_count = excluded.row_count",
        [table_name, partition, build_id, read_at_start, as_of, row_count],
    )
    return build_id


def build_id_of(connection: psycopg.Connection[Any], table_name: str, partition: str = WHOLE_TABLE) -> str | None:
    """The build that the table (or month) is at; None when it was never built."""
    row = connection.execute(
        "select build_id from ops.table_builds where table_name = %s and partition_name = %s",
        [table_name, partition],
    ).fetchone()
    return None if row is None else str(row[0])


def count_rows(connection: psycopg.Connection[Any], table_name: str) -> int:
    """The rows that the table has now."""
    row = connection.execute(f"select count(*) from {table_name}".encode()).fetchone()
    return int(row[0]) if row else 0
