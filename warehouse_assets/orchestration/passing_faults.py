"""Which faults may pass by themselves: those of connections, disks and processes, not those of files or rules."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

from warehouse_assets.database import DatabaseError

if TYPE_CHECKING:  # a run with nothing new needs none of Dagster
    import dagster as dg

PASSING_TAG = "warehouse/passing_fault"
"""Run tag: a step gave up on a fault that may pass. It names the run, since Dagster copies tags to runs made of it."""
_OF_DISKS = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.ESTALE}
_FAILURE_REASON, _BY_A_STEP = "dagster/failure_reason", "STEP_FAILURE"


def may_pass(error: BaseException | None) -> bool:
    """Whether the error, or what caused it, is about the connection or the disk."""
    while error is not None:
        if isinstance(error, DatabaseError):
            return error.is_transient
        if isinstance(error, OSError) and error.errno in _OF_DISKS:
            return True
        error = error.__cause__
    return False


def failed_in_passing(run: dg.DagsterRun) -> bool:
    """Whether the run failed by such a fault, or without a step's fault: its process or its records were gone."""
    if run.status.value != "FAILURE":
        return False
    return run.tags.get(PASSING_TAG) == run.run_id or run.tags.get(_FAILURE_REASON) != _BY_A_STEP
