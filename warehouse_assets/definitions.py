"""The code location: everything that Dagster knows of the warehouse."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dagster as dg

from warehouse_assets.assets.access import access_policy
from warehouse_assets.assets.bi import powerbi, tableau
from warehouse_assets.assets.dimensions import dimensions
from warehouse_assets.assets.facts import fact_assets
from warehouse_assets.assets.marts import mart_assets
from warehouse_assets.assets.privacy import privacy_duties
from warehouse_assets.assets.reports import ledger, picture
from warehouse_assets.assets.sources import INCOMING_SPEC, shop_databases, source_specs, split_datasets
from warehouse_assets.assets.staging import deliveries
from warehouse_assets.assets.static_reports import static_reports
from warehouse_assets.jobs import all_jobs
from warehouse_assets.resources import Warehouse
from warehouse_assets.rights_jobs import RIGHTS_JOBS
from warehouse_assets.schedules import ALL_SCHEDULES
from warehouse_assets.sensors import ALL_SENSORS
from warehouse_assets.settings import read_settings


def build_defs(overrides: Mapping[str, Any] | None = None) -> dg.Definitions:
    """All of it; `overrides` replaces resources, for tests and other warehouses."""
    return dg.Definitions(
        assets=[
            *source_specs(read_settings()),
            INCOMING_SPEC,
            split_datasets,
            shop_databases,
            deliveries,
            dimensions,
            *fact_assets(),
            *mart_assets(),
            ledger,
            picture,
            static_reports,
            powerbi,
            tableau,
            privacy_duties,
            access_policy,
        ],
        jobs=[*all_jobs(), *RIGHTS_JOBS],
        sensors=ALL_SENSORS,
        schedules=ALL_SCHEDULES,
        resources={"warehouse": Warehouse(), "memory": dg.mem_io_manager, **(overrides or {})},
        executor=dg.in_process_executor,
    )


defs = build_defs()
