"""Builds the marts: finds the as-of date, and fills each table from its SELECT in one checked transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from time import perf_counter
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus

from warehouse_assets.building.build_log import count_rows, record_build
from warehouse_assets.building.customer_mart import CUSTOMER_GROUPS, CUSTOMER_SELECTS, OF_CUSTOMERS
from warehouse_assets.building.kept_months import (
    BUILT_PERIODS,
    COMPARED,
    NEEDED,
    KeptMonths,
    find_kept_months,
    record_kept_months,
)
from warehouse_assets.building.planner_settings import hash_joins
from warehouse_assets.building.sales_mart import OUTDATED_MONTHS, SALES_GROUPS, SALES_SELECTS
from warehouse_assets.building.select import Select, computed_once, replace_if_stale, replace_table, shared_relations
from warehouse_assets.database.scale_out import is_scaled_out
from warehouse_assets.schemas import TABLES
from warehouse_assets.settings import Settings

MART_SELECTS: Mapping[str, Select] = {**SALES_SELECTS, **CUSTOMER_SELECTS}
MART_GROUPS: Sequence[Sequence[str]] = (*SALES_GROUPS, *CUSTOMER_GROUPS)
"""The tables of both marts, in the groups in which they are built."""
Checks = Callable[[psycopg.Connection[Any], Mapping[str, object]], None]
"""Called within the build's transaction; raises to keep the previous build."""
_NEWEST_ACTIVITY = """
with of_customers as materialized (
    select
        max(signup_date) filter (where signup_date <= coalesce(%(as_of)s::date, 'infinity')) as signup_date,
        max(last_login_date) filter (where last_login_date <= coalesce(%(as_of)s::date, 'infinity')) as login_date,
        max(last_purchase_date) filter (where last_purchase_date <= coalesce(%(as_of)s::date, 'infinity'))
            as purchase_date
    from dw.fct_customer_lifecycle
),
-- the newest month with an aggregate tells where to look
sold_lately as materialized (
    select max(sale_date) as day from dw.fct_sales
    where not is_cancelled and sale_date <= coalesce(%(as_of)s::date, 'infinity') and sale_date >= (
        select max(month) from dw.agg_sales_month where month <= coalesce(%(as_of)s::date, 'infinity')
    )
),
-- where that finds nothing, the aggregates are older than the facts, or its lines are of later days
sold as materialized (
    select max(sale_date) as day from dw.fct_sales
    where not is_cancelled and sale_date <= coalesce(%(as_of)s::date, 'infinity')
)

select greatest(
    coalesce((select day from sold_lately), (select day from sold)), signup_date, login_date, purchase_date
)
from of_customers
"""

_NEWEST_SALES = "select source_name, max(sale_date) from dw.agg_sales_day where sale_date <= %s group by source_name"
_SELLS_NOTHING = """
select exists (select 1 from dw.dim_customer where customer_key >= 0 and source_name <> all(%s))
"""
_NEWEST_OF_CUSTOMERS = """
select customers.source_name, greatest(
    max(known.signup_date) filter (where known.signup_date <= %(as_of)s),
    max(known.last_login_date) filter (where known.last_login_date <= %(as_of)s),
    max(known.declared_last_purchase_date) filter (where known.declared_last_purchase_date <= %(as_of)s)
)
from dw.fct_customer_lifecycle as known
inner join dw.dim_customer as customers on known.customer_key = customers.customer_key
where greatest(known.signup_date, known.last_login_date, known.declared_last_purchase_date) > %(after)s::date
group by customers.source_name
"""

_STALE = """
with builds as (
    select table_name, max(built_at) as built_at from ops.table_builds group by table_name
)

select exists (select 1 from builds where table_name like 'dw.%%') and exists (
    select 1 from unnest(%(marts)s::text[]) as mart (table_name)
    left join builds on mart.table_name = builds.table_name
    where builds.built_at is null
        or builds.built_at < (
            select max(built_at) from builds where table_name like 'dw.%%' or table_name = 'governance.restrictions'
        )
)
"""


@dataclass(frozen=True)
class MartBuild:
    """The build of one mart table."""

    table_name: str
    build_id: str
    row_count: int
    as_of: date | None
    seconds: float
    stale_rows: int = 0
    """Kept rows that a whole build gives otherwise, and that were replaced: a fault of the warehouse."""


def find_as_of(connection: psycopg.Connection[Any], limit: date | None = None) -> date | None:
    """The newest accepted sale, sign-up, login or purchase, at most `limit`; None in an empty warehouse."""
    row = connection.execute(_NEWEST_ACTIVITY, {"as_of": limit}).fetchone()
    return row[0] if row else None


def find_shop_dates(connection: psycopg.Connection[Any], as_of: date) -> dict[str, date]:
    """Source -> its newest accepted sale, sign-up, login or purchase, at most `as_of`."""
    newest: dict[str, date] = dict(connection.execute(_NEWEST_SALES, [as_of]).fetchall())
    others = connection.execute(_SELLS_NOTHING, [list(newest)]).fetchone()
    # a day no later than the last sale of each shop is the newest of none, unless a shop sold nothing
    after = "-infinity" if others == (True,) else min(newest.values(), default="infinity")
    for name, day in connection.execute(_NEWEST_OF_CUSTOMERS, {"as_of": as_of, "after": after}).fetchall():
        if day is not None:
            newest[name] = max(day, newest.get(name, day))
    return dict(sorted(newest.items()))


