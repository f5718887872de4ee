"""Sensors: split and load new files, build what was loaded, send alerts about failures."""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from itertools import takewhile
from pathlib import Path
from typing import Any

import dagster as dg
import psycopg

from warehouse_assets.building.rebuild_queue import is_anything_pending, last_build, last_load, pending_months
from warehouse_assets.ingestion.sources.delivery import Delivery
from warehouse_assets.ingestion.sources.fingerprint import mapping_fingerprint
from warehouse_assets.ingestion.sources.unread_files import told
from warehouse_assets.orchestration import alerts, jobs
from warehouse_assets.orchestration.assets.sources import DATASETS_TAG, SOURCE_TAG
from warehouse_assets.orchestration.code_version import code_of_all
from warehouse_assets.orchestration.datasets import Dataset, find_datasets, is_split
from warehouse_assets.orchestration.deliveries import (
    all_sources,
    content_of,
    deliveries_of,
    is_loaded,
    offers_beyond_watermarks,
    times_loaded,
)
from warehouse_assets.orchestration.first_month import record_first_month
from warehouse_assets.orchestration.partitions import DELIVERIES, PARTITION, RANGE_START, first_partition, pending_range
from warehouse_assets.orchestration.requested_runs import (
    confirm_requests,
    counted_failures,
    delete_unlaunched,
    is_due_again,
)
from warehouse_assets.orchestration.resources import Warehouse
from warehouse_assets.orchestration.settled_files import Arrivals
from warehouse_assets.orchestration.watching import (
    FOLDER_SECONDS,
    INTERVAL_SECONDS,
    QUEUE_SECONDS,
    FolderNews,
    Look,
    nothing_new,
    watch,
)
from warehouse_assets.settings import Settings

ALERT_SECONDS = 59
"""Least time between two looks for failed runs, each of which costs as much as a minute of watching."""
PER_TICK = 20
"""Most runs that one evaluation requests. The next evaluation requests the rest."""
CODE_TAG = "warehouse/code"
"""Run tag of builds: the version of code and SQL."""
_LOOK_SECONDS = 10.0
"""Reading file contents stops after this time: Dagster bounds an evaluation, and it may have watched before."""
_PARTS_OF_BUILD = (jobs.BUILD_DIMENSIONS, jobs.BUILD_MONTHS, jobs.BUILD_MARTS)
_IN_THE_WAY = (jobs.SPLIT, jobs.LOAD, jobs.BUILD, *_PARTS_OF_BUILD, "__ASSET_JOB")
"""Jobs that load or build, by sensors, by hand or by `warehouse run`, and assets chosen in the UI."""
_FAILED = [dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]
_ENDED = [*_FAILED, dg.DagsterRunStatus.SUCCESS]
_UNFINISHED = [status for status in dg.DagsterRunStatus if status not in _ENDED]
_MOST_LOOKED_AT = 8
"""Newest builds of which failures in a row are counted."""
_WILL_RETRY = "dagster/will_retry"
"""Dagster's tag of a failed run that its daemon starts again."""


@dg.sensor(
    job_name=jobs.SPLIT,
    minimum_interval_seconds=INTERVAL_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Splits flat exports that arrive in datasets/<source>/, once they are complete.",
)
def flat_exports(context: dg.SensorEvaluationContext, warehouse: Warehouse) -> dg.SensorResult:
    """One run for all complete files. Content that was split before is skipped."""
    settings, arrivals = warehouse.settings, Arrivals(context.cursor)
    confirm_requests(context.instance, arrivals)
    unread = told(settings, settings.datasets_path)

    def look() -> Look:
        datasets = {dataset.name: dataset for dataset in find_datasets(settings)}
        ready = _whole(arrivals, {name: [d.path] for name, d in datasets.items()}, settings.quiet_seconds)
        fresh = [name for name in ready if not is_split(datasets[name])]
        for name in ready:
            if name not in fresh:
                arrivals.settle(name)
        if not fresh:
            return nothing_new(arrivals, unread)
        return Look(_split_requested(context.instance, arrivals, [datasets[name] for name in fresh]))

    with FolderNews(settings.datasets_path) as news:
        return watch(look, FOLDER_SECONDS, news)


