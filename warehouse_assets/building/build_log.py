"""The log of builds: the current complete build of each table, or month of a table."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
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
    build = build_id or new_build_id(), row_count
    record_builds(connection, table_name, {partition: build}, as_of=as_of, read_at_start=read_at_start)
    return build[0]


def record_builds(
    connection: psycopg.Connection[Any],
    table_name: str,
    builds: Mapping[str, tuple[str, int]],
    *,
    as_of: date | None = None,
    read_at_start: bool = False,
) -> None:
    """Records builds of several partitions, each with its id and its rows, as `record_build` does."""
    ids, rows = zip(*builds.values(), strict=True)
    connection.execute(
        "with newest as (select max(built_at) as built_at from ops.table_builds)"
        " insert into ops.table_builds (table_name, partition_name, build_id, built_at, as_of_date, row_count)"
        " select %(table)s, built.partition_name, built.build_id, greatest("
        "     case when %(at_start)s then now() else clock_timestamp() end,"
        "     newest.built_at + (case when %(at_start)s then 1 else 2 end) * interval '1 microsecond'"
        " ), %(as_of)s, built.row_count"
        " from unnest(%(partitions)s::text[], %(ids)s::text[], %(rows)s::bigint[])"
        " as built (partition_name, build_id, row_count) cross join newest"
        " on conflict (table_name, partition_name) do update set build_id = excluded.build_id,"
        " built_at = excluded.built_at, as_of_date = excluded.as_of_date, row_count = excluded.row_count",
        {
            "table": table_name,
            "partitions": list(builds),
            "ids": list(ids),
            "rows": list(rows),
            "at_start": read_at_start,
            "as_of": as_of,
        },
    )


def build_id_of(connection: psycopg.Connection[Any], table_name: str, partition: str = WHOLE_TABLE) -> str | None:
    """The current build of the table (or month); None if it was never built."""
    return build_ids_of(connection, table_name, [partition]).get(partition)


def build_ids_of(connection: psycopg.Connection[Any], table_name: str, partitions: Sequence[str]) -> dict[str, str]:
    """Partition -> its current build, of those that were ever built."""
    rows = connection.execute(
        "select partition_name, build_id from ops.table_builds where table_name = %s and partition_name = any(%s)",
        [table_name, list(partitions)],
    )
    return dict(rows.fetchall())


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
