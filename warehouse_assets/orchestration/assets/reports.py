"""A picture of both marts, and the ledger as a typed frame."""

import base64
from typing import Any

import dagster as dg
import pandas as pd
from dagster_pandas import PandasColumn, create_dagster_pandas_dataframe_type

from warehouse_assets.building.marts import MART_SELECTS
from warehouse_assets.orchestration.assets.step_retries import retry_transient_errors
from warehouse_assets.orchestration.assets.table_metadata import OWNER
from warehouse_assets.orchestration.checks import asset_key
from warehouse_assets.orchestration.resources import Warehouse
from warehouse_assets.reporting.figures import read_headline

_LEDGER = """
select
    source_name, file_name, rows_read,
    sales_read, sales_loaded, sales_rejected, sales_duplicate,
    customers_read, customers_loaded, customers_rejected, customers_duplicate
from ops.ingested_files
where delivery_status = 'current'
order by source_name collate "C", file_name collate "C"
"""
_COUNTS = (
    "rows_read",
    *(f"sales_{outcome}" for outcome in ("read", "loaded", "rejected", "duplicate")),
    *(f"customers_{outcome}" for outcome in ("read", "loaded", "rejected", "duplicate")),
)


def _statistics(frame: pd.DataFrame) -> dict[str, Any]:
    """Statistics that the UI shows with the type check of the frame."""
    totals: dict[str, float] = {name: int(frame[name].sum()) for name in _COUNTS}
    share = totals["sales_rejected"] / totals["sales_read"] if totals["sales_read"] else 0.0
    totals |= {"deliveries": len(frame), "sales_rejected_share": round(share, 4)}
    return {**totals, "frame": dg.MetadataValue.md(frame.to_markdown(index=False))}


LedgerFrame = create_dagster_pandas_dataframe_type(
    name="LedgerFrame",
    description="The current deliveries with the counts of their records, one row per delivery.",
    columns=[
        PandasColumn.string_column("source_name"),
        PandasColumn.string_column("file_name"),
        *(PandasColumn.integer_column(name, min_value=0) for name in _COUNTS),
    ],
    metadata_fn=_statistics,
)


REPORT_KEYS = [dg.AssetKey(["reports", "ledger"]), dg.AssetKey(["reports", "picture"])]


@dg.asset(
    key=REPORT_KEYS[0],
    deps=[asset_key("ops.ingested_files")],
    group_name="reports",
    owners=[OWNER],
    kinds={"python", "pandas"},
    tags={"layer": "reports"},
    description="Grain: one row per current delivery, typed by dagster-pandas, with its statistics in the UI.",
    code_version="1",
    dagster_type=LedgerFrame,
    io_manager_key="memory",
)
@retry_transient_errors
def ledger(context: dg.AssetExecutionContext, warehouse: Warehouse) -> pd.DataFrame:
    """The ledger as a frame. The frame is not stored."""
    with warehouse.connect("transform") as connection:
        cursor = connection.execute(_LEDGER)
        frame = pd.DataFrame(cursor.fetchall(), columns=[column.name for column in cursor.description or ()])
    frame = frame.astype(dict.fromkeys(_COUNTS, "int64"))
    context.add_output_metadata({"dagster/row_count": len(frame), **_statistics(frame)})
    return frame


@dg.asset(
    key=REPORT_KEYS[1],
    deps=[asset_key(name) for name in MART_SELECTS],
    group_name="reports",
    owners=[OWNER],
    kinds={"python", "matplotlib"},
    tags={"layer": "reports"},
    description="Both marts in one picture: net revenue by month and retention by cohort.",
    code_version="1",
)
@retry_transient_errors
def picture(warehouse: Warehouse) -> dg.MaterializeResult[Any]:
    """Writes `reports/marts.png` in the warehouse's home."""
    from warehouse_assets.reporting.picture import (
        draw_picture,  # importing matplotlib would slow down every start of the UI
    )

    settings = warehouse.settings
    with warehouse.connect("transform") as connection:
        image = draw_picture(connection)
        headline = read_headline(connection)
    settings.reports_path.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = settings.reports_path / "marts.png"
    path.write_bytes(image)
    shown = f"![marts](data:image/png;base64,{base64.b64encode(image).decode()})"
    return dg.MaterializeResult(
        metadata={
            "picture": dg.MetadataValue.md(shown),
            "file": dg.MetadataValue.path(str(path)),
            "as of": str(headline.as_of),
            "net revenue": dg.MetadataValue.json({c.code: str(c.net_revenue) for c in headline.currencies}),
            "customers": headline.customer_count or 0,
        }
    )
