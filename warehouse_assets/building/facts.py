"""Builds facts and monthly aggregates from staging: a month, or several small months, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from time import perf_counter
from typing import Any

import psycopg

from warehouse_assets.building.build_log import build_ids_of, new_build_id, partition_name, record_builds
from warehouse_assets.building.dimensions import build_dimensions
from warehouse_assets.building.month_replacement import Checks
from warehouse_assets.building.planner_settings import hash_joins
from warehouse_assets.building.select import Select
from warehouse_assets.building.small_months import replace_months
from warehouse_assets.database.locks import lock_partitions, lock_queue, lock_star
from warehouse_assets.schemas import TABLES
from warehouse_assets.schemas.ddl import contiguous, next_month

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
    """The build of one month of one table; `seconds` is its share of the transaction."""

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


def build_partitions(
    connection: psycopg.Connection[Any],
    table_name: str,
    months: Sequence[date],
    *,
    as_of: date | None = None,
    checks: Checks | None = None,
) -> list[PartitionBuild]:
    """Replaces months of fct_sales or of an aggregate in one transaction: one month, or several small ones.

    An aggregate reads the current months of fct_sales, and is out of date (see `pending_months`) once they are
    rebuilt. Lines after `as_of` are in fct_sales but not in the aggregates.
    Raises FactMonthMissingError and any error of `checks`; nothing is changed then.
    """
    started = perf_counter()
    with_facts = table_name == FCT_SALES
    [rows] = _commit(connection, [table_name], months, as_of, checks, with_facts=with_facts)
    seconds = (perf_counter() - started) / len(months)
    return [PartitionBuild(table_name, month, *rows[month], seconds) for month in months]


def build_partition(
    connection: psycopg.Connection[Any],
    table_name: str,
    month: date,
    *,
    as_of: date | None = None,
    checks: Checks | None = None,
) -> PartitionBuild:
    """One month, as `build_partitions` replaces it."""
    [build] = build_partitions(connection, table_name, [month], as_of=as_of, checks=checks)
    return build


def build_month(
    connection: psycopg.Connection[Any],
    month: date,
    as_of: date | None = None,
    checks: Checks | None = None,
) -> MonthBuild:
    """Replaces one month of fct_sales and of its aggregates, all in one transaction."""
    started = perf_counter()
    built = _commit(connection, MONTHLY_TABLES, [month], as_of, checks, with_facts=True)
    rows = {name: of_months[month][1] for name, of_months in zip(MONTHLY_TABLES, built, strict=True)}
    return MonthBuild(rows, built[0][month][0], perf_counter() - started)


_Built = dict[date, tuple[str, int]]
"""Month -> build id and rows."""


def _commit(
    connection: psycopg.Connection[Any],
    table_names: Sequence[str],
    months: Sequence[date],
    as_of: date | None,
    checks: Checks | None,
    *,
    with_facts: bool,
) -> list[_Built]:
    """Builds the months of each table in one transaction.

    A delivery that arrived after the dimensions were built may use keys that they lack. The dimensions are then
    updated and the months are built again, once.
    """
    try:
        with connection.transaction():
            return _build(connection, table_names, months, as_of, checks)
    except psycopg.errors.ForeignKeyViolation:
        if not with_facts:
            raise
    build_dimensions(connection)
    with connection.transaction():
        return _build(connection, table_names, months, as_of, checks)


def _build(
    connection: psycopg.Connection[Any],
    table_names: Sequence[str],
    months: Sequence[date],
    as_of: date | None,
    checks: Checks | None,
) -> list[_Built]:
    return [
        (_build_facts if name == FCT_SALES else _build_aggregate)(connection, name, sorted(months), as_of, checks)
        for name in table_names
    ]


def _build_facts(
    connection: psycopg.Connection[Any], name: str, months: list[date], as_of: date | None, checks: Checks | None
) -> _Built:
    lock_star(connection)
    lock_partitions(connection, name, map(partition_name, months))
    lock_queue(connection, "staging.pending_months")
    connection.execute("delete from staging.pending_months where month = any(%s)", [months])
    connection.execute("delete from ops.record_outcomes where month = any(%s)", [months])
    parameters = steps_needed(connection, months)
    rows = replace_months(connection, TABLES[name], months, SELECTS[name], parameters, checks)
    return _recorded(connection, name, {month: (new_build_id(), rows[month]) for month in months})


def _build_aggregate(
    connection: psycopg.Connection[Any], name: str, months: list[date], as_of: date | None, checks: Checks | None
) -> _Built:
    partitions = [partition_name(month) for month in months]
    lock_partitions(connection, FCT_SALES, partitions, shared=True)
    facts_ids = build_ids_of(connection, FCT_SALES, partitions)
    for partition in partitions:
        if partition not in facts_ids:
            raise FactMonthMissingError(f"{name}: {FCT_SALES} of {partition} was never built; build it first")
    lock_partitions(connection, name, partitions)
    rows = replace_months(connection, TABLES[name], months, SELECTS[name], {"as_of": as_of}, checks)
    # The part before the dot is the build id of the facts it was made from.
    ids = {month: f"{facts_ids[partition_name(month)]}.{new_build_id()[:8]}" for month in months}
    return _recorded(connection, name, {month: (ids[month], rows[month]) for month in months}, as_of)


def _recorded(connection: psycopg.Connection[Any], name: str, built: _Built, as_of: date | None = None) -> _Built:
    record_builds(connection, name, {partition_name(month): one for month, one in built.items()}, as_of=as_of)
    return built


def steps_needed(connection: psycopg.Connection[Any], months: Sequence[date]) -> dict[str, Any]:
    """Which steps the lines of the months need, known before their statement is planned.

    Plain months, of which each line is told once, need none: no comparison of versions, repeats and discounts. Other
    months are looked through only if an order's number could be found there, and of several months only once: then
    each of them looks only from the first to the last day on which there is a line of their orders.
    """
    # Series by series, so that what is between them is not read: it may be years of large months.
    series = [{"month_start": first, "month_end": next_month(last)} for first, last in contiguous(months)]
    answers = [_answer(connection, _IS_INTRICATE, bounds) for bounds in series]
    numbered = [bounds for bounds, (_, is_numbered) in zip(series, answers, strict=True) if is_numbered]
    is_intricate = any(answer[0] for answer in answers)
    if is_intricate and len(months) == 1:  # its own statement looks as often as the question would
        is_plain, reach = False, [date.min, date.max] if numbered else []
    else:
        reach = [day for bounds in numbered for day in _days_elsewhere(connection, bounds)]
        is_plain = not is_intricate and not reach
        if len(months) > 1 and not is_plain:
            reach += [day for bounds in numbered for day in bounds.values()]
    return {
        "is_plain": is_plain,
        "orders_start": min(reach, default=months[0]),
        "orders_end": max(reach, default=months[0]),
    }


def _days_elsewhere(connection: psycopg.Connection[Any], bounds: Mapping[str, date]) -> list[date]:
    """The first day outside of the bounds with a line of an order within, and the day after the last; or none."""
    first, last = _answer(connection, _SPANS_MONTHS, bounds)
    return [first, last + timedelta(days=1)] if first else []


def _answer(connection: psycopg.Connection[Any], question: Select, bounds: Mapping[str, date]) -> tuple[Any, ...]:
    """Its one row. Never prepared: a generic plan could not skip the partitions of other months."""
    with hash_joins(connection):
        return connection.execute(question.text.encode(), bounds, prepare=False).fetchone() or (False, False)
