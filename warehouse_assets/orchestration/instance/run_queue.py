"""The run queue, in which the limit of a pool holds from the first run on.

Dagster's own queue learns of a pool when it looks at the runs that wait for it, too late for these: the first runs
of a new warehouse would all start at once.
"""

from __future__ import annotations

import dagster as dg


class WarehouseRunQueue(dg.QueuedRunCoordinator):
    """Gives each pool of a run its limit, `pools: default_limit` of `dagster.yaml`, before the run is queued."""

    def submit_run(self, context: dg.SubmitRunContext) -> dg.DagsterRun:
        """Called for each requested run: by sensors, schedules and the UI."""
        needed = context.dagster_run.run_op_concurrency
        storage = self._instance.event_log_storage
        for pool in set(needed.all_pools or () if needed else ()) - storage.get_concurrency_keys():
            storage.initialize_concurrency_limit_to_default(pool)
        return super().submit_run(context)