def are_marts_stale(connection: psycopg.Connection[Any]) -> bool:
    """Whether a mart is older than its inputs, as after an interrupted run."""
    row = connection.execute(_STALE, {"marts": list(MART_SELECTS)}).fetchone()
    return bool(row and row[0])


def mart_parameters(settings: Settings, as_of: date | None, shops: Mapping[str, date]) -> dict[str, object]:
    """The bind parameters of the marts' SELECTs and checks; `shops` is source -> its as-of date."""
    return {
        "as_of": as_of,
        "shop_names": list(shops),
        "shop_dates": list(shops.values()),
        "are_several_shops": len(shops) > 1,
        "minimum_group_size": settings.minimum_group_size,
        "inactivity_months": settings.inactivity_months,
        "changed_months": None,
    }


def build_mart(
    connection: psycopg.Connection[Any],
    table_name: str,
    settings: Settings,
    as_of: date | None,
    checks: Checks | None = None,
) -> MartBuild:
    """Replaces one mart table in one transaction; see `build_marts`."""
    (done,) = build_marts(connection, [table_name], settings, as_of, {table_name: checks} if checks else {})
    return done


def build_marts(
    connection: psycopg.Connection[Any],
    table_names: Sequence[str],
    settings: Settings,
    as_of: date | None,
    checks: Mapping[str, Checks],
    *,
    compares: bool = False,
) -> list[MartBuild]:
    """Replaces mart tables in one transaction, from one snapshot of the warehouse, in the given order.

    Tables that keep the rows of unchanged months are compared with a whole build too if `compares`.

    A table's seconds include the shared relations that it is the first to use. Relations that its group shares are
    stored for a table alone too, so that it is planned alike. Without any activity (as_of None) the tables become
    empty.
    """
    selects = [MART_SELECTS[name] for name in table_names] if as_of is not None else []
    builds, started = [], perf_counter()
    with ExitStack() as stack:
        stack.enter_context(_one_state(connection))
        stack.enter_context(hash_joins(connection))
        shops = find_shop_dates(connection, as_of) if as_of is not None else {}
        parameters = mart_parameters(settings, as_of, shops)
        spread = OF_CUSTOMERS if is_scaled_out(connection) else ()
        stored = dict.fromkeys((*_shared_by_groups(table_names), *COMPARED, *spread))
        compared = tuple(name for name in stored if name in OUTDATED_MONTHS.relations)
        there = stack.enter_context(computed_once(connection, selects, parameters, compared))
        kept = find_kept_months(connection, table_names, parameters, there)
        parameters["changed_months"] = kept.changed
        if kept.changed is None or kept.changed or compares:
            others = tuple(name for name in stored if name not in there)
            there += stack.enter_context(computed_once(connection, selects, parameters, others, spread))
        for name in table_names:
            rows = _replace(connection, name, parameters, there, kept)
            stale = 0
            if compares and name in kept.names and kept.changed is not None:
                whole = MART_SELECTS[name].reading([stored for stored in there if stored != NEEDED])
                stale = replace_if_stale(connection, TABLES[name], whole, {**parameters, "changed_months": None})
                rows = count_rows(connection, name) if stale else rows
            if name in checks:
                checks[name](connection, parameters)
            build_id = record_build(connection, name, rows, as_of=as_of, read_at_start=True)
            builds.append(MartBuild(name, build_id, rows, as_of, perf_counter() - started, stale))
            started = perf_counter()
        record_kept_months(connection, kept)
    return builds


def _shared_by_groups(table_names: Sequence[str]) -> tuple[str, ...]:
    """The relations that several tables read in the groups of these tables."""
    groups = [group for group in MART_GROUPS if not set(group).isdisjoint(table_names)]
    return shared_relations([MART_SELECTS[name] for group in groups for name in group])


@contextmanager
def _one_state(connection: psycopg.Connection[Any]) -> Iterator[None]:
    """A transaction whose statements all see one snapshot of the warehouse."""
    former, is_outermost = connection.isolation_level, connection.info.transaction_status == TransactionStatus.IDLE
    if is_outermost:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    try:
        with connection.transaction():
            yield
    finally:
        if is_outermost:
            connection.isolation_level = former


def _replace(
    connection: psycopg.Connection[Any],
    name: str,
    parameters: Mapping[str, Any],
    there: Sequence[str],
    kept: KeptMonths,
) -> int:
    """The rows of the table, after those that may have changed are replaced."""
    if parameters["as_of"] is None:
        connection.execute(f"delete from {name}".encode())
        return 0
    table, select = TABLES[name], MART_SELECTS[name].reading(there)
    if name not in kept.names or kept.changed is None:
        return replace_table(connection, table, select, parameters)
    if kept.changed:
        replace_table(connection, table, select, parameters, BUILT_PERIODS)
    return count_rows(connection, name)
