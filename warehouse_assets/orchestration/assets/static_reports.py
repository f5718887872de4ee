"""The static reports: one file of HTML per role, as that role sees the marts."""

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
    description="One HTML file per role in `reports/`, without server or network: the dashboard's pages as they stand.",
    code_version="1",
)
@retry_transient_errors
def static_reports(warehouse: Warehouse) -> dg.MaterializeResult[Any]:
    """Read as each role in turn, by a login that is a member of those roles and of nothing else."""
    from warehouse_assets.dashboard.report_files import (
        write_reports,  # babel and templates would slow every start of the UI
    )

    with warehouse.connect("reports") as connection:
        written = write_reports(connection, warehouse.settings.reports_path)
    return dg.MaterializeResult(
        metadata={
            "roles": len(written),
            **{role: dg.MetadataValue.path(str(path)) for role, path in written.items()},
        }
    )
