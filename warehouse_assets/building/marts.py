"""Builds the marts: the as-of date, and each table from its one SELECT in one checked transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from time import perf_counter
from typing import Any

import psycopg

from warehouse_assets.building.builds import record_build
from warehouse_assets.building.customer_mart import CUSTOMER_SELECTS
from warehouse_assets.building.sales_mart import SALES_SELECTS
from warehouse_assets.building.select import Select, replace_table
from warehouse_assets.schemas import TABLES
from warehouse_assets.settings import Settings

MART_SELECTS: Mapping[str, Select] = {**SALES_SELECTS, **CUSTOMER_SELECTS}
_NEWEST_ACTIVITY = """
select max(day) from (
    select max(sale_date) as day from dw.fct_sales
    where not is_cancelled and sale_date <= coalesce(%(as_of)s::date, 'infinity')
    union all
    select max(d.day) from dw.fct_customer_lifecycle as l
    cross join lateral (
        values (l.signup_date), (l.last_login_date), (l.last_purchase_date)
    ) as d (day)
    where d.day <= coalesce(%(as_of)s::date, 'infinity')
) as days
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
    """One mart table as built."""

    table_name: str
    build_id: str
    row_count: int
    as_of: date | None
    seconds: float


def find_as_of(connection: psycopg.Connection[Any], limit: date | None = None) -> date | None:
    """The newest accepted sale, sign-up, login or purchase, at most `limit`; None in an empty warehouse."""
    row = connection.execute(_NEWEST_ACTIVITY, {"as_of": limit}).fetchone()
    return row[0] if row else None


def are_marts_stale(connection: psycopg.Connection[Any]) -> bool:
    """Whether a mart is older than what it is made from, as after a run that stopped half way."""
    row = connection.execute(_STALE, {"marts": list(MART_SELECTS)}).fetchone()
    return bool(row and row[0])


def mart_parameters(settings: Settings, as_of: date | None) -> dict[str, object]:
    """What every mart's SELECT and check may bind."""
    return {
        "as_of": as_of,
        "minimum_group_size": settings.minimum_group_size,
        "inactivity_months": settings.inactivity_months,
    }


def build_mart(
    connection: psycopg.Connection[Any],
    table_name: str,
    settings: Settings,
    as_of: date | None,
    checks: Callable[[psycopg.Connection[Any], Mapping[str, object]], None] | None = None,
) -> MartBuild:
    """Replaces one mart table in one transaction; `checks` raises to keep the former build.

    Without any activity (as_of None) the table becomes empty.
    """
    started = perf_counter()
    parameters = mart_parameters(settings, as_of)
    with connection.transaction():
        if as_of is None:
            connection.execute(f"delete from {table_name}".encode())
            rows = 0
        else:
            rows = replace_table(connection, TABLES[table_name], MART_SELECTS[table_name], parameters)
        if checks is not None:
            checks(connection, parameters)
        build_id = record_build(connection, table_name, rows, as_of=as_of)
    return MartBuild(table_name, build_id, rows, as_of, perf_counter() - started)
