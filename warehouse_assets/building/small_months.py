"""Replaces several small months of a partitioned table with one statement each.

Statements of a month of few rows cost the database far less to run than to plan, and its tables less to fill than to
make and to swap. So the new rows of several small months are built and checked together in one scratch table, and only
rows that differ are changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import psycopg

from warehouse_assets.building.month_replacement import Checks, add_primary_key, change_rows, replace_month
from warehouse_assets.building.planner_settings import hash_joins
from warehouse_assets.building.select import Select, insert_of_each_month, outcomes_of_each_month
from warehouse_assets.database.month_partitions import ensure_partitions, run_ddl
from warehouse_assets.database.scale_out import is_scaled_out
from warehouse_assets.schemas import TABLES, Table
from warehouse_assets.schemas.ddl import contiguous, month_partition, next_month

_SMALL_BYTES = 128 << 10
"""Most bytes of a small month's partition of staging.sales: some 500 lines."""
_MOST_TOGETHER = 24
"""Most months of a build, so that two workers share four years."""


def together(connection: psycopg.Connection[Any], months: Sequence[date]) -> list[tuple[date, ...]]:
    """The months in builds, in their order: small ones together, each other month alone."""
    small = _small(connection, months) if len(months) > 1 and not is_scaled_out(connection) else set()
    builds: list[tuple[date, ...]] = []
    for month in sorted(months):
        last = builds[-1] if builds else ()
        if month in small and last and last[-1] in small and len(last) < _MOST_TOGETHER:
            builds[-1] = (*last, month)
        else:
            builds.append((month,))
    return builds


def replace_months(
    connection: psycopg.Connection[Any],
    table: Table,
    months: Sequence[date],
    select: Select,
    parameters: Mapping[str, Any],
    checks: Checks | None = None,
) -> dict[date, int]:
    """Replaces the months with the rows of the SELECT, within the caller's transaction; returns the rows of each."""
    if len(months) == 1:
        bounds = {"month_start": months[0], "month_end": next_month(months[0])}
        return {months[0]: replace_month(connection, table, months[0], select, {**bounds, **parameters}, checks)}
    fresh = f"{table.short_name}_months"
    run_ddl(connection, f"create temporary table {fresh} (like {table.name} including defaults including constraints)")
    each = {**parameters, **select.fixed, "starts": list(months), "ends": [next_month(month) for month in months]}
    with hash_joins(connection):
        connection.execute(insert_of_each_month(table, select, fresh), each, prepare=False)
        if select.outcomes is not None:
            connection.execute(outcomes_of_each_month(select), each, prepare=False)
        add_primary_key(connection, table, fresh)
        if checks is not None:
            checks(connection, fresh)
        rows = dict.fromkeys(months, 0) | dict(_rows_by_month(connection, table, fresh))
        ensure_partitions(connection, table.name, [month for month in months if rows[month]])
        change_rows(connection, table, table.name, fresh, _within(table, months))
    run_ddl(connection, f"drop table {fresh}")
    return rows


def _small(connection: psycopg.Connection[Any], months: Sequence[date]) -> set[date]:
    """Those of the months of which little is staged."""
    names = [month_partition(TABLES["staging.sales"], month) for month in months]
    rows = connection.execute(
        "select month from unnest(%s::date[], %s::text[]) as months (month, name)"
        " where coalesce(pg_relation_size(to_regclass(name)), 0) <= %s",
        [list(months), names, _SMALL_BYTES],
    )
    return {row[0] for row in rows}


def _within(table: Table, months: Sequence[date]) -> str:
    """The condition of the months' rows; partitions of the months between are not read."""
    day = f"old.{table.partitioned_by}"
    series = contiguous(months)
    return " or ".join(f"{day} >= '{first}' and {day} < '{next_month(last)}'" for first, last in series)


def _rows_by_month(connection: psycopg.Connection[Any], table: Table, fresh: str) -> Iterator[tuple[date, int]]:
    month = f"date_trunc('month', {table.partitioned_by}::timestamp)::date"
    yield from connection.execute(f"select {month}, count(*) from {fresh} group by 1".encode())
