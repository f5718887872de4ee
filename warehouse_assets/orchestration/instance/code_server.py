"""The code server: `dagster api grpc` with the same arguments, whose sensors stop watching when it is asked to end.

An evaluation may watch for most of a minute. Dagster's daemon waits for its evaluations before it ends, and so would
`warehouse up`.
"""

from __future__ import annotations

import runpy
import signal
import sys
from types import FrameType

from warehouse_assets.orchestration.watching import stop_watching


def _end(number: int, frame: FrameType | None) -> None:
    stop_watching()
    raise KeyboardInterrupt


if __name__ == "__main__":
    # Dagster gives SIGTERM the handler of SIGINT.
    signal.signal(signal.SIGINT, _end)
    sys.argv = ["dagster", "api", "grpc", *sys.argv[1:]]
    runpy.run_module("dagster", run_name="__main__", alter_sys=True)
