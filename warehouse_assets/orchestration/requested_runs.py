"""Runs that a sensor requested: whether they exist and were launched.

Dagster notes a sensor's cursor even if a run that it requested could not be stored or launched, because the connection
to its records broke or the disk was full. So a request counts as handled only when its run is seen.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import dagster as dg

from warehouse_assets.orchestration.passing_faults import failed_in_passing
from warehouse_assets.orchestration.settled_files import Arrivals

LAUNCH_SECONDS = 300.0
"""A run that was created this long ago and neither queued nor started was never launched: the two take a moment."""
FIRST_WAIT_SECONDS = 60.0
"""How long after a fault that may pass a run is requested again; each further time twice as long."""
_MOST_DOUBLINGS = 3
_RUN_KEY = "dagster/run_key"


def delete_unlaunched(instance: dg.DagsterInstance) -> None:
    """Deletes runs that were never launched. Nothing ran in them, and others would wait for them for ever."""
    for record in instance.get_run_records(dg.RunsFilter(statuses=[dg.DagsterRunStatus.NOT_STARTED])):
        if time.time() - record.create_timestamp.timestamp() > LAUNCH_SECONDS:
            instance.delete_run(record.dagster_run.run_id)


def confirm_requests(instance: dg.DagsterInstance, arrivals: Arrivals) -> None:
    """Settles each delivery whose requested run succeeded or failed for good.

    One whose run does not exist, or failed for a reason that may pass, is to be requested again.
    """
    delete_unlaunched(instance)
    for name, run_key in arrivals.requested().items():
        records = instance.get_run_records(dg.RunsFilter(tags={_RUN_KEY: run_key}), limit=1)
        if not records or is_due_again(records, int(run_key.rpartition("#")[2])):
            arrivals.reopen(name)
        elif records[0].dagster_run.is_finished and not failed_in_passing(records[0].dagster_run):
            arrivals.settle(name)


def is_due_again(records: Sequence[dg.RunRecord], earlier_failures: int) -> bool:
    """Whether the newest run failed for a reason that may pass, and long enough ago to be requested again."""
    return failed_in_passing(records[0].dagster_run) and _has_waited(records[0], earlier_failures)


def counted_failures(instance: dg.DagsterInstance, failed: dg.RunsFilter) -> int:
    """How many of these runs there are; the newest counts once its pause is over."""
    newest, number = instance.get_run_records(failed, limit=1), instance.get_runs_count(failed)
    return number if not newest or _has_waited(newest[0], number - 1) else number - 1


def _has_waited(record: dg.RunRecord, earlier_failures: int) -> bool:
    """Whether the pause after this failure is over."""
    pause = FIRST_WAIT_SECONDS * float(1 << min(earlier_failures, _MOST_DOUBLINGS))
    return time.time() - (record.end_time or 0.0) > pause
