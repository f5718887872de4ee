"""Homes that were copied or moved, with the embedded server in them."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from warehouse_assets.database import ServerError, ensure_running, status, stop
from warehouse_assets.settings import Settings
from warehouse_assets_tests.conftest import remove_warehouse


@pytest.fixture
def folder() -> Iterator[Path]:
    """One that the server's account may enter, so that the data are in the homes."""
    path = Path(tempfile.mkdtemp(prefix="wh-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


def test_a_copy_of_a_home_does_not_work_in_the_database_of_the_first(folder: Path) -> None:
    """It has the port and the password, and its own data."""
    first, copy = Settings(home=folder / "first"), Settings(home=folder / "copy")
    try:
        ensure_running(first)
        stop(first)
        subprocess.run(["cp", "-a", first.home, copy.home], check=True)
        ensure_running(first)
        with pytest.raises(ServerError, match="Another program uses port"):
            ensure_running(copy)
        stop(first)
        assert ensure_running(copy) == ensure_running(copy)
        data = status(copy).data_path
        assert data is not None
        assert data.is_relative_to(copy.home)
    finally:
        for one in (first, copy):
            stop(one)
            remove_warehouse(one)


def test_a_home_may_be_moved_while_its_server_runs(folder: Path) -> None:
    first, moved = Settings(home=folder / "first"), Settings(home=folder / "moved")
    try:
        urls = ensure_running(first)
        first.home.rename(moved.home)
        assert ensure_running(moved).warehouse == urls.warehouse
    finally:
        stop(moved)
        remove_warehouse(moved)
