"""The scratch database of a load: private, and gone afterwards even where the process was killed."""

from __future__ import annotations

import errno
from pathlib import Path

import duckdb
import pytest

from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.ingestion.readers.workspace import folder_of, masked_errors, open_workspace


def test_scratch_folders_of_killed_loads_are_deleted_and_others_are_left(tmp_path: Path) -> None:
    (tmp_path / "load-killed").mkdir()
    (tmp_path / "load-killed" / "spilled.tmp").write_text("Ann Example")
    with open_workspace(tmp_path) as first, open_workspace(tmp_path) as second:
        assert {folder_of(first), folder_of(second)} == set(tmp_path.iterdir())
    assert not list(tmp_path.iterdir())


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
