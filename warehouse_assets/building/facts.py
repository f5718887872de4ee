"""Builds facts and monthly aggregates from staging, one month at a time; small facts as a whole."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from time import perf_counter
from typing import Any

import psycopg

from warehouse_assets.building.build_log import build_id_of, new_build_id, partition_name, record_build
from warehouse_assets.building.dimensions import build_dimensions
from warehouse_assets.building.month_replacement import Checks, replace_month
from warehouse_assets.building.planner_settings import hash_joins
from warehouse_assets.building.select import Select
from warehouse_assets.database.locks import lock_partition, lock_queue, lock_star
from warehouse_assets.schemas import TABLES
from warehouse_assets.schemas.ddl import next_month

FCT_SALES = "dw.fct_sales"
AGGREGATES = (
    "dw.agg_sales_day",
    "dw.agg_sales_month",
    "dw.agg_country_month",
    "dw.agg_product_month",
    "dw.agg_customer_month",
    "dw.agg_order_month",
    "dw.agg_rating_month",
)
MONTHLY_TABLES = (FCT_SALES, *AGGREGATES)
_RELATIONS = dict.fromkeys(("dw.agg_sales_day", "dw.agg_product_month", "dw.agg_rating_month"), ("sold_lines",))
SELECTS: Mapping[str, Select] = {
    FCT_SALES: Select(
        "facts/fct_sales.sql",
        relations=("plain_lines", "line_candidates", "sale_lines", "priced_lines"),
        outcomes="line_outcomes",
    ),
    "dw.fct_reviews": Select("facts/fct_reviews.sql", relations=("review_versions",), outcomes="review_outcomes"),
    **{name: Select(f"facts/{TABLES[name].short_name}.sql", relations=_RELATIONS.get(name, ())) for name in AGGREGATES},
    "dw.fct_customer_lifecycle": Select("facts/fct_customer_lifecycle.sql"),
}
_IS_INTRICATE = Select("facts/is_intricate.sql")
_SPANS_MONTHS = Select("facts/spans_months.sql")


class FactMonthMissingError(RuntimeError):
    """An aggregate was requested for a month whose fct_sales was never built."""


@dataclass(frozen=True)
class PartitionBuild:
    """The build of one month of one table; `seconds` covers the whole transaction."""

    table_name: str
    month: date
    build_id: str
    row_count: int
    seconds: float


@dataclass(frozen=True)
class MonthBuild:
    """The build of a month of fct_sales and its aggregates in one transaction; `build_id` is that of fct_sales."""

    rows: Mapping[str, int]
    build_id: str
    seconds: float


def build_partition(
    connection: psycopg.Connection[Any],
    table_name: str,
    month: date,
    *,
    as_of: date | None = None,
    checks: Checks | None = None,
) -> PartitionBuild:
    """Replaces one month of fct_sales or of an aggregate in one transaction.

    An aggregate reads the current month of fct_sales, and is out of date (see `pending_months`) once that month
    is rebuilt. Lines after `as_of` are in fct_sales but not in the aggregates.
    Raises FactMonthMissingError and any error of `checks`; nothing is changed then.
    """
    started = perf_counter()
    with_facts = table_name == FCT_SALES
    [(build_id, rows)] = _commit(connection, [table_name], month, as_of, checks, with_facts=with_facts)
    return PartitionBuild(table_name, month, build_id, rows, perf_counter() - started)


def build_month(
    connection: psycopg.Connection[Any],
    month: date,
    as_of: date | None = None,
    checks: Checks | None = None,
) -> MonthBuild:
    """Replaces one month of fct_sales and of its aggregates, all in one transaction."""
    started = perf_counter()
    built = _commit(connection, MONTHLY_TABLES, month, as_of, checks, with_facts=True)
    rows = {name: count for name, (_, count) in zip(MONTHLY_TABLES, built, strict=True)}
    return MonthBuild(rows, built[0][0], perf_counter() - started)


def _commit(
    connection: psycopg.Connection[Any],
    table_names: Sequence[str],
    month: date,
    as_of: date | None,
    checks: Checks | None,
    *,
    with_facts: bool,
) -> list[tuple[str, int]]:
    """Builds the month of each table in one transaction; returns their (build id, rows).

    A delivery that arrived after the dimensions were built may use keys that they lack. The dimensions are then
    updated and the month is built again, once.
    """
    try:
        with connection.transaction():
            return _build(connection, table_names, month, as_of, checks)
    except psycopg.errors.ForeignKeyViolation:
        if not with_facts:
            raise
    build_dimensions(connection)
    with connection.transaction():
        return _build(connection, table_names, month, as_of, checks)


def _build(
    connection: psycopg.Connection[Any],
    table_names: Sequence[str],
    month: date,
    as_of: date | None,
    checks: Checks | None,
) -> list[tuple[str, int]]:
    return [
        (_build_facts if name == FCT_SALES else _build_aggregate)(connection, name, month, as_of, checks)
        for name in table_names
    ]


def _build_facts(
    connection: psycopg.Connection[Any], name: str, month: date, as_of: date | None, checks: Checks | None
) -> tuple[str, int]:
    partition = partition_name(month)
    lock_star(connection)
    lock_partition(connection, name, partition)
    lock_queue(connection, "staging.pending_months")
    connection.execute("delete from staging.pending_months where month = %s", [month])
    connection.execute("delete from ops.record_outcomes where month = %s", [month])
    parameters = {**_bounds(month), **steps_needed(connection, month)}
    rows = replace_month(connection, TABLES[name], month, SELECTS[name], parameters, checks)
    return record_build(connection, name, rows, partition=partition), rows


def _build_aggregate(
    connection: psycopg.Connection[Any], name: str, month: date, as_of: date | None, checks: Checks | None
) -> tuple[str, int]:
    partition = partition_name(month)
    lock_partition(connection, FCT_SALES, partition, shared=True)
    lock_partition(connection, name, partition)
    facts_id = build_id_of(connection, FCT_SALES, partition)
    if facts_id is None:
        raise FactMonthMissingError(f"{name}: {FCT_SALES} of {partition} was never built; build it first")
    parameters = {**_bounds(month), "as_of": as_of}
    rows = replace_month(connection, TABLES[name], month, SELECTS[name], parameters, checks)
    # The part before the dot is the build id of the facts it was made from.
    build_id = f"{facts_id}.{new_build_id()[:8]}"
    return record_build(connection, name, rows, partition=partition, build_id=build_id, as_of=as_of), rows


def _bounds(month: date) -> dict[str, date]:
    return {"month_start": month, "month_end": next_month(month)}


def steps_needed(connection: psycopg.Connection[Any], month: date) -> dict[str, Any]:
    """Which steps the lines of the month need, known before their statement is planned.

    A plain month, of which each line is told once, needs none: no comparison of versions, repeats and discounts. Other
    months are looked through only if an order's number could be found there.
    """
    bounds = _bounds(month)
    (is_intricate, is_numbered) = _answer(connection, _IS_INTRICATE, bounds)
    is_plain = not is_intricate and not (is_numbered and _answer(connection, _SPANS_MONTHS, bounds)[0])
    return {
        "is_plain": is_plain,
        "orders_start": date.min if is_numbered else month,
        "orders_end": date.max if is_numbered else month,
    }


def _answer(connection: psycopg.Connection[Any], question: Select, bounds: Mapping[str, date]) -> tuple[Any, ...]:
    """Its one row. Never prepared: a generic plan could not skip the partitions of other months."""
    with hash_joins(connection):
        return connection.execute(question.text.encode(), bounds, prepare=False).fetchone() or (False, False)


def current_builds(
    connection: psycopg.Connection[Any], months: Collection[date]
) -> dict[date, dict[str, PartitionBuild]]:
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
