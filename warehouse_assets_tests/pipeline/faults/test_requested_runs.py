"""A run that a sensor requested, and that was lost on its way or is still under way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import dagster as dg
import pytest

from warehouse_assets.orchestration import requested_runs, sensors
from warehouse_assets.orchestration.partitions import PARTITION
from warehouse_assets_tests.daemon import RUN_KEY, Daemon
from warehouse_assets_tests.pipeline.shop import Shop
from warehouse_assets_tests.short_exports import generate_short_export


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


@pytest.mark.parametrize("reason", ["its process is gone", "STEP_FAILURE"])
def test_a_run_that_failed_for_a_reason_that_may_pass_is_requested_again_after_a_pause(
    daemon: Daemon, shop: Shop, export: Path, monkeypatch: pytest.MonkeyPatch, reason: str
) -> None:
    shop.deliver(export)
    daemon.look(sensors.incoming_files)
    daemon.clock[0] += 10
    [request] = daemon.look(sensors.incoming_files)
    tags = {RUN_KEY: str(request.run_key), PARTITION: str(request.partition_key)}
    if reason == "STEP_FAILURE":
        tags["dagster/failure_reason"] = reason
    job = daemon.definitions.resolve_job_def("load_deliveries")
    daemon.instance.report_run_failed(daemon.instance.create_run_for_job(job, tags=tags), reason)
    assert daemon.look(sensors.incoming_files) == []
    monkeypatch.setattr(requested_runs, "FIRST_WAIT_SECONDS", -1.0)
    again = daemon.look(sensors.incoming_files)
    if reason == "STEP_FAILURE":
        assert again == []
    else:
        assert [run.run_key for run in again] == [str(request.run_key).replace("#0", "#1")]


def test_the_same_export_is_split_again_after_another_one(
    daemon: Daemon, shop: Shop, export: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other" / export.name
    other.parent.mkdir()
    generate_short_export(other, rows=50, seed=4)
    counts = []
    for file in (export, other, export):
        shop.split(file)
        daemon.settle()
        counts.append(shop.one("select count(*)::int from staging.customers"))
    assert counts[0] == counts[2] != counts[1]


def test_a_read_that_failed_counts_once_its_pause_is_over(daemon: Daemon, monkeypatch: pytest.MonkeyPatch) -> None:
    """The count is part of the run's key, so that Dagster makes another run."""
    job = daemon.definitions.resolve_job_def("load_deliveries")
    daemon.instance.report_run_failed(daemon.instance.create_run_for_job(job))
    failed = dg.RunsFilter(statuses=[dg.DagsterRunStatus.FAILURE])
    assert requested_runs.counted_failures(daemon.instance, failed) == 0
    monkeypatch.setattr(requested_runs, "FIRST_WAIT_SECONDS", -1.0)
    assert requested_runs.counted_failures(daemon.instance, failed) == 1


def test_a_build_waits_for_loads_that_run(daemon: Daemon, shop: Shop, export: Path) -> None:
    shop.deliver(export)
    daemon.look(sensors.incoming_files)
    daemon.clock[0] += 10
    [request] = daemon.look(sensors.incoming_files)
    daemon.execute(sensors.incoming_files, request)
    job = daemon.definitions.resolve_job_def("load_deliveries")
    other = daemon.instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED)
    assert daemon.look(sensors.pending_builds) == []
    daemon.instance.report_run_canceled(other)
    assert len(daemon.look(sensors.pending_builds)) == 1


def test_the_end_of_a_load_is_watched_for_before_it_has_brought_anything(daemon: Daemon, shop: Shop) -> None:
    job = daemon.definitions.resolve_job_def("load_deliveries")
    load = daemon.instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED)
    with shop.connect() as connection:
        looks = [sensors.build_result(daemon.instance, connection, shop.settings, shop.settings.first_month)]
        daemon.instance.report_run_canceled(load)
        looks += [sensors.build_result(daemon.instance, connection, shop.settings, shop.settings.first_month)]
    assert [look.is_soon for look in looks] == [True, False]
