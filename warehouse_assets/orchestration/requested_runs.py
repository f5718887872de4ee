"""Runs that a sensor requested: whether they exist and were launched.

Dagster notes a sensor's cursor even if a run that it requested could not be stored or launched, because the connection
to its records broke or the disk was full. So a request counts as handled only when its run is seen.
"""

from __future__ import annotations

import time

import dagster as dg

from warehouse_assets.orchestration.settled_files import Arrivals

LAUNCH_SECONDS = 300.0
"""A run that was created this long ago and neither queued nor started was never launched: the two take a moment."""
_RUN_KEY = "dagster/run_key"


def delete_unlaunched(instance: dg.DagsterInstance) -> None:
    """Deletes runs that were never launched. Nothing ran in them, and others would wait for them for ever."""
    for record in instance.get_run_records(dg.RunsFilter(statuses=[dg.DagsterRunStatus.NOT_STARTED])):
        if time.time() - record.create_timestamp.timestamp() > LAUNCH_SECONDS:
            instance.delete_run(record.dagster_run.run_id)


def confirm_requests(instance: dg.DagsterInstance, arrivals: Arrivals) -> None:
    """Settles each delivery whose requested run exists. One whose run does not exist is to be requested again."""
    delete_unlaunched(instance)
    for name, run_key in arrivals.requested().items():
        runs = instance.get_runs(dg.RunsFilter(tags={_RUN_KEY: run_key}), limit=1)
        if not runs:
            arrivals.reopen(name)
        elif runs[0].status != dg.DagsterRunStatus.NOT_STARTED:
            arrivals.settle(name)
