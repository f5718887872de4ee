"""The queue of runs, in which a pool's limit holds from the first run on.

Dagster's own queue learns of a pool when it looks at the runs that wait for it, too late for these: the first runs
of a new warehouse would all start at once.
"""

from __future__ import annotations

import dagster as dg


class WarehouseRunQueue(dg.QueuedRunCoordinator):
    """Gives each pool of a run its limit, `pools: default_limit` of `dagster.yaml`, before the run is queued."""

    def submit_run(self, context: dg.SubmitRunContext) -> dg.DagsterRun:
        """Called by whatever asks for a run: a sensor, a schedule, a person in the pages."""
        needed = context.dagster_run.run_op_concurrency
        storage = self._instance.event_log_storage
        for pool in set(needed.all_pools or () if needed else ()) - storage.get_concurrency_keys():
            storage.initialize_concurrency_limit_to_default(pool)
        return super().submit_run(context)
