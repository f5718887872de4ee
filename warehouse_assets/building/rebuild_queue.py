"""Pending work: months and customers queued by deliveries, and what an interrupted build left unfinished."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

import psycopg

from warehouse_assets.building.build_log import partition_name
from warehouse_assets.building.facts import AGGREGATES, MONTHLY_TABLES, PartitionBuild
from warehouse_assets.building.marts import are_marts_stale

_UNFINISHED_MONTHS = f"""
    select to_date(facts.partition_name, 'YYYY-MM')
    from ops.table_builds as facts
    left join ops.table_builds as aggregates
        on facts.partition_name = aggregates.partition_name
        and aggregates.table_name like 'dw.agg\\_%'
        and split_part(aggregates.build_id, '.', 1) = facts.build_id
    where facts.table_name = 'dw.fct_sales'
    group by facts.partition_name
    having count(aggregates.table_name) < {len(AGGREGATES)}
"""


def pending_months(connection: psycopg.Connection[Any]) -> list[date]:
    """Months to rebuild, oldest first: those in the queue, and those whose aggregates are older than their facts.

    Building fct_sales removes a month from the queue; a later delivery can add it again. Until all aggregates
    are built from the new facts, the log of builds marks the month as pending.
    """
    rows = connection.execute(
        f"select month from staging.pending_months union {_UNFINISHED_MONTHS} order by 1".encode()
    )
    return [row[0] for row in rows]


def first_known_month(connection: psycopg.Connection[Any]) -> date | None:
    """The first month that is built or waits to be; None in an empty warehouse."""
    row = connection.execute(
        "select least((select min(month) from staging.pending_months), (select min(to_date(partition_name, 'YYYY-MM'))"
        " from ops.table_builds where table_name = 'dw.fct_sales'))"
    ).fetchone()
    return row[0] if row else None


def is_anything_pending(connection: psycopg.Connection[Any]) -> bool:
    """Whether a delivery is waiting to be built, or an earlier build stopped before its marts."""
    row = connection.execute("select exists (select 1 from staging.pending_customers)").fetchone()
    return bool(row and row[0]) or bool(pending_months(connection)) or are_marts_stale(connection)


def kept_months(connection: psycopg.Connection[Any], months: Collection[date]) -> dict[date, dict[str, PartitionBuild]]:
    """Month -> table -> its last complete build; a month that was never built has no rows."""
    kept = {month: {name: PartitionBuild(name, month, "", 0, 0.0) for name in MONTHLY_TABLES} for month in months}
    of_partition = {partition_name(month): month for month in months}
    rows = connection.execute(
        "select table_name, partition_name, build_id, row_count from ops.table_builds"
        " where table_name = any(%s) and partition_name = any(%s)",
        [list(MONTHLY_TABLES), list(of_partition)],
    )
    for name, partition, build_id, row_count in rows:
        month = of_partition[partition]
        kept[month][name] = PartitionBuild(name, month, build_id, row_count, 0.0)
    return kept


def queue_month(connection: psycopg.Connection[Any], month: date) -> None:
    """Queues the month for the next build."""
    connection.execute("insert into staging.pending_months values (%s) on conflict do nothing", [month])


def last_load(connection: psycopg.Connection[Any]) -> datetime | None:
    """When the newest delivery was loaded; None in an empty warehouse."""
    row = connection.execute("select max(loaded_at) from ops.ingested_files").fetchone()
    return row[0] if row else None


def last_build(connection: psycopg.Connection[Any]) -> datetime | None:
    """When the newest build of a table or month of the star ended."""
    row = connection.execute("select max(built_at) from ops.table_builds where table_name like 'dw.%'").fetchone()
    return row[0] if row else None


def rebuild_all(connection: psycopg.Connection[Any]) -> None:
    """Queues every customer and every month, so that the next build rebuilds everything."""
    with connection.transaction():
        connection.execute(
            "insert into staging.pending_customers (customer_key)"
            " select customer_key from dw.dim_customer where customer_key >= 0"
            " union select customer_key from staging.customers where customer_key >= 0"
            " union select customer_key from staging.sales where customer_key >= 0"
            " union select customer_key from staging.reviews where customer_key >= 0"
            " on conflict (customer_key) do nothing"
        )
        connection.execute(
            "insert into staging.pending_months (month)"
            " select days.month_start from (select distinct sale_date from staging.sales) as sales"
            " inner join dw.dim_date as days on sales.sale_date = days.date_key"
            " union select to_date(partition_name, 'YYYY-MM') from ops.table_builds"
            " where table_name = 'dw.fct_sales'"
            " on conflict (month) do nothing"
        )
