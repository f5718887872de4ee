"""Five seeds of `make chaos` on a small sample, with readers at both isolation levels, compared in the end."""

from __future__ import annotations

from pathlib import Path

from warehouse_assets_tests.chaos.__main__ import begin
from warehouse_assets_tests.chaos.attack import attack, differences
from warehouse_assets_tests.chaos.homes import new_homes
from warehouse_assets_tests.chaos.readers import start_readers
from warehouse_assets_tests.chaos.steps import make_sample

SEEDS = (1, 2, 3, 5, 7)
"""An erasure, a correction, a rotation, grants and a load; runs, a session and the server are killed."""


def test_killed_steps_are_completed_by_the_next_start_and_readers_see_one_build(tmp_path: Path) -> None:
    with new_homes(tmp_path, "disturbed", "undisturbed") as (disturbed, undisturbed):
        disturbed.is_light = undisturbed.is_light = True
        sample = make_sample(tmp_path / "sample", rows=100, months=3, seed=1)
        begin(disturbed, undisturbed, sample, loaded=1)
        readers = start_readers(lambda: disturbed.url, seed=1)
        outcomes = [attack(disturbed, undisturbed, sample, seed, comparing=False) for seed in SEEDS]
        for reader in readers:
            reader.stop()
        undisturbed.must("run")
        assert differences(disturbed, undisturbed) == []
    assert [found for found in outcomes if found.faults] == []
    assert any(found.hit for found in outcomes)
    assert len({found.step for found in outcomes}) >= 3
    assert [line for reader in readers for line in reader.torn] == []
    assert all(reader.polls > 10 for reader in readers)
