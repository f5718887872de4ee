"""Five seeds of `make chaos` on a small sample, with readers at both isolation levels."""

from __future__ import annotations

from pathlib import Path

from warehouse_assets_tests.chaos.__main__ import campaign


def test_killed_steps_are_completed_by_the_next_start_and_readers_see_one_build(tmp_path: Path) -> None:
    outcomes, torn, polls = campaign(tmp_path, range(1, 6), rows=400, months=3)
    assert [found for found in outcomes if found.faults] == []
    assert any(found.hit for found in outcomes)
    assert len({found.step for found in outcomes}) >= 3
    assert torn == []
    assert polls > 20
