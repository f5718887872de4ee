"""Monthly partitions begin where the data begin, also in a code server that runs when earlier data arrive."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from dagster._grpc.client import DagsterGrpcClient

from warehouse_assets.cli.services.processes import LOOPBACK, free_port
from warehouse_assets.orchestration.code_location import build_defs
from warehouse_assets.orchestration.first_month import first_month, first_partition
from warehouse_assets.orchestration.instance.code_server import LATER_MONTH_SECONDS, is_time_to_begin_anew
from warehouse_assets.settings import PROJECT_ROOT, Settings

_PATIENCE = 120.0


def test_without_a_record_the_setting_counts(tmp_path: Path) -> None:
    assert first_month(Settings(home=tmp_path, first_month=date(2015, 4, 1))) == date(2015, 4, 1)


def test_partitions_begin_with_the_recorded_month(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAREHOUSE_HOME", str(tmp_path))
    assert first_partition(build_defs().get_repository_def()) == date(1990, 1, 1)
    (tmp_path / "first_month").write_text("2020-08-01\n")
    assert first_partition(build_defs().get_repository_def()) == date(2020, 8, 1)
    assert first_partition(build_defs(begin=date(2001, 2, 1)).get_repository_def()) == date(2001, 2, 1)


def test_an_earlier_month_is_loaded_at_once_and_a_later_one_after_its_builds() -> None:
    loaded = date(2020, 8, 1)
    assert is_time_to_begin_anew(loaded, date(2020, 7, 1), 0.0)
    assert not is_time_to_begin_anew(loaded, loaded, LATER_MONTH_SECONDS)
    assert not is_time_to_begin_anew(loaded, date(2020, 9, 1), LATER_MONTH_SECONDS - 1)
    assert is_time_to_begin_anew(loaded, date(2020, 9, 1), LATER_MONTH_SECONDS)


def until(found: Callable[[], object]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        if found():
            return
        time.sleep(0.3)
    raise AssertionError("it did not happen")


def server_id(client: DagsterGrpcClient) -> str:
    """Empty while the server does not answer."""
    try:
        return client.get_server_id(timeout=5)
    except Exception:
        return ""


def test_the_code_server_begins_anew_when_an_earlier_month_is_recorded(tmp_path: Path) -> None:
    (tmp_path / "first_month").write_text("2020-09-01\n")
    port = free_port()
    command = [
        *(sys.executable, "-m", "warehouse_assets.orchestration.instance.code_server", "--host", LOOPBACK),
        *("--port", str(port), "--module-name", "warehouse_assets.definitions", "--location-name", "warehouse"),
    ]
    environment = os.environ | {"WAREHOUSE_HOME": str(tmp_path), "DAGSTER_HOME": str(tmp_path)}
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(command, env=environment, cwd=PROJECT_ROOT, stdout=log, stderr=log)
    try:
        client = DagsterGrpcClient(host=LOOPBACK, port=port)
        until(lambda: server_id(client))
        before = server_id(client)
        (tmp_path / "first_month").write_text("2020-08-01\n")
        until(lambda: server_id(client) not in ("", before))
        assert server.poll() is None
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)
