"""Executes one run that the daemon launched.

`python -m warehouse_assets.orchestration.instance.run_worker RUN_ID`, or `--serve MODULE`: a fork server imports the
module and forks for each run that the launcher hands it.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import traceback

import dagster as dg

# Tried: the command `dagster api execute_run`. It imports the definitions after the run arrives, which takes seconds.
from dagster._cli.api import _execute_run_command_body

# Tried: our own handler for SIGINT. Dagster's executor then cannot end a step properly when a run is cancelled.
from dagster._utils.interrupts import capture_interrupts

from warehouse_assets.orchestration.instance.fork_server import end, serve

_ENDED = (dg.DagsterRunStatus.CANCELING, dg.DagsterRunStatus.CANCELED, dg.DagsterRunStatus.FAILURE)
_POLL_SECONDS = 1.0


def main(run_id: str) -> int:
    """Executes the run in this process until it ends or is cancelled. Returns 0 on success."""
    with capture_interrupts(), dg.DagsterInstance.get() as instance:
        is_done = threading.Event()
        watch = threading.Thread(target=_interrupt_when_cancelled, args=(instance, run_id, is_done), daemon=True)
        watch.start()
        try:
            return _execute_run_command_body(run_id, instance, lambda event: None, set_exit_code_on_failure=True)
        finally:
            is_done.set()
            watch.join()


def _interrupt_when_cancelled(instance: dg.DagsterInstance, run_id: str, is_done: threading.Event) -> None:
    """Interrupts this process when the UI or the run monitor marks the run as ended."""
    while not is_done.wait(_POLL_SECONDS):
        run = instance.get_run_by_id(run_id)
        if run is not None and run.status in _ENDED:
            os.kill(os.getpid(), signal.SIGINT)
            return


if __name__ == "__main__":
    first, *rest = sys.argv[1:]
    if first != "--serve":
        sys.exit(main(first))
    given = serve(*rest)
    if given is not None:
        try:
            status = main(given)
        except BaseException:
            traceback.print_exc()
            status = 1
        end(status)
