"""The dimensions, updated from staging for the customers that new deliveries affect."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import dagster as dg

from warehouse_assets.building.build_log import build_id_of, row_count_of
from warehouse_assets.building.dimensions import SELECTS, build_dimensions
from warehouse_assets.building.table_checks import CheckFailed
from warehouse_assets.ingestion.staging.overdue_identities import drop_overdue_identities
from warehouse_assets.orchestration.assets.step_retries import retry_transient_errors
from warehouse_assets.orchestration.assets.table_metadata import built, data_version, table_spec
from warehouse_assets.orchestration.checks import (
    TableChecks,
    are_checks_alone,
    asset_key,
    check_specs,
    of_one_transaction,
    run_alone,
)
from warehouse_assets.orchestration.resources import Warehouse
from warehouse_assets.schemas import TABLES
from warehouse_assets.schemas.warehouse import DIMENSIONS

_SOURCES = {
    "dw.dim_date": (),
    "dw.dim_geography": ("staging.geographies",),
    "dw.dim_channel": ("staging.channels",),
    "dw.dim_product": ("staging.products",),
    "dw.dim_customer": ("staging.customers", "staging.sales", "staging.reviews", "ops.ingested_files"),
    "dw.dim_customer_history": ("staging.customers", "staging.sales", "staging.reviews"),
}
_NAMES = tuple(table.name for table in DIMENSIONS)


@dg.multi_asset(
    specs=[table_spec(name, _SOURCES[name], SELECTS[name]) for name in _NAMES],
    check_specs=check_specs(_NAMES),
    can_subset=True,
    pool="star",
)
@retry_transient_errors
def dimensions(
    context: dg.AssetExecutionContext, warehouse: Warehouse
) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
    """Updates all dimensions in one checked transaction, so that their keys match.

    What was loaded is judged by retention first: only now do all deliveries of the run say who is active.
    """
    if are_checks_alone(context):
        yield from run_alone(context, warehouse)
        return
    _let_go(context, warehouse)
    checks = {name: TableChecks(TABLES[name]) for name in _NAMES}
    with warehouse.connect("transform") as connection:
        try:
            with connection.transaction():
                done = build_dimensions(connection, lambda name, where: checks[name].run(connection, where=where))
                counts = {name: row_count_of(connection, name) for name in _NAMES}
                versions = {name: build_id_of(connection, name) for name in _NAMES}
        except CheckFailed as failure:
            yield from checks[failure.table].results()
            raise dg.Failure(str(failure)) from None
    context.log.info(f"changed rows: {dict(done.changed_rows)}; months whose places moved: {done.moved_months}")
    yield from of_one_transaction(
        context,
        (
            dg.MaterializeResult(
                asset_key=asset_key(name),
                metadata=built(counts[name], done.seconds, **{"rows changed": done.changed_rows.get(name, 0)}),
                check_results=checks[name].results(),
                data_version=data_version(versions[name]),
            )
            for name in _NAMES
        ),
    )


def _let_go(context: dg.AssetExecutionContext, warehouse: Warehouse) -> None:
    cutoff = datetime.now(UTC).date() - timedelta(days=warehouse.settings.vault_retention_days)
    with warehouse.connect("ingest") as connection:
        number = drop_overdue_identities(connection, cutoff)
    if number:
        context.log.info(f"{number} identity records of the new deliveries are past their retention and were deleted")
