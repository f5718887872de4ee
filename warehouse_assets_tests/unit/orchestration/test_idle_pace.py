"""What bounds the processor time of a `warehouse up` that has nothing to do: how often each part looks.

`benchmarks/RELIABILITY.md` has the figure. A timing here would fail on a busy machine.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import cast

import dagster as dg
import pytest
import uvicorn
import yaml

from warehouse_assets.cli.services.processes import CODE_SERVER, PACE, SERVICES
from warehouse_assets.orchestration import watching
from warehouse_assets.orchestration.instance import paced, run_queue
from warehouse_assets.orchestration.sensors import ALL_SENSORS
from warehouse_assets.settings import PROJECT_ROOT

INSTANCE = yaml.safe_load((PROJECT_ROOT / "dagster.yaml").read_text())
WATCHING = {"flat_exports", "incoming_files", "pending_builds"}
"""Sensors whose evaluations last, so that their least interval says nothing."""


def test_sensors_that_do_not_watch_are_evaluated_seldom() -> None:
    often = [s.name for s in ALL_SENSORS if s.name not in WATCHING and (s.minimum_interval_seconds or 0) < 55]
    assert often == []


def test_sensors_that_watch_are_evaluated_less_than_twice_a_minute_and_look_every_second_at_most() -> None:
    assert {sensor.name for sensor in ALL_SENSORS} > WATCHING
    assert watching.WATCH_SECONDS > 30
    assert min(watching.FOLDER_SECONDS, 5 * watching.QUEUE_SECONDS) >= 5


def test_the_daemon_looks_no_more_often_than_arrival_within_ten_seconds_needs() -> None:
    assert INSTANCE["run_coordinator"]["config"]["dequeue_interval_seconds"] >= 1
    assert INSTANCE["run_monitoring"]["poll_interval_seconds"] >= 10
    assert int(PACE["DAGSTER_EVENT_LOG_CONSUMER_DAEMON_INTERVAL_SECONDS"]) >= 10
    assert int(PACE["DAGSTER_SENSOR_GRPC_TIMEOUT_SECONDS"]) >= 120
    assert int(PACE["FRESHNESS_DAEMON_INTERVAL_SECONDS"]) >= 120
    assert not INSTANCE["auto_materialize"]["enabled"]
    assert not INSTANCE["auto_materialize"]["use_sensors"]


def test_no_asset_needs_the_automation_that_is_switched_off() -> None:
    from warehouse_assets.orchestration.code_location import build_defs

    graph = build_defs().resolve_asset_graph()
    assert [key for key in graph.get_all_asset_keys() if graph.get(key).automation_condition] == []
    kinds = {type(sensor) for sensor in ALL_SENSORS}
    assert dg.AutomationConditionSensorDefinition not in kinds


def test_dagsters_programs_keep_the_pace() -> None:
    """Dagster still reads both values from these modules; a new version may not."""
    commands = {service.name: service.command("127.0.0.1", 1) for service in (CODE_SERVER, *SERVICES)}
    assert [name for name, words in commands.items() if paced.__name__ in words] == ["dagster", "daemon"]
    assert {"dagster-webserver", "dagster-daemon"} <= {word for words in commands.values() for word in words}
    assert paced.server_watcher.WATCH_INTERVAL <= paced.WATCH_SECONDS
    assert paced.controller.RELOAD_WORKSPACE_INTERVAL < paced.RELOAD_SECONDS
    assert paced.RELOAD_SECONDS < paced.controller.DEFAULT_WORKSPACE_FRESHNESS_TOLERANCE


def test_sensors_watch_as_long_as_dagster_is_told_to_allow() -> None:
    """Dagster and the sensors read the same variable, each when it is imported."""
    code = (
        "from dagster._grpc.client import DEFAULT_SENSOR_GRPC_TIMEOUT as allowed\n"
        "from warehouse_assets.orchestration import watching\n"
        "print(allowed, watching.ALLOWED_SECONDS, watching.WATCH_SECONDS)"
    )
    told = {"environ": {**os.environ, **PACE}, "nothing": {k: v for k, v in os.environ.items() if k not in PACE}}
    printed = {
        name: subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True).stdout
        for name, env in told.items()
    }
    assert printed == {"environ": "120 120.0 104.0\n", "nothing": "60 60.0 44.0\n"}


def test_the_web_server_ticks_once_a_second_until_it_must_end(monkeypatch: pytest.MonkeyPatch) -> None:
    class Server:
        ticks = 0

        async def on_tick(self, counter: int) -> bool:
            self.ticks += 1
            return self.ticks == 3

    monkeypatch.setattr(paced, "TICK_SECONDS", 0.0)
    asyncio.run(paced.tick(cast(uvicorn.Server, server := Server())))
    assert server.ticks == 3
    assert {"main_loop", "on_tick"} <= vars(uvicorn.Server).keys()


class Submitted:
    """Runs that the daemon has queued, and how often it looked at them whole."""

    def __init__(self) -> None:
        self.queued, self.looks = 0, 0
        self.instance = self

    def get_runs_count(self, runs: dg.RunsFilter) -> int:
        assert runs.statuses == [dg.DagsterRunStatus.QUEUED]
        return self.queued

    def look(self, daemon: object, context: object) -> Iterator[None]:
        self.looks += 1
        yield None


def test_an_empty_queue_is_not_looked_at_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_queue, "LOOK_SECONDS", 0.01)
    runs = Submitted()
    look = run_queue.once_queued(runs.look)
    assert list(look("daemon", runs)) == []
    assert runs.looks == 0
    runs.queued = 1  # by another process, which tells nothing
    assert list(look("daemon", runs)) == [None]
    assert runs.looks == 1


def test_a_run_that_this_process_queues_is_started_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_queue, "LOOK_SECONDS", 60.0)
    monkeypatch.setattr(dg.QueuedRunCoordinator, "submit_run", lambda self, context: context.dagster_run)
    runs, began = Submitted(), time.monotonic()
    runs.queued = 1
    queue = run_queue.WarehouseRunQueue(dequeue_interval_seconds=1)
    monkeypatch.setattr(run_queue.WarehouseRunQueue, "_instance", SimpleNamespace(event_log_storage=Pools()))
    queue.submit_run(SimpleNamespace(dagster_run=SimpleNamespace(run_op_concurrency=None)))  # type: ignore[arg-type]
    assert list(run_queue.once_queued(runs.look)("daemon", runs)) == [None]
    assert time.monotonic() - began < 30


class Pools:
    def get_concurrency_keys(self) -> set[str]:
        return set()
