"""The code server: `dagster api grpc` with the same arguments, whose sensors stop watching when it is asked to end.

An evaluation may watch for most of a minute. Dagster's daemon waits for its evaluations before it ends, and so would
`warehouse up`.

Where the recorded first month of the data changes, the server begins anew in the same process and on the same port, so
that monthly partitions begin with that month. Dagster's pages and its daemon see a new server and load it again.
A build waits for an earlier month, so that is done at once. A later one only drops months without data: it can wait
until the builds of the load that brought it have ended.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading
import time
import traceback
from collections.abc import Sequence
from datetime import date
from types import FrameType

from warehouse_assets.orchestration.first_month import first_month
from warehouse_assets.orchestration.watching import stop_watching
from warehouse_assets.settings import read_settings

_MODULE = "warehouse_assets.orchestration.instance.code_server"
LATER_MONTH_SECONDS = 60.0
"""How long a later first month waits."""
_LOOK_SECONDS = 0.5
_ANSWER_SECONDS = 1.0
"""Evaluations that watch have answered by then."""


def _end(number: int, frame: FrameType | None) -> None:
    stop_watching()
    raise KeyboardInterrupt


def is_time_to_begin_anew(loaded: date, recorded: date, seconds: float) -> bool:
    """Whether definitions that begin with `loaded` are to be loaded again, `seconds` after the last change."""
    return recorded < loaded or (recorded > loaded and seconds >= LATER_MONTH_SECONDS)


def _begin_anew_when_changed(loaded: date, arguments: Sequence[str]) -> None:
    """Waits until another first month is recorded than the one that the definitions were loaded with."""
    try:
        settings, seen, since = read_settings(), loaded, time.monotonic()
        while not is_time_to_begin_anew(loaded, seen, time.monotonic() - since):
            time.sleep(_LOOK_SECONDS)
            current = first_month(settings)
            if current != seen:
                seen, since = current, time.monotonic()
        stop_watching()
        time.sleep(_ANSWER_SECONDS)
        os.execv(sys.executable, [sys.executable, "-m", _MODULE, *arguments])  # noqa: S606 - the same command
    finally:
        # The thread alone would end in silence, and builds would wait for ever; `warehouse up` starts a new server.
        traceback.print_exc()
        os._exit(1)


if __name__ == "__main__":
    watcher = threading.Thread(
        target=_begin_anew_when_changed, args=(first_month(read_settings()), tuple(sys.argv[1:])), daemon=True
    )
    watcher.start()
    # Dagster gives SIGTERM the handler of SIGINT.
    signal.signal(signal.SIGINT, _end)
    sys.argv = ["dagster", "api", "grpc", *sys.argv[1:]]
    runpy.run_module("dagster", run_name="__main__", alter_sys=True)
