"""Facts and monthly aggregates, one month at a time; customer lifecycle and reviews as a whole."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial
from time import perf_counter
from typing import Any

import dagster as dg
import psycopg

from warehouse_assets.building.build_log import build_id_of
from warehouse_assets.building.dimensions import prune_dimensions
from warehouse_assets.building.facts import FCT_SALES, MONTHLY_TABLES, SELECTS, PartitionBuild, build_partitions
from warehouse_assets.building.parallel import in_parallel
from warehouse_assets.building.rebuild_queue import kept_months, pending_months
from warehouse_assets.building.small_months import together
from warehouse_assets.building.table_checks import CheckFailed
from warehouse_assets.building.whole_facts import build_lifecycle, build_reviews, close_books
from warehouse_assets.orchestration.assets.step_retries import retry_transient_errors
from warehouse_assets.orchestration.assets.table_metadata import built, data_version, table_spec
from warehouse_assets.orchestration.checks import (
    TableChecks,
    are_checks_alone,
    asset_key,
    check_specs,
    run_alone,
)
from warehouse_assets.orchestration.partitions import PENDING_ONLY, month_of, monthly
from warehouse_assets.orchestration.resources import Warehouse
from warehouse_assets.schemas import TABLES

AS_OF_TAG = "warehouse/as_of"
"""Run tag with a date: aggregates and marts ignore later activity."""
_STAR = ("dw.dim_date", "dw.dim_customer", "dw.dim_customer_history", "dw.dim_product", "dw.dim_geography")


def as_of_limit(context: dg.AssetExecutionContext) -> date | None:
    """The run's as-of date, None for all data."""
    text = context.run.tags.get(AS_OF_TAG)
    return date.fromisoformat(text) if text else None


def _all_partitions(table_name: str) -> dg.AssetDep:
    return dg.AssetDep(asset_key(table_name), partition_mapping=dg.AllPartitionMapping())


def _dependencies(table_name: str) -> list[str | dg.AssetDep | dg.AssetKey]:
    if table_name == FCT_SALES:
        return [_all_partitions("staging.sales"), _all_partitions("ops.ingested_files"), *_STAR]
    has_place = table_name not in ("dw.agg_sales_day", "dw.agg_product_month", "dw.agg_rating_month")
    return [FCT_SALES, "dw.dim_geography"] if has_place else [FCT_SALES]


def monthly_assets(partitions: dg.MonthlyPartitionsDefinition) -> dg.AssetsDefinition:
    """The partitioned tables. Each month is replaced in its own transactions, small ones together, and checked before.

    One step builds them, so that a month's aggregates are made while the next month's facts are.
    """

    @dg.multi_asset(
        name="months",
        specs=[table_spec(name, _dependencies(name), SELECTS[name], skippable=True) for name in MONTHLY_TABLES],
        check_specs=check_specs(MONTHLY_TABLES),
        partitions_def=partitions,
        backfill_policy=dg.BackfillPolicy.single_run(),
        can_subset=True,
        pool="star",
    )
    @retry_transient_errors
    def months(
        context: dg.AssetExecutionContext, warehouse: Warehouse
    ) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
        if are_checks_alone(context):
            yield from run_alone(context, warehouse)
            return
        names = [name for name in MONTHLY_TABLES if asset_key(name) in context.selected_asset_keys]
        checks = {name: TableChecks(TABLES[name]) for name in names}
        as_of = as_of_limit(context)
        kept = _kept(context, warehouse)
        to_build = [month for month in map(month_of, context.partition_keys) if month not in kept]

        def build(connection: psycopg.Connection[Any], months: tuple[date, ...]) -> dict[str, list[PartitionBuild]]:
            return {
                name: build_partitions(connection, name, months, as_of=as_of, checks=_partition_checks(checks[name]))
                for name in names
            }

        try:
            with warehouse.connect("transform") as connection:
                builds_to_do = together(connection, to_build)
            done = in_parallel(partial(warehouse.connect, "transform"), builds_to_do, build)
        except CheckFailed as failure:
            yield from checks[failure.table].results()
            raise dg.Failure(str(failure)) from None
        of_months = dict(kept)
        for built_together in done:
            for name, partition_builds in built_together.items():
                for one in partition_builds:
                    of_months.setdefault(one.month, {})[name] = one
        context.log.info(f"months built: {len(to_build)}, kept as they are: {len(kept)}")
        for name in names:
            builds = [of_months[month_of(key)][name] for key in context.partition_keys]
            yield _materialized(context, name, builds, len(to_build), checks[name])

    return months


