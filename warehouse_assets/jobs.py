"""The jobs: split, one per delivery, dimensions, months, marts. Deliveries and months never share one."""

from __future__ import annotations

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from warehouse_assets.assets.staging import DELIVERY_TABLES
from warehouse_assets.building.facts import MONTHLY_TABLES
from warehouse_assets.building.marts import MART_SELECTS
from warehouse_assets.checks import asset_key
from warehouse_assets.schemas.governance import GOVERNANCE
from warehouse_assets.schemas.warehouse import DIMENSIONS

SOURCES = dg.AssetSelection.groups("sources")
STAGING = dg.AssetSelection.assets(*(asset_key(name) for name in DELIVERY_TABLES))
DIMENSION_TABLES = dg.AssetSelection.assets(*(asset_key(table.name) for table in DIMENSIONS))
MONTHS = dg.AssetSelection.assets(*(asset_key(name) for name in MONTHLY_TABLES))
MARTS = dg.AssetSelection.assets(
    asset_key("dw.fct_reviews"), asset_key("dw.fct_customer_lifecycle"), *(asset_key(name) for name in MART_SELECTS)
) | dg.AssetSelection.groups("reports")


PRIVACY = dg.AssetSelection.assets(*(asset_key(table.name) for table in GOVERNANCE))


def all_jobs() -> list[UnresolvedAssetJobDefinition]:
    """In the order in which `warehouse run` runs them."""
    return [
        dg.define_asset_job("split", SOURCES, description="Split the flat exports in datasets/"),
        dg.define_asset_job("load_deliveries", STAGING, description="Load deliveries into staging"),
        dg.define_asset_job("build_dimensions", DIMENSION_TABLES, description="Bring the dimensions up to date"),
        dg.define_asset_job("build_months", MONTHS, description="Rebuild months of facts and aggregates"),
        dg.define_asset_job("build_marts", MARTS, description="Rebuild lifecycle, reviews, both marts, report"),
        dg.define_asset_job("privacy_duties", PRIVACY, description="Answer requests of persons, run retention"),
    ]
