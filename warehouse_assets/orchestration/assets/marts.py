"""The two data marts. One SELECT fills each table, in one checked transaction."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import partial
from itertools import chain
from typing import Any

import dagster as dg
import psycopg

from warehouse_assets.building.marts import (
    MART_GROUPS,
    MART_SELECTS,
    MartBuild,
    build_marts,
    find_as_of,
    find_shop_dates,
    mart_parameters,
)
from warehouse_assets.building.parallel import in_parallel
from warehouse_assets.building.table_checks import CheckFailed
from warehouse_assets.orchestration.assets.facts import as_of_limit
from warehouse_assets.orchestration.assets.step_retries import retry_transient_errors
from warehouse_assets.orchestration.assets.table_metadata import built, data_version, preview, table_spec, tables_read
from warehouse_assets.orchestration.checks import (
    TableChecks,
    are_checks_alone,
    asset_key,
    check_specs,
    run_alone,
)
from warehouse_assets.orchestration.resources import Warehouse
from warehouse_assets.reporting.figures import Headline, read_headline
from warehouse_assets.schemas import TABLES

COMPARED_TAG = {"warehouse/compared": "true"}
"""Run tag: tables that keep the rows of unchanged months are compared with a whole build."""
BOOKS = "ops.record_outcomes"
"""Where loaded records are accounted for: marts are built only when the books balance."""
FRESHNESS = dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=49), warn_window=timedelta(hours=25))
"""The marts are built every night: after one missed night they are late, after two they are stale."""


def mart_asset(schema_name: str, priority: int) -> dg.AssetsDefinition:
    """One mart. Groups of its tables are built in parallel, each in one checked transaction.

    Of the steps that could begin, a run takes the one with the highest priority first, and by default the reports.
    """
    names = [name for name in MART_SELECTS if TABLES[name].schema_name == schema_name]

    @dg.multi_asset(
        name=schema_name,
        specs=[
            table_spec(
                name,
                [*tables_read(name), BOOKS],
                MART_SELECTS[name],
                skippable=True,
                freshness_policy=FRESHNESS,
            )
            for name in names
        ],
        check_specs=check_specs(names),
        can_subset=True,
        pool="marts",
        op_tags={"dagster/priority": str(priority)},
    )
    @retry_transient_errors
    def mart(
        context: dg.AssetExecutionContext, warehouse: Warehouse
    ) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
        if are_checks_alone(context):
            yield from run_alone(context, warehouse, partial(_parameters, context, warehouse))
            return
        chosen = [name for name in names if asset_key(name) in context.selected_asset_keys]
        checks = {name: TableChecks(TABLES[name]) for name in chosen}
        settings = warehouse.settings
        compares = COMPARED_TAG.items() <= context.run.tags.items()
        with warehouse.connect("transform") as connection:
            as_of = find_as_of(connection, as_of_limit(context))

        def build(connection: psycopg.Connection[Any], group: tuple[str, ...]) -> list[MartBuild]:
            of_group = {name: checks[name].run for name in group}
            return build_marts(connection, group, settings, as_of, of_group, compares=compares)

        groups = [tuple(name for name in group if name in chosen) for group in MART_GROUPS]
        try:
            builds = in_parallel(partial(warehouse.connect, "transform"), list(filter(None, groups)), build)
        except CheckFailed as failure:
            yield from checks[failure.table].results()
            raise dg.Failure(str(failure)) from None
        with warehouse.connect("transform") as connection:
            previews = {name: preview(connection, name) for name in chosen}
            headlines = _headlines(read_headline(connection))
        for done in chain.from_iterable(builds):
            shown: dict[str, Any] = {"as of": str(done.as_of), "newest rows": previews[done.table_name]}
            shown |= headlines.get(done.table_name, {})
            yield dg.MaterializeResult(
                asset_key=asset_key(done.table_name),
                metadata=built(done.row_count, done.seconds, **shown),
                check_results=checks[done.table_name].results(),
                data_version=data_version(done.build_id),
            )
        stale = {done.table_name: done.stale_rows for done in chain.from_iterable(builds) if done.stale_rows}
        if stale:
            raise dg.Failure(_stale_rows(stale))

    return mart


def _stale_rows(stale: Mapping[str, int]) -> str:
    """The marts are right again, but somebody must learn that they were not."""
    found = ", ".join(f"{rows} rows of {name}" for name, rows in stale.items())
    return (
        f"{found} were not those of a whole build. They were replaced: the marts are right now, and were wrong before."
        " Launch `build` for the reports. Please report this fault of the warehouse with the log of this run."
    )


def _headlines(headline: Headline) -> dict[str, dict[str, int]]:
    """Table -> figures that Dagster plots over its builds. Revenue is in whole units of its currency."""
    sales = {f"net revenue {of.code}": int(of.net_revenue.to_integral_value()) for of in headline.currencies}
    sales |= {f"orders {of.code}": of.order_count for of in headline.currencies}
    counts = {"customers": headline.customer_count, "churned customers": headline.churned_count}
    customers = {name: count for name, count in counts.items() if count is not None}
    return {"mart_sales.sales_by_month": sales, "mart_customers.customer_demographics": customers}


def _parameters(
    context: dg.AssetExecutionContext, warehouse: Warehouse, connection: psycopg.Connection[Any]
) -> dict[str, object]:
    as_of = find_as_of(connection, as_of_limit(context))
    shops = find_shop_dates(connection, as_of) if as_of else {}
    return mart_parameters(warehouse.settings, as_of, shops)


def mart_assets() -> list[dg.AssetsDefinition]:
    """Both marts: people wait for them, most of all for the sales."""
    return [mart_asset("mart_sales", priority=2), mart_asset("mart_customers", priority=1)]
