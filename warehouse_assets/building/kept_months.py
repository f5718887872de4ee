"""Marts of which a build writes the periods of changed months only.

`ops.table_builds` keeps, for each month of such a mart, a hash of what its rows were made from: the builds of the
aggregates' month, the days that each shop covers by its end, and what is the same for all months. What no month tells,
names of products and means of ratings, is compared with the mart itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import psycopg

from warehouse_assets.building.build_log import partition_name
from warehouse_assets.building.facts import AGGREGATES
from warehouse_assets.building.sales_mart import OUTDATED_MONTHS, SALES_SELECTS
from warehouse_assets.schemas.ddl import next_month

KEPT = ("mart_sales.product_sales", "mart_sales.category_sales")
"""Tables that keep the rows of unchanged months. They are compared with the warehouse together, so built together."""
COMPARED = ("product_ratings", "category_members", "category_ratings")
"""Relations that they read and are compared with."""
NEEDED = "needed_periods"
BUILT_PERIODS = (
    "(period_kind, case period_kind when 'all' then '-infinity' else period_start end) in"
    f" (select period_kind, first_day from {NEEDED} where is_built)"
)
"""Their rows that a build writes anew."""


@dataclass(frozen=True)
class KeptMonths:
    """The kept tables of a build, and the months that are worked out anew. None: all."""

    names: tuple[str, ...] = ()
    changed: Sequence[date] | None = None
    made_from: Mapping[date, str] = field(default_factory=dict)


def find_kept_months(
    connection: psycopg.Connection[Any], names: Sequence[str], parameters: Mapping[str, Any], there: Sequence[str]
) -> KeptMonths:
    """Which months to work out; `there` are the relations that are stored. A kept table without the other is whole."""
    chosen = tuple(name for name in names if name in KEPT)
    if len(chosen) < len(KEPT) or parameters["as_of"] is None:
        return KeptMonths(chosen)
    made_from = _made_from(connection, parameters)
    former, *others = (_recorded(connection, name) for name in chosen)
    changed = {month for month in {*former, *made_from} if former.get(month) != made_from.get(month)}
    if changed >= former.keys() or any(other != former for other in others):
        return KeptMonths(chosen, None, made_from)
    outdated = connection.execute(OUTDATED_MONTHS.reading(there).text.encode(), parameters).fetchall()
    return KeptMonths(chosen, sorted(changed.union(month for (month,) in outdated)), made_from)


def record_kept_months(connection: psycopg.Connection[Any], kept: KeptMonths) -> None:
    """Notes what the months are made from. A table that was built alone has no notes, and is built whole next time."""
    if not kept.names:
        return
    changed = None if kept.changed is None else [partition_name(month) for month in kept.changed]
    connection.execute(
        "delete from ops.table_builds where table_name = any(%(names)s) and partition_name <> 'all'"
        " and (%(changed)s::text[] is null or partition_name = any(%(changed)s))",
        {"names": list(kept.names), "changed": changed},
    )
    months = [month for month in kept.made_from if kept.changed is None or month in kept.changed]
    connection.execute(
        "insert into ops.table_builds (table_name, partition_name, build_id, built_at, row_count)"
        " select name, partition, build, now(), 0 from unnest(%s::text[]) as names (name)"
        " cross join unnest(%s::text[], %s::text[]) as months (partition, build)",
        [list(kept.names), [partition_name(month) for month in months], [kept.made_from[month] for month in months]],
    )


def _recorded(connection: psycopg.Connection[Any], name: str) -> dict[date, str]:
    rows = connection.execute(
        "select to_date(partition_name, 'YYYY-MM'), build_id from ops.table_builds"
        " where table_name = %s and partition_name <> 'all'",
        [name],
    )
    return dict(rows.fetchall())


def _made_from(connection: psycopg.Connection[Any], parameters: Mapping[str, Any]) -> dict[date, str]:
    """Month -> a hash of what the rows of its periods are made from."""
    rows = connection.execute(
        "select to_date(partition_name, 'YYYY-MM'), string_agg(build_id, ' ' order by table_name)"
        " from ops.table_builds where table_name = any(%s) group by partition_name",
        [list(AGGREGATES)],
    )
    builds: dict[date, str] = dict(rows.fetchall())
    sellers = connection.execute(
        "select source_name, currency_code, first_date, member from sellers order by 1, 2, 3, 4"
    ).fetchall()
    texts = [SALES_SELECTS[name].text for name in KEPT]
    common = _hash(*texts, sellers, parameters["minimum_group_size"])
    shops = list(zip(parameters["shop_names"], parameters["shop_dates"], strict=True))
    month, found = min(builds, default=parameters["as_of"].replace(day=1)), dict[date, str]()
    last = max([*builds, parameters["as_of"]])
    while month <= last:
        end = next_month(month) - timedelta(days=1)
        covered = [(shop, min(day, end)) for shop, day in shops]
        found[month] = _hash(common, builds.get(month), covered)
        month = next_month(month)
    return found


def _hash(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]
