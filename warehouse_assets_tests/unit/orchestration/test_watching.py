"""Sensors that watch: at once when there is news, seldom when there is none, and never beyond their time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import dagster as dg
import pytest

from warehouse_assets.orchestration import watching
from warehouse_assets.orchestration.settled_files import Arrivals
from warehouse_assets.orchestration.watching import FolderNews, Look, nothing_new

NOTHING = Look(dg.SensorResult(skip_reason="Nothing new"))
SOON = Look(dg.SensorResult(skip_reason="Still being written"), is_soon=True)
SOMETHING = Look(dg.SensorResult(run_requests=[dg.RunRequest()]))


class Clock:
    """Time passes only by waiting and by looking. News comes at the given time."""

    def __init__(self) -> None:
        self.now, self.news_at, self.is_known = 100.0, float("inf"), False
        self.is_ending = False

    def monotonic(self) -> float:
        return self.now

    thread_time = monotonic

    def is_set(self) -> bool:
        return self.is_ending

    def clear(self) -> None:
        self.is_known = self.now >= self.news_at

    def wait(self, seconds: float) -> bool:
        told = not self.is_known and self.news_at <= self.now + seconds
        self.now = max(self.now, self.news_at) if told else self.now + seconds
        return told


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(watching, "time", clock)
    ending = type("Ending", (), {"is_set": clock.is_set, "wait": lambda _, seconds: advance(clock, seconds)})
    monkeypatch.setattr(watching, "_ENDING", ending())
    return clock


def advance(clock: Clock, seconds: float) -> None:
    clock.now += seconds


def looks(
    clock: Clock, answers: Callable[[int], Look], cost: float = 0.001, idle: float = 5.0
) -> tuple[dg.SensorResult, list[float]]:
    """What the watch returns, and the times of its looks, since its start."""
    times = list[float]()

    def look() -> Look:
        times.append(clock.now - 100.0)
        clock.now += cost
        return answers(len(times))

    return watching.watch(look, idle, clock), times


def test_news_is_looked_at_within_a_second(clock: Clock) -> None:
    clock.news_at = 112.3
    result, times = looks(clock, lambda _: SOMETHING if clock.now > 112.3 else NOTHING)
    assert result is SOMETHING.result
    assert times[-1] == pytest.approx(12.3, abs=0.6)


def test_what_is_on_its_way_is_looked_at_ten_times_a_second(clock: Clock) -> None:
    result, times = looks(clock, lambda count: SOMETHING if count == 5 else SOON)
    assert result is SOMETHING.result
    assert times[-1] == pytest.approx(0.4, abs=0.05)


def test_without_news_it_looks_by_the_clock_and_ends_in_time(clock: Clock) -> None:
    result, times = looks(clock, lambda _: NOTHING)
    assert result is NOTHING.result
    assert 7 <= len(times) <= 10, "every five seconds, for file systems that tell nothing"
    assert clock.now - 100.0 <= watching.WATCH_SECONDS + 0.1


@pytest.mark.parametrize(("cost", "most"), [(0.2, 2), (2.0, 1), (50.0, 1)])
def test_a_long_look_is_made_less_often(clock: Clock, cost: float, most: int) -> None:
    """A look of 0.2 s, as at thousands of files, is a hundredth of the time at most."""
    assert len(looks(clock, lambda _: NOTHING, cost)[1]) <= most


def test_long_looks_at_what_is_on_its_way_are_a_tenth_of_the_time(clock: Clock) -> None:
    assert len(looks(clock, lambda _: SOON, cost=1.0)[1]) <= 5


def test_a_process_that_is_asked_to_end_returns(clock: Clock) -> None:
    clock.is_ending = True
    assert len(looks(clock, lambda _: NOTHING)[1]) == 1


def test_an_evaluation_ends_before_the_daemon_comes_round_and_before_dagster_cuts_it() -> None:
    from warehouse_assets.orchestration import sensors

    assert watching.ROUND_SECONDS > watching.WATCH_SECONDS % watching.ROUND_SECONDS >= watching.ROUND_SECONDS - 1.5
    assert watching.INTERVAL_SECONDS < watching.ROUND_SECONDS
    assert watching.WATCH_SECONDS + sensors._LOOK_SECONDS < watching.ALLOWED_SECONDS - 5


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[tuple[FolderNews, Path]]:
    (tmp_path / "source").mkdir()
    with FolderNews(tmp_path) as news:
        yield news, tmp_path / "source"


def test_a_new_file_is_news(folder: tuple[FolderNews, Path]) -> None:
    news, source = folder
    (source / "a.csv").write_text("x")
    assert news.wait(5)


def test_a_file_that_is_moved_or_removed_is_news(folder: tuple[FolderNews, Path], tmp_path: Path) -> None:
    news, source = folder
    (source / "a.csv").write_text("x")
    for change in ((source / "a.csv").rename, lambda target: target.unlink()):
        time.sleep(0.2)
        news.clear()
        change(source / "b.csv")
        assert news.wait(5)


def test_to_look_is_no_news(folder: tuple[FolderNews, Path]) -> None:
    """Otherwise each look would cause the next."""
    news, source = folder
    (source / "a.csv").write_text("x")
    time.sleep(0.3)
    news.clear()
    assert [path.read_text() for path in source.rglob("*")] == ["x"]
    assert not news.wait(0.5)


def test_a_folder_that_is_missing_is_waited_for_by_the_clock(tmp_path: Path) -> None:
    with FolderNews(tmp_path / "missing") as news:
        assert not news.wait(0.01)


def test_asked_to_end_a_wait_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "_ENDING", threading.Event())
    with FolderNews(tmp_path) as news:
        threading.Timer(0.1, watching.stop_watching).start()
        began = time.monotonic()
        assert not news.wait(30)
        assert time.monotonic() - began < 5


def test_a_sensor_of_files_says_what_is_written_and_what_has_no_effect() -> None:
    arrivals = Arrivals(None)
    assert nothing_new(arrivals).result.skip_reason.skip_message == "Nothing new"
    arrivals.look({"shop/a.csv": [Path("a.csv")]}, now=0)
    told = nothing_new(arrivals, ["incoming/b.csv: it lies in no source's folder"])
    assert told.is_soon
    assert told.result.skip_reason.skip_message == (
        "Still being written: shop/a.csv. Not read: incoming/b.csv: it lies in no source's folder"
    )
