"""The run queue, in which the limit of a pool holds from the first run on, and which knows how many loads go at once.

Dagster's own queue learns of a pool when it looks at the runs that wait for it, too late for these: the first runs
of a new warehouse would all start at once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import dagster as dg

from warehouse_assets.orchestration.loads_at_once import LOADS, cores

LOOK_SECONDS = 1.0
"""How often the daemon looks for runs that another process queued (the UI), or that waited for a pool."""
_QUEUED_HERE = threading.Event()
_QUEUED = dg.RunsFilter(statuses=[dg.DagsterRunStatus.QUEUED])


class WarehouseRunQueue(dg.QueuedRunCoordinator):
    """Gives each pool of a run its limit before the run is queued: of loads the cores, else that of `dagster.yaml`.

    A limit that a person has set stays.
    """

    def submit_run(self, context: dg.SubmitRunContext) -> dg.DagsterRun:
        """Called for each requested run: by sensors, schedules and the UI."""
        needed = context.dagster_run.run_op_concurrency
        storage = self._instance.event_log_storage
        for pool in set(needed.all_pools or () if needed else ()) - storage.get_concurrency_keys():
            if pool == LOADS:
                storage.set_concurrency_slots(pool, cores())
            else:
                storage.initialize_concurrency_limit_to_default(pool)
        queued = super().submit_run(context)
        _QUEUED_HERE.set()
        return queued


def once_queued(iteration: Callable[..., Iterator[Any]]) -> Callable[..., Iterator[Any]]:
    """The daemon's way of starting queued runs, once there are some.

    Those that its sensors request start at once, or a second after the last look. A whole look costs 5 ms; to see that
    nothing is queued takes a fifth of it.
    """

    def waited(daemon: object, context: Any, *arguments: Any) -> Iterator[Any]:
        _QUEUED_HERE.wait(LOOK_SECONDS)
        _QUEUED_HERE.clear()
        if context.instance.get_runs_count(_QUEUED):
            yield from iteration(daemon, context, *arguments)

    return waited
