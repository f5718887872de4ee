"""When a file counts as whole."""

from __future__ import annotations

import os
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse_assets.orchestration.settled_files import Arrivals

QUIET = 5.0


def write(path: Path, text: str, when: int) -> None:
    path.write_text(text)
    os.utime(path, (when, when))


def test_a_file_that_grows_waits_until_it_is_quiet(tmp_path: Path) -> None:
    file, arrivals = tmp_path / "a.csv", Arrivals()
    for now in (100, 104, 108):
        write(file, "x" * now, now)
        arrivals.look({"a": [file]}, now)
        assert arrivals.quiet(now, QUIET) == []
    arrivals.look({"a": [file]}, 112)
    assert (arrivals.quiet(112, QUIET), arrivals.waiting()) == ([], ["a"])
    arrivals.look({"a": [file]}, 113)
    assert arrivals.quiet(113, QUIET) == ["a"]


def test_an_old_time_of_a_copied_file_does_not_make_it_whole(tmp_path: Path) -> None:
    """`cp -p` and rsync set the time of the original, however fresh the copy is."""
    file, arrivals = tmp_path / "a.csv", Arrivals()
    write(file, "half", 1)
    arrivals.look({"a": [file]}, 1000)
    assert arrivals.quiet(1000, QUIET) == []


def test_a_delivery_of_several_files_waits_for_its_last_one(tmp_path: Path) -> None:
    one, two, arrivals = tmp_path / "orders.csv", tmp_path / "lines.csv", Arrivals()
    write(one, "orders", 100)
    arrivals.look({"d": [one]}, 100)
    write(two, "lines", 104)
    arrivals.look({"d": [one, two]}, 106)
    assert arrivals.quiet(106, QUIET) == []


def test_what_is_dealt_with_comes_up_again_only_when_it_changes(tmp_path: Path) -> None:
    file, arrivals = tmp_path / "a.csv", Arrivals()
    write(file, "one", 100)
    arrivals.look({"a": [file]}, 100)
    arrivals.settle("a")
    arrivals.look({"a": [file]}, 200)
    assert arrivals.quiet(200, QUIET) == []
    write(file, "two", 201)
    arrivals.look({"a": [file]}, 202)
    assert arrivals.quiet(208, QUIET) == ["a"]


def test_what_was_requested_counts_as_handled_until_it_is_reopened(tmp_path: Path) -> None:
    file, arrivals = tmp_path / "a.csv", Arrivals()
    write(file, "one", 100)
    arrivals.look({"a": [file]}, 100)
    arrivals.request("a", "key")
    arrivals = Arrivals(arrivals.memory)
    arrivals.look({"a": [file]}, 200)
    assert (arrivals.quiet(200, QUIET), arrivals.requested()) == ([], {"a": "key"})
    arrivals.reopen("a")
    assert (arrivals.quiet(200, QUIET), arrivals.requested()) == (["a"], {})
    arrivals.request("a", "key")
    arrivals.settle("a")
    assert (arrivals.quiet(200, QUIET), arrivals.requested()) == ([], {})


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans(), st.booleans()), max_size=8))
@settings(max_examples=30, deadline=None)
def test_the_memory_brings_everything_back(steps: list[tuple[str, bool, bool]]) -> None:
    arrivals = Arrivals()
    for now, (name, is_settled, is_requested) in enumerate(steps):
        arrivals.look({name: [] for name in "abc"[: now % 3 + 1]} | {name: []}, float(now))
        if is_settled:
            arrivals.settle(name)
        if is_requested:
            arrivals.request(name, f"key of {name}")
    again = Arrivals(arrivals.memory)
    assert again.memory == arrivals.memory
    assert again.quiet(1e9, QUIET) == arrivals.quiet(1e9, QUIET)
    assert again.requested() == arrivals.requested()


def test_a_memory_of_another_version_means_a_fresh_look() -> None:
    for text in ("", "no json", "[1, 2]", '{"a": 3}', '{"a": [1, 2, 3, 4, 5]}'):
        assert Arrivals(text).waiting() == []


def test_what_came_first_is_first(tmp_path: Path) -> None:
    arrivals = Arrivals()
    arrivals.look({"z": []}, 1)
    arrivals.look({"z": [], "a": []}, 2)
    assert arrivals.quiet(100, QUIET) == ["z", "a"]


def test_a_clock_that_is_set_back_makes_no_file_wait_longer(tmp_path: Path) -> None:
    arrivals = Arrivals()
    arrivals.look({"a": []}, 10_000)
    arrivals.look({"a": []}, 100)
    assert arrivals.quiet(100, QUIET) == []
    arrivals.look({"a": []}, 100 + QUIET)
    assert arrivals.quiet(100 + QUIET, QUIET) == ["a"]
