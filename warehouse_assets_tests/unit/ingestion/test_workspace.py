"""The scratch database of a load: private, and gone afterwards even where the process was killed."""

from __future__ import annotations

from pathlib import Path

from warehouse_assets.ingestion.readers.workspace import folder_of, open_workspace


def test_scratch_folders_of_killed_loads_are_deleted_and_others_are_left(tmp_path: Path) -> None:
    (tmp_path / "load-killed").mkdir()
    (tmp_path / "load-killed" / "spilled.tmp").write_text("Ann Example")
    with open_workspace(tmp_path) as first, open_workspace(tmp_path) as second:
        assert {folder_of(first), folder_of(second)} == set(tmp_path.iterdir())
    assert not list(tmp_path.iterdir())