def _kept(context: dg.AssetExecutionContext, warehouse: Warehouse) -> dict[date, dict[str, PartitionBuild]]:
    """Months of the run that are skipped because they are not pending.

    The dimensions may have made some pending in this very run, and a run that is tried again finds what is left.
    """
    if not PENDING_ONLY.items() <= context.run.tags.items():
        return {}
    with warehouse.connect("transform") as connection:
        pending = set(pending_months(connection))
        return kept_months(connection, [m for m in map(month_of, context.partition_keys) if m not in pending])


def _materialized(
    context: dg.AssetExecutionContext,
    name: str,
    builds: Sequence[PartitionBuild],
    built_months: int,
    checks: TableChecks,
) -> dg.MaterializeResult[Any]:
    """Metadata of one table's months, with the rows of each partition."""
    for key, done in zip(context.partition_keys, builds, strict=True):
        context.add_asset_metadata({"dagster/partition_row_count": done.row_count}, asset_key(name), partition_key=key)
    rows, seconds = sum(done.row_count for done in builds), sum(done.seconds for done in builds)
    return dg.MaterializeResult(
        asset_key=asset_key(name),
        metadata=built(rows, seconds, months=len(builds), **{"months built": built_months}),
        check_results=checks.results(),
        data_version=data_version(*(done.build_id for done in builds)),
    )


def _partition_checks(checks: TableChecks) -> Callable[[psycopg.Connection[Any], str], None]:
    return lambda connection, partition: checks.run(connection, relation=partition)


def whole_fact(
    table_name: str, deps: list[str], build_table: Callable[[psycopg.Connection[Any]], int]
) -> dg.AssetsDefinition:
    """A table that one transaction brings up to date as a whole."""

    @dg.multi_asset(
        name=table_name.split(".")[1],
        specs=[table_spec(table_name, deps, SELECTS.get(table_name))],
        check_specs=check_specs([table_name]),
        can_subset=True,
        pool="star",
    )
    @retry_transient_errors
    def build(
        context: dg.AssetExecutionContext, warehouse: Warehouse
    ) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
        if are_checks_alone(context):
            yield from run_alone(context, warehouse)
            return
        checks, started = TableChecks(TABLES[table_name]), perf_counter()
        try:
            with warehouse.connect("transform") as connection, connection.transaction():
                rows = build_table(connection)
                checks.run(connection)
                build_id = build_id_of(connection, table_name)
        except CheckFailed as failure:
            yield from checks.results()
            raise dg.Failure(str(failure)) from None
        yield dg.MaterializeResult(
            asset_key=asset_key(table_name),
            metadata=built(rows, perf_counter() - started),
            check_results=checks.results(),
            data_version=data_version(build_id),
        )

    return build


def _lifecycle(connection: psycopg.Connection[Any]) -> int:
    """Removes dimension members that no fact refers to. Runs when the months are built."""
    prune_dimensions(connection)
    return build_lifecycle(connection)


def fact_assets(first_month: date) -> list[dg.AssetsDefinition]:
    """All facts and aggregates, partitioned from that month on."""
    partitions = monthly(first_month)
    reviews = ["staging.reviews", "ops.ingested_files", "dw.dim_product", "dw.dim_customer", "dw.dim_date"]
    lifecycle = ["staging.customers", "ops.ingested_files", "dw.agg_customer_month", "dw.dim_customer"]
    return [
        monthly_assets(partitions),
        whole_fact("dw.fct_reviews", reviews, build_reviews),
        whole_fact("dw.fct_customer_lifecycle", lifecycle, _lifecycle),
        whole_fact("ops.record_outcomes", ["dw.fct_sales", "dw.fct_reviews", "ops.ingested_files"], close_books),
    ]
