"""The scratch database of a load: private, and gone afterwards even where the process was killed."""

from __future__ import annotations

import errno
from pathlib import Path

import duckdb
import pytest

from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.ingestion.readers.workspace import delete_abandoned, folder_of, masked_errors, open_workspace


def test_scratch_folders_of_killed_loads_are_deleted_and_others_are_left(tmp_path: Path) -> None:
    (tmp_path / "load-killed").mkdir()
    (tmp_path / "load-killed" / "spilled.tmp").write_text("Ann Example")
    with open_workspace(tmp_path) as first, open_workspace(tmp_path) as second:
        assert {folder_of(first), folder_of(second)} == set(tmp_path.iterdir())
    assert not list(tmp_path.iterdir())


def test_what_killed_loads_left_is_deleted_without_a_load(tmp_path: Path) -> None:
    (tmp_path / "load-killed").mkdir()
    (tmp_path / "load-killed" / "records.parquet").write_text("Ann Example")
    with open_workspace(tmp_path / "none") as running:
        delete_abandoned(tmp_path / "none")
        assert folder_of(running).is_dir()
    delete_abandoned(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["none"]
    delete_abandoned(tmp_path / "missing")


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "disk that holds .* is full"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), "disk that holds .* is full"),
        (duckdb.IOException("Could not write file: No space left on device: Ann"), "disk that holds .* is full"),
        (duckdb.OutOfMemoryException("max_temp_directory_size exceeded: Ann"), "disk that holds .* is full"),
        (duckdb.OutOfMemoryException("could not allocate block: Ann"), "needs more than the 160MB of memory"),
        (duckdb.ConversionException("Could not convert 'Ann'"), r"cannot be read to its end \(ConversionException\)"),
        (PermissionError(errno.EACCES, "Permission denied: Ann"), r"cannot be read to its end \(PermissionError\)"),
    ],
)
def test_a_full_disk_is_told_apart_and_no_value_is_quoted(tmp_path: Path, error: Exception, message: str) -> None:
    with pytest.raises(IngestionError, match=message) as raised, masked_errors("a.csv", tmp_path):
        raise error
    assert "Ann" not in str(raised.value)
