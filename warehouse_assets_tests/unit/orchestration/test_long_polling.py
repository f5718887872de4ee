"""Sensors that keep looking: at once when there is something, and never beyond their time."""

from __future__ import annotations

from collections.abc import Callable

import dagster as dg
import pytest

from warehouse_assets.orchestration import long_polling

NOTHING = dg.SensorResult(skip_reason="Nothing new")
SOMETHING = dg.SensorResult(run_requests=[dg.RunRequest()])


class Clock:
    """Time passes only by sleeping and by looking."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(long_polling, "time", clock)
    return clock


def looks(clock: Clock, answers: Callable[[int], dg.SensorResult], cost: float = 0.0) -> tuple[dg.SensorResult, int]:
    """What poll returns, and after how many looks."""
    count = 0

    def look() -> dg.SensorResult:
        nonlocal count
        count += 1
        clock.now += cost
        return answers(count)

    return long_polling.poll(look), count


def test_what_comes_while_it_watches_is_returned_at_once(clock: Clock) -> None:
    assert looks(clock, lambda count: SOMETHING if count == 3 else NOTHING) == (SOMETHING, 3)
    assert clock.now == pytest.approx(101.0)


def test_with_nothing_to_do_it_ends_before_the_daemon_comes_round(clock: Clock) -> None:
    result, count = looks(clock, lambda _: NOTHING)
    assert result is NOTHING
    assert count > 5
    assert clock.now - 100.0 <= long_polling.POLL_SECONDS < 5
    assert long_polling.INTERVAL_SECONDS < 5, "the daemon goes round every 5 s, and a round would be missed"


def test_looking_that_takes_long_is_done_less_often(clock: Clock) -> None:
    assert looks(clock, lambda _: NOTHING, cost=0.2)[1] == 2
    assert looks(clock, lambda _: NOTHING, cost=30.0)[1] == 1
