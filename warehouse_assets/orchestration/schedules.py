"""Schedules: nightly retries, builds and duties, and the close of each month. Times are UTC."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import dagster as dg

from warehouse_assets.building.rebuild_queue import pending_months
from warehouse_assets.orchestration import jobs
from warehouse_assets.orchestration.assets.marts import COMPARED_TAG
from warehouse_assets.orchestration.code_version import code_of_all
from warehouse_assets.orchestration.datasets import unsplit_datasets
from warehouse_assets.orchestration.deliveries import all_deliveries, content_of, is_loaded
from warehouse_assets.orchestration.first_month import record_first_month
from warehouse_assets.orchestration.partitions import DELIVERIES, RANGE_END, RANGE_START, first_partition
from warehouse_assets.orchestration.resources import Warehouse
from warehouse_assets.orchestration.sensors import CODE_TAG, build_request

_RUNNING = dg.DefaultScheduleStatus.RUNNING


@dg.schedule(
    job_name=jobs.LOAD,
    cron_schedule="30 1 * * *",
    default_status=_RUNNING,
    description="Retries deliveries that failed to load (database down, disk full, a bad file).",
)
def nightly_retry(context: dg.ScheduleEvaluationContext, warehouse: Warehouse) -> Iterator[dg.RunRequest]:
    """One run for each delivery in the incoming directory that is not loaded."""
    with warehouse.connect("transform") as connection:
        missing = [
            key
            for key, delivery in all_deliveries(warehouse.settings, context.log.warning).items()
            if not is_loaded(connection, warehouse.settings, delivery, content_of(delivery))
        ]
    context.instance.add_dynamic_partitions(str(DELIVERIES.name), missing)
    for key in missing:
        yield dg.RunRequest(partition_key=key)


@dg.schedule(
    job_name=jobs.BUILD,
    cron_schedule="30 2 * * *",
    default_status=_RUNNING,
    description="Builds both marts and all pending months every night, so that stale marts mean a fault.",
)
def nightly_marts(context: dg.ScheduleEvaluationContext, warehouse: Warehouse) -> dg.RunRequest:
    """Builds even if nothing is pending or the last build failed, and compares what is kept with a whole build."""
    with warehouse.connect("transform") as connection:
        record_first_month(warehouse.settings, connection)
        return build_request(pending_months(connection), **COMPARED_TAG)


@dg.schedule(
    job_name=jobs.BUILD,
    cron_schedule="30 4 1 * *",
    default_status=_RUNNING,
    description="Rebuilds the month that ended, on the first of each month.",
)
def month_close(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """The month before the scheduled day, unless the data begin later."""
    month = (context.scheduled_execution_time.date().replace(day=1) - timedelta(days=1)).replace(day=1)
    if month < first_partition(context.repository_def):
        return dg.SkipReason(f"The data begin after {month:%Y-%m}")
    return dg.RunRequest(tags={CODE_TAG: code_of_all(), RANGE_START: f"{month}", RANGE_END: f"{month}"})


@dg.schedule(
    job_name=jobs.SPLIT,
    cron_schedule="15 1 * * *",
    default_status=_RUNNING,
    description="Splits flat exports that failed to be split (disk full, a bad file).",
)
def nightly_split(warehouse: Warehouse) -> dg.RunRequest | dg.SkipReason:
    """One run for all flat exports that are not split."""
    return dg.RunRequest() if unsplit_datasets(warehouse.settings) else dg.SkipReason("All flat exports are split")


nightly_reading = dg.ScheduleDefinition(
    name="nightly_reading",
    job_name=jobs.READ,
    cron_schedule="0 1 * * *",
    default_status=_RUNNING,
    description="Reads the shops' databases every night. Databases without a watermark are read as a whole.",
)

privacy_duties = dg.ScheduleDefinition(
    name="privacy_duties",
    job_name=jobs.DUTIES,
    cron_schedule="0 2 * * *",
    default_status=_RUNNING,
    description="Answers open requests of persons and deletes expired data.",
)

ALL_SCHEDULES: list[dg.ScheduleDefinition] = [
    nightly_reading,
    nightly_split,
    nightly_retry,
    privacy_duties,
    nightly_marts,
    month_close,
]
"""All schedules."""


def mail_schedule(cron: str) -> dg.ScheduleDefinition:
    """When reports are sent. The nightly build has written them anew."""
    return dg.ScheduleDefinition(
        name="mail_reports",
        job_name=jobs.MAIL,
        cron_schedule=cron,
        default_status=_RUNNING,
        description="Sends each role's report to the addresses in WAREHOUSE_REPORT_RECIPIENTS.",
    )