def _split_requested(instance: dg.DagsterInstance, arrivals: Arrivals, fresh: Sequence[Dataset]) -> dg.SensorResult:
    tags = {DATASETS_TAG: json.dumps([dataset.name for dataset in fresh])}
    key = " ".join(f"{d.name}@{d.checksum or arrivals.signature(d.name)}" for d in fresh)
    # What ended counts, so that A is split again after A, B, A.
    run_key = f"{key}#{instance.get_runs_count(dg.RunsFilter(tags=tags, statuses=_ENDED))}"
    for dataset in fresh:
        arrivals.request(dataset.name, run_key)
    request = dg.RunRequest(run_key=run_key, tags=tags)
    return dg.SensorResult(run_requests=[request], cursor=arrivals.memory)


@dg.sensor(
    job_name=jobs.LOAD,
    minimum_interval_seconds=INTERVAL_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Loads deliveries that arrive in incoming/<source>/, once they are complete. One run each.",
)
def incoming_files(context: dg.SensorEvaluationContext, warehouse: Warehouse) -> dg.SensorResult:
    """At most PER_TICK runs. A delivery whose content is already loaded needs none."""
    settings, arrivals = warehouse.settings, Arrivals(context.cursor)
    confirm_requests(context.instance, arrivals)
    sources = all_sources(settings, context.log.warning)
    mappings = {source.name: mapping_fingerprint(source, settings.first_month) for source in sources}
    unread = told(settings, settings.incoming_path)

    def look() -> Look:
        deliveries = deliveries_of(sources, settings)
        marks = {key: mappings[d.source.name] for key, d in deliveries.items()}
        ready = _whole(arrivals, {key: d.paths for key, d in deliveries.items()}, settings.quiet_seconds, marks)
        if not ready:
            return nothing_new(arrivals, unread)
        requests, until = list[dg.RunRequest](), time.monotonic() + _LOOK_SECONDS
        with warehouse.connect("transform") as connection:
            for key in ready[:PER_TICK]:
                run_key = _load_run_key(context.instance, connection, settings, key, deliveries[key])
                if run_key is None:
                    arrivals.settle(key)
                else:
                    arrivals.request(key, run_key)
                    requests.append(dg.RunRequest(run_key=run_key, partition_key=key))
                if time.monotonic() > until:
                    break
        return _requested(arrivals, requests)

    with FolderNews(settings.incoming_path) as news:
        return watch(look, FOLDER_SECONDS, news)


@dg.sensor(
    job_name=jobs.READ,
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Copies new rows of a shop's database, beyond its watermarks, to incoming/ as a delivery.",
)
def database_watermarks(context: dg.SensorEvaluationContext, warehouse: Warehouse) -> dg.SensorResult:
    """One run per offer, whose name is unique. A read that failed is repeated after a pause."""
    delete_unlaunched(context.instance)
    with warehouse.connect("transform") as connection:
        offers = offers_beyond_watermarks(warehouse.settings, connection)
    requests = [
        _read_request(context.instance, offer.source_name, f"{offer.source_name}/{offer.delivery_name}")
        for offer in offers
    ]
    return dg.SensorResult(run_requests=requests, skip_reason=None if requests else "Nothing new")


def _read_request(instance: dg.DagsterInstance, source_name: str, offer: str) -> dg.RunRequest:
    tags = {SOURCE_TAG: source_name}
    failed = dg.RunsFilter(job_name=jobs.READ, tags=tags, statuses=_FAILED)
    return dg.RunRequest(run_key=f"{offer}#{counted_failures(instance, failed)}", tags=tags)


def _load_run_key(
    instance: dg.DagsterInstance, connection: psycopg.Connection[Any], settings: Settings, key: str, delivery: Delivery
) -> str | None:
    """The content and the number of attempts, so that A is loaded again after A, B, A. None if nothing is to load."""
    content = content_of(delivery)
    if is_loaded(connection, settings, delivery, content):
        return None
    attempt = times_loaded(connection, delivery, content) + _failures(instance, {PARTITION: key})
    return f"{key}@{content}#{attempt}"


def _requested(arrivals: Arrivals, requests: Sequence[dg.RunRequest]) -> Look:
    if not requests:
        return nothing_new(arrivals)
    keys = [str(request.partition_key) for request in requests]
    result = dg.SensorResult(
        run_requests=requests,
        dynamic_partitions_requests=[DELIVERIES.build_add_request(keys)],
        cursor=arrivals.memory,
    )
    return Look(result)


def _whole(
    arrivals: Arrivals,
    found: Mapping[str, Iterable[Path]],
    quiet_seconds: int,
    marks: Mapping[str, str] | None = None,
) -> list[str]:
    """Names of complete, unhandled deliveries. Updates the cursor."""
    now = time.time()
    arrivals.look(found, now, marks)
    return arrivals.quiet(now, quiet_seconds)


