"""The static reports: one HTML file per role, as that role sees the marts."""

from typing import Any

import dagster as dg

from warehouse_assets.building.marts import MART_SELECTS
from warehouse_assets.orchestration.assets.step_retries import retry_transient_errors
from warehouse_assets.orchestration.assets.table_metadata import OWNER
from warehouse_assets.orchestration.checks import asset_key
from warehouse_assets.orchestration.resources import Warehouse

STATIC_REPORTS = dg.AssetKey(["reports", "static"])


@dg.asset(
    key=STATIC_REPORTS,
    deps=[asset_key(name) for name in (*MART_SELECTS, "ops.ingested_files", "ops.data_quality")],
    group_name="reports",
    owners=[OWNER],
    kinds={"python", "html"},
    tags={"layer": "reports"},
    description="One HTML file per role in `reports/`, with the dashboard's pages. It needs no server and no network.",
    code_version="1",
)
@retry_transient_errors
def static_reports(warehouse: Warehouse) -> dg.MaterializeResult[Any]:
    """Reads as each role in turn, with a login that has those roles only."""
    # Importing babel and templates would slow down every start of the UI.
    from warehouse_assets.dashboard.context import read_context
    from warehouse_assets.dashboard.report_files import write_reports

    with warehouse.connect("reports") as connection:
        written = write_reports(connection, warehouse.settings.reports_path, context=read_context(warehouse.settings))
    return dg.MaterializeResult(
        metadata={
            "roles": len(written),
            **{role: dg.MetadataValue.path(str(path)) for role, path in written.items()},
        }
    )
