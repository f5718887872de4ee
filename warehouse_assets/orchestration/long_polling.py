"""Sensor evaluation that polls for a few seconds instead of returning at once, so that events are seen within a second.

Dagster's daemon evaluates a sensor every five seconds. Without polling, each step of a chain (a file arrives, the
file is complete, a load ends) would wait for the next evaluation.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import dagster as dg

INTERVAL_SECONDS = 4
"""Least time between two evaluations. Shorter than the daemon's interval, so that none is missed."""
POLL_SECONDS = 4.0
"""How long an evaluation polls when there is nothing to do."""
_PAUSE_SECONDS = 0.5
_SHARE = 10.0
"""The pause is at least this multiple of the time that a poll takes, however many files there are."""


def poll(look: Callable[[], dg.SensorResult]) -> dg.SensorResult:
    """Polls until there is something to run, or the time is over. Returns the last result."""
    until = time.monotonic() + POLL_SECONDS
    while True:
        began = time.monotonic()
        result = look()
        ended = time.monotonic()
        pause = max(_PAUSE_SECONDS, _SHARE * (ended - began))
        if result.run_requests or ended + pause > until:
            return result
        time.sleep(pause)