def _failures(instance: dg.DagsterInstance, tags: Mapping[str, str]) -> int:
    return instance.get_runs_count(dg.RunsFilter(tags=dict(tags), statuses=_FAILED))


@dg.sensor(
    job_name=jobs.BUILD,
    minimum_interval_seconds=INTERVAL_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Builds dimensions, affected months and both marts, once all new deliveries are loaded.",
)
def pending_builds(context: dg.SensorEvaluationContext, warehouse: Warehouse) -> dg.SensorResult:
    """Builds what the queues in the database hold. A failed build is retried when data or code change."""
    delete_unlaunched(context.instance)
    with warehouse.connect("transform") as connection:
        record_first_month(warehouse.settings, connection)
        begin = first_partition(context.repository_def) if context.repository_def else warehouse.settings.first_month
        return watch(lambda: build_result(context.instance, connection, warehouse.settings, begin), QUEUE_SECONDS)


def build_result(
    instance: dg.DagsterInstance, connection: psycopg.Connection[Any], settings: Settings, begin: date
) -> Look:
    """What there is to build now, with definitions whose months `begin` there."""
    busy = _running(instance, _IN_THE_WAY)  # first: the end of a load is seen at once, whatever it has brought
    if busy:
        return Look(dg.SensorResult(skip_reason=f"Waiting for runs of {', '.join(busy)}"), is_soon=True)
    if last_load(connection) is None or not is_anything_pending(connection):
        return Look(dg.SensorResult(skip_reason="Nothing to build"))
    if _failed_with_nothing_new(instance, connection):
        reason = "The last build failed and nothing has changed since. Correct the cause, or launch `build`"
        return Look(dg.SensorResult(skip_reason=reason))
    months = pending_months(connection)
    record_first_month(settings, connection)  # the run's process begins its months with it
    if months and months[0] < begin:
        reason = f"{months[0]:%Y-%m} is before the first partition. The definitions are being loaded again"
        return Look(dg.SensorResult(skip_reason=reason))
    return Look(dg.SensorResult(run_requests=[build_request(months)]))


def build_request(months: Collection[date], **tags: str) -> dg.RunRequest:
    """One run of `build` for these months and the marts. Without months, for the marts only."""
    assets = None if months else jobs.DIMENSION_KEYS + jobs.MART_KEYS
    return dg.RunRequest(tags={CODE_TAG: code_of_all(), **pending_range(months), **tags}, asset_selection=assets)


def _running(instance: dg.DagsterInstance, job_names: Collection[str]) -> list[str]:
    """Those of these jobs that have unfinished runs."""
    runs = instance.get_runs(dg.RunsFilter(statuses=_UNFINISHED))
    return sorted({run.job_name for run in runs} & set(job_names))


def _failed_with_nothing_new(instance: dg.DagsterInstance, connection: psycopg.Connection[Any]) -> bool:
    records = instance.get_run_records(dg.RunsFilter(job_name=jobs.BUILD), limit=_MOST_LOOKED_AT)
    failures = list(takewhile(lambda record: record.dagster_run.status in _FAILED, records))
    if not failures or is_due_again(failures, len(failures) - 1):
        return False
    if records[0].dagster_run.tags.get(CODE_TAG) != code_of_all():
        return False
    changed = max(filter(None, (last_load(connection), last_build(connection))), default=None)
    return changed is None or changed.timestamp() <= (records[0].end_time or 0.0)


@dg.run_failure_sensor(
    default_status=dg.DefaultSensorStatus.RUNNING,
    minimum_interval_seconds=ALERT_SECONDS,
    description="Sends an alert about each failed run to the log and to WAREHOUSE_ALERT_TARGETS (web hooks, e-mail).",
)
def failed_runs(context: dg.RunFailureSensorContext, warehouse: Warehouse) -> None:
    """Job and reason, unless Dagster retries the run. Errors of the warehouse quote no values."""
    run = context.dagster_run
    if run.tags.get(_WILL_RETRY) == "true":
        return
    what = (
        run.tags.get(PARTITION)
        or run.tags.get(DATASETS_TAG)
        or run.tags.get(SOURCE_TAG)
        or run.tags.get(RANGE_START)
        or "everything"
    )
    reason = alerts.reason_of(context.failure_event, context.get_step_failure_events())
    alert = alerts.Alert(f"{run.job_name} failed ({what})", reason, run.run_id)
    for failure in alerts.send(alert, warehouse.settings, context.log.error):
        context.log.error(failure)


ALL_SENSORS: list[dg.SensorDefinition] = [
    flat_exports,
    database_watermarks,
    incoming_files,
    pending_builds,
    failed_runs,
]
