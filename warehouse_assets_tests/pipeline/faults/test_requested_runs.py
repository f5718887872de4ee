"""A run that a sensor requested, and that was lost on its way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from warehouse_assets.orchestration import requested_runs, sensors
from warehouse_assets_tests.daemon import RUN_KEY, Daemon
from warehouse_assets_tests.pipeline.shop import Shop


@pytest.mark.parametrize("put", [Shop.deliver, Shop.split])
def test_a_run_that_was_requested_but_not_stored_is_requested_again(
    daemon: Daemon, shop: Shop, export: Path, put: Callable[..., None]
) -> None:
    """As when the server crashes while Dagster stores the run: the sensor's cursor is stored after it."""
    put(shop, export)
    sensor = sensors.incoming_files if put is Shop.deliver else sensors.flat_exports
    daemon.look(sensor)
    daemon.clock[0] += 10
    [lost] = daemon.look(sensor)
    daemon.keys.clear()
    [again] = daemon.look(sensor)
    assert again.run_key == lost.run_key
    daemon.execute(sensor, again)
    assert daemon.look(sensor) == []
    assert "build" in daemon.settle()


def test_a_run_that_was_stored_but_never_launched_is_requested_again_and_blocks_no_build(
    daemon: Daemon, shop: Shop, export: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.deliver(export)
    daemon.look(sensors.incoming_files)
    daemon.clock[0] += 10
    [request] = daemon.look(sensors.incoming_files)
    job = daemon.definitions.resolve_job_def("load_deliveries")
    stuck = daemon.instance.create_run_for_job(job, tags={RUN_KEY: str(request.run_key)})
    assert daemon.look(sensors.incoming_files) == []
    monkeypatch.setattr(requested_runs, "LAUNCH_SECONDS", -1.0)
    daemon.keys.clear()
    [again] = daemon.look(sensors.incoming_files)
    assert daemon.instance.get_run_by_id(stuck.run_id) is None
    daemon.execute(sensors.incoming_files, again)
    assert daemon.settle() == ["build"]
