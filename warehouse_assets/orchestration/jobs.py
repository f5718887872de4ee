"""The jobs. Deliveries and months are partitioned differently, so no job holds both."""

from __future__ import annotations

import dagster as dg

from warehouse_assets.building.facts import MONTHLY_TABLES
from warehouse_assets.building.marts import MART_SELECTS
from warehouse_assets.orchestration.assets.access import POLICY_ASSET
from warehouse_assets.orchestration.assets.bi import POWERBI, POWERBI_STAR, TABLEAU
from warehouse_assets.orchestration.assets.mailed_reports import MAILED_REPORTS
from warehouse_assets.orchestration.assets.reports import REPORT_KEYS
from warehouse_assets.orchestration.assets.sources import DATABASES, PARTS
from warehouse_assets.orchestration.assets.static_reports import STATIC_REPORTS
from warehouse_assets.orchestration.checks import asset_key
from warehouse_assets.orchestration.loads import DELIVERY_TABLES
from warehouse_assets.schemas.governance import GOVERNANCE
from warehouse_assets.schemas.warehouse import DIMENSIONS

SOURCES = dg.AssetSelection.assets(*(["split", name] for name in PARTS))
STAGING = dg.AssetSelection.assets(*(asset_key(name) for name in DELIVERY_TABLES))
DIMENSION_KEYS = [asset_key(table.name) for table in DIMENSIONS]
DIMENSION_TABLES = dg.AssetSelection.assets(*DIMENSION_KEYS)
MONTH_KEYS = [asset_key(name) for name in MONTHLY_TABLES]
MONTHS = dg.AssetSelection.assets(*MONTH_KEYS)
_BEFORE_MARTS = ("dw.fct_reviews", "dw.fct_customer_lifecycle", "ops.record_outcomes")
MART_TABLE_KEYS = [asset_key(name) for name in (*_BEFORE_MARTS, *MART_SELECTS)]
MARTS = dg.AssetSelection.assets(*MART_TABLE_KEYS)
FILES_KEYS = [*REPORT_KEYS, POWERBI, POWERBI_STAR, TABLEAU]
SHOWN_KEYS = [*FILES_KEYS, STATIC_REPORTS, POLICY_ASSET]
"""What people look at, built from the marts, and the comparison of the access policy. Half of the work is files."""
REPORTS = dg.AssetSelection.assets(*SHOWN_KEYS)
MART_KEYS = [*MART_TABLE_KEYS, *SHOWN_KEYS]
EVERYTHING_BUILT = DIMENSION_TABLES | MONTHS | MARTS | REPORTS
READ, SPLIT, LOAD, BUILD, DUTIES = "read_databases", "split", "load_deliveries", "build", "privacy_duties"
"""Names of the jobs that sensors and schedules start."""
BUILD_DIMENSIONS, BUILD_MONTHS, BUILD_MARTS = "build_dimensions", "build_months", "build_marts"
"""Parts of `build`, which `warehouse run` runs one after the other."""
PRIVACY = dg.AssetSelection.assets(*(asset_key(table.name) for table in GOVERNANCE))

JOBS = (
    dg.define_asset_job(
        READ, dg.AssetSelection.assets(DATABASES), description="Copy new rows of the shops' databases to incoming/"
    ),
    dg.define_asset_job(SPLIT, SOURCES, description="Split the flat exports in datasets/"),
    dg.define_asset_job(LOAD, STAGING, description="Load deliveries into staging"),
    dg.define_asset_job(
        BUILD, EVERYTHING_BUILT, description="Build dimensions, pending months, both marts and reports"
    ),
    dg.define_asset_job(BUILD_DIMENSIONS, DIMENSION_TABLES, description="Update the dimensions"),
    dg.define_asset_job(BUILD_MONTHS, MONTHS, description="Rebuild months of facts and aggregates"),
    dg.define_asset_job(
        BUILD_MARTS, MARTS | REPORTS, description="Rebuild both marts and the reports, compare the access policy"
    ),
    dg.define_asset_job(DUTIES, PRIVACY, description="Answer requests of persons, delete expired data"),
)
"""In the order in which data flows. `build` is everything after loading, for a range of months, in one run."""

MAIL = "mail_reports"
MAIL_JOB = dg.define_asset_job(
    MAIL, dg.AssetSelection.assets(MAILED_REPORTS), description="Send each role's report to its recipients"
)
"""A job of warehouses with recipients of reports."""
