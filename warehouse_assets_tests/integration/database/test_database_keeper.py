"""A running `warehouse up` keeps its embedded server alive."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from warehouse_assets.cli.services import database_keeper
from warehouse_assets.cli.services.database_keeper import DatabaseKeeper
from warehouse_assets.database import DatabaseError, ensure_running, is_alive, status
from warehouse_assets.settings import Settings
from warehouse_assets_tests.conftest import remove_warehouse


@pytest.fixture
def own_server() -> Iterator[Settings]:
    settings = Settings(home=Path(tempfile.mkdtemp(prefix="wh-")))
    try:
        ensure_running(settings)
        yield settings
    finally:
        remove_warehouse(settings)


def test_a_killed_server_is_started_again(own_server: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    keeper, data = DatabaseKeeper(own_server), status(own_server).data_path
    assert data is not None
    keeper.keep_alive()
    assert capsys.readouterr().err == "", "a server that lives is left alone"
    os.kill(int((data / "postmaster.pid").read_text().splitlines()[0]), signal.SIGKILL)
    until = time.monotonic() + 20
    while is_alive(own_server) and time.monotonic() < until:
        time.sleep(0.05)
    keeper._next_look = 0.0
    keeper.keep_alive()
    assert "started again" in capsys.readouterr().err
    assert status(own_server).running


def test_a_server_that_does_not_start_is_said_once_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tries = list[Settings]()

    def refuse(settings: Settings) -> None:
        tries.append(settings)
        raise DatabaseError("The disk is full")

    monkeypatch.setattr(database_keeper.database, "ensure_running", refuse)
    keeper = DatabaseKeeper(Settings(home=tmp_path))
    for _ in range(3):
        keeper._next_look = 0.0
        keeper.keep_alive()
    assert len(tries) == 3
    assert capsys.readouterr().err.count("disk is full") == 1


def test_a_server_of_ones_own_is_left_alone() -> None:
    assert is_alive(Settings(home=Path("not used"), database_url="postgresql://nobody@127.0.0.1:1/none"))
