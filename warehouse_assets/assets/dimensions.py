"""The dimensions, brought to what staging says, for the people whom new deliveries touched."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from warehouse_assets.assets.describe import built, table_spec
from warehouse_assets.building.dimensions import SELECTS, build_dimensions
from warehouse_assets.checks import TableChecks, asset_key, check_specs
from warehouse_assets.resources import Warehouse
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
    pool="star",
)
def dimensions(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Iterator[dg.MaterializeResult[Any]]:
    """All dimensions in one transaction, so that their keys fit each other."""
    with warehouse.connect("transform") as connection:
        done = build_dimensions(connection)
        context.log.info(f"changed rows: {dict(done.changed_rows)}; months whose places moved: {done.moved_months}")
        for name in _NAMES:
            checks = TableChecks(TABLES[name])
            checks.run(connection)
            results = checks.results()
            rows = results[0].metadata["rows"].value
            changed = done.changed_rows.get(name, 0)
            yield dg.MaterializeResult(
                asset_key=asset_key(name),
                metadata=built(int(str(rows)), done.seconds, **{"rows changed": changed}),
                check_results=results,
            )
