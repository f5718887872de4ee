"""Everything that Dagster knows of the warehouse: assets, jobs, sensors and schedules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import dagster as dg

from warehouse_assets.orchestration.assets.access import access_policy
from warehouse_assets.orchestration.assets.bi import powerbi, powerbi_star, tableau
from warehouse_assets.orchestration.assets.dimensions import dimensions
from warehouse_assets.orchestration.assets.facts import fact_assets
from warehouse_assets.orchestration.assets.mailed_reports import mailed_reports
from warehouse_assets.orchestration.assets.marts import mart_assets
from warehouse_assets.orchestration.assets.privacy import privacy_duties
from warehouse_assets.orchestration.assets.reports import ledger, picture
from warehouse_assets.orchestration.assets.sources import INCOMING_SPEC, shop_databases, source_specs, split_datasets
from warehouse_assets.orchestration.assets.staging import deliveries
from warehouse_assets.orchestration.assets.static_reports import static_reports
from warehouse_assets.orchestration.first_month import first_month
from warehouse_assets.orchestration.jobs import JOBS, MAIL_JOB
from warehouse_assets.orchestration.privacy_jobs import RIGHTS_JOBS
from warehouse_assets.orchestration.resources import Warehouse
from warehouse_assets.orchestration.schedules import ALL_SCHEDULES, mail_schedule
from warehouse_assets.orchestration.sensors import ALL_SENSORS
from warehouse_assets.settings import read_settings


def build_defs(overrides: Mapping[str, Any] | None = None, begin: date | None = None) -> dg.Definitions:
    """All of it; `overrides` replaces resources, for tests and other warehouses.

    Monthly partitions `begin` with the first month of the data, unless another one is given.
    """
    settings = read_settings()
    is_mailed = bool(settings.report_recipients)
    return dg.Definitions(
        assets=[
            *source_specs(settings),
            INCOMING_SPEC,
            split_datasets,
            shop_databases,
            deliveries,
            dimensions,
            *fact_assets(begin or first_month(settings)),
            *mart_assets(),
            ledger,
            picture,
            static_reports,
            *([mailed_reports] if is_mailed else []),
            powerbi,
            powerbi_star,
            tableau,
            privacy_duties,
            access_policy,
        ],
        jobs=[*JOBS, *RIGHTS_JOBS, *([MAIL_JOB] if is_mailed else [])],
        sensors=ALL_SENSORS,
        schedules=[*ALL_SCHEDULES, *([mail_schedule(settings.report_cron)] if is_mailed else [])],
        resources={"warehouse": Warehouse(), "memory": dg.mem_io_manager, **(overrides or {})},
        executor=dg.in_process_executor,
    )
