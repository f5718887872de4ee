"""A sensor that keeps looking until Dagster looks with it again, so that what it waits for is noticed at once.

Dagster's daemon goes round its sensors every five seconds. Each link of a chain (a file that arrives, a file that
is whole, a load that has ended) would wait for a round of its own.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import dagster as dg

INTERVAL_SECONDS = 4
"""Least time between two looks of a watching sensor: less than the daemon's round, of which none is to be missed."""
WATCH_SECONDS = 4.0
"""A look goes on for so long when there is nothing to do; the rest of the round is left for what surrounds it."""
_PAUSE_SECONDS = 0.5
_SHARE = 10.0
"""Looking takes at most a tenth of the time, however many files there are."""


def watching(look: Callable[[], dg.SensorResult]) -> dg.SensorResult:
    """Looks again and again; returns what is to be run as soon as there is something, or the last look's answer."""
    until = time.monotonic() + WATCH_SECONDS
    while True:
        began = time.monotonic()
        result = look()
        ended = time.monotonic()
        pause = max(_PAUSE_SECONDS, _SHARE * (ended - began))
        if result.run_requests or ended + pause > until:
            return result
        time.sleep(pause)
