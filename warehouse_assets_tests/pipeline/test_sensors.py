"""From a dropped file to the marts by sensors alone; the daemon's part is played here, one look at a time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import dagster as dg
import pytest

from warehouse_assets.building.rebuild_queue import queue_month
from warehouse_assets.generation import generate_export
from warehouse_assets.ingestion.staging.removal import forget_delivery
from warehouse_assets.orchestration import schedules, sensors
from warehouse_assets.orchestration.first_month import first_month
from warehouse_assets.orchestration.sensors import PER_TICK
from warehouse_assets_tests.daemon import RUN_KEY, Daemon
from warehouse_assets_tests.pipeline.shop import SOURCE, Shop, filled_months
from warehouse_assets_tests.short_exports import generate_short_export

LATER = 3600.0


@pytest.fixture
def stored_instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    """One on disk: schedules open it by its reference, which one in memory has not."""
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        yield instance


@pytest.fixture
def recording_instance() -> Iterator[dg.DagsterInstance]:
    """One in memory that keeps the events of its runs."""
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


def lines(shop: Shop) -> int:
    return int(shop.one("select coalesce(sum(line_count), 0)::int from mart_sales.sales_by_month"))


def builds_of_months(shop: Shop) -> dict[date, str]:
    """Month -> the build of fct_sales that it is at."""
    with shop.connect() as connection:
        rows = connection.execute(
            "select to_date(partition_name, 'YYYY-MM'), build_id from ops.table_builds"
            " where table_name = 'dw.fct_sales'"
        )
        return {row[0]: row[1] for row in rows}


def test_a_dropped_file_reaches_the_marts_and_dropped_again_does_nothing(
    daemon: Daemon, shop: Shop, export: Path
) -> None:
    shop.deliver(export)
    assert daemon.settle() == ["load_deliveries", "build"]
    before = lines(shop)
    assert before > 0
    export.touch()
    shop.deliver(export)
    assert daemon.settle() == []
    assert lines(shop) == before


def test_a_flat_export_is_split_then_loaded(daemon: Daemon, shop: Shop, export: Path) -> None:
    shop.split(export)
    assert daemon.settle() == ["split", "load_deliveries", "load_deliveries", "load_deliveries", "build"]
    assert shop.one("select count(*) from ops.ingested_files") == 3
    assert lines(shop) > 0


def test_a_file_that_is_being_written_waits(daemon: Daemon, shop: Shop, export: Path) -> None:
    target = shop.settings.incoming_path / SOURCE / "export.csv"
    target.parent.mkdir(parents=True)
    whole = export.read_bytes()
    for part in (1, 2, 3):
        target.write_bytes(whole[: len(whole) * part // 3])
        assert daemon.look(sensors.incoming_files) == []
        daemon.clock[0] += 4
    daemon.clock[0] += 1
    assert [request.partition_key for request in daemon.look(sensors.incoming_files)] == [f"{SOURCE}/export.csv"]


def test_the_first_content_again_after_another_one_is_loaded(daemon: Daemon, shop: Shop, tmp_path: Path) -> None:
    counts = []
    for seed in (1, 2, 1):
        path = tmp_path / "same_name.csv"
        generate_short_export(path, rows=200, seed=seed)
        shop.deliver(path)
        assert daemon.settle() == ["load_deliveries", "build"]
        counts.append(shop.one("select sum(net_amount) from dw.fct_sales"))
    assert counts[0] == counts[2] != counts[1]


def test_what_was_forgotten_is_loaded_when_it_comes_again(daemon: Daemon, shop: Shop, export: Path) -> None:
    shop.deliver(export)
    daemon.settle()
    with shop.connect() as connection:
        forget_delivery(connection, SOURCE, export.name)
    (shop.settings.incoming_path / SOURCE / export.name).unlink()
    assert (daemon.settle(), daemon.failures) == (["build"], [])
    assert lines(shop) == 0
    shop.deliver(export)
    assert daemon.settle() == ["load_deliveries", "build"]


def test_months_far_apart_are_one_build_and_those_between_stay(
    daemon: Daemon, shop: Shop, export: Path, recording_instance: dg.DagsterInstance
) -> None:
    daemon.instance = recording_instance
    shop.deliver(export)
    daemon.settle()
    with shop.connect() as connection:
        first, *between, last = sorted(filled_months(connection))
        before = builds_of_months(shop)
        queue_month(connection, first)
        queue_month(connection, last)
    assert (daemon.settle(), daemon.failures) == (["build"], [])
    after = builds_of_months(shop)
    assert {month for month in after if after[month] != before[month]} == {first, last}
    assert between
    months = daemon.instance.get_latest_materialization_event(dg.AssetKey(["dw", "fct_sales"]))
    assert months is not None
    assert months.asset_materialization is not None
    assert months.asset_materialization.metadata["months built"].value == 2


def test_what_is_queued_while_a_build_waits_is_built_by_it(daemon: Daemon, shop: Shop, export: Path) -> None:
    """A month that is queued between the request and the run is built by that run where it lies in its range."""
    shop.deliver(export)
    daemon.settle()
    with shop.connect() as connection:
        first, second, *_, last = sorted(filled_months(connection))
        queue_month(connection, first)
        queue_month(connection, last)
        [request] = daemon.look(sensors.pending_builds)
        queue_month(connection, second)
    assert daemon.execute(sensors.pending_builds, request).success
    assert daemon.settle() == []


def test_a_bad_file_is_tried_once_and_loaded_when_mended(daemon: Daemon, shop: Shop, export: Path) -> None:
    target = shop.settings.incoming_path / SOURCE / "export.csv"
    target.parent.mkdir(parents=True)
    target.write_text("this,is\nno,export\n")
    assert daemon.settle() == ["load_deliveries"]
    assert daemon.settle() == []
    daemon.clock[0] += LATER
    assert daemon.settle() == []
    target.write_bytes(export.read_bytes())
    assert daemon.settle() == ["load_deliveries", "build"]


def test_the_same_bad_content_dropped_again_is_tried_again(daemon: Daemon, shop: Shop) -> None:
    """Whatever failed may have been corrected elsewhere: a disk, a rule, a database."""
    target = shop.settings.incoming_path / SOURCE / "export.csv"
    target.parent.mkdir(parents=True)
    for _ in range(2):
        target.write_text("this,is\nno,export\n")
        assert daemon.settle() == ["load_deliveries"]


def test_one_look_asks_for_a_bounded_number_of_runs(daemon: Daemon, shop: Shop) -> None:
    folder = shop.settings.incoming_path / SOURCE
    folder.mkdir(parents=True)
    for number in range(PER_TICK + 3):
        (folder / f"{number:03}.csv").write_text(f"{number}\n")
    assert daemon.look(sensors.incoming_files) == []
    daemon.clock[0] += 10
    requests = daemon.look(sensors.incoming_files)
    assert len(requests) == PER_TICK
    job = daemon.definitions.resolve_job_def("load_deliveries")
    for request in requests:
        daemon.instance.create_run_for_job(
            job, status=dg.DagsterRunStatus.STARTED, tags={RUN_KEY: str(request.run_key)}
        )
    assert len(daemon.look(sensors.incoming_files)) == 3


def test_a_failed_build_is_not_repeated_until_something_changes(
    daemon: Daemon, shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from warehouse_assets.building import table_checks

    bad = table_checks.BadRowCheck("mart_sales.sales_by_month", "never", "select 1 as one")
    found = table_checks.bad_row_checks()
    broken = {**found, bad.table: (*found.get(bad.table, ()), bad)}
    monkeypatch.setattr("warehouse_assets.orchestration.checks.bad_row_checks", lambda: broken)
    generate_short_export(tmp_path / "a.csv", rows=100, seed=1)
    shop.deliver(tmp_path / "a.csv")
    assert daemon.settle() == ["load_deliveries", "build"]
    assert daemon.settle() == []
    generate_short_export(tmp_path / "b.csv", rows=100, seed=2)
    shop.deliver(tmp_path / "b.csv")
    assert daemon.settle()[:2] == ["load_deliveries", "build"]
    assert daemon.settle() == []
    monkeypatch.setattr(sensors, "code_of_all", lambda: "corrected")
    monkeypatch.setattr("warehouse_assets.orchestration.checks.bad_row_checks", lambda: found)
    assert daemon.settle() == ["build"]
    assert lines(shop) > 0


def test_the_night_tries_what_was_not_loaded_and_builds_the_marts(
    daemon: Daemon, shop: Shop, export: Path, stored_instance: dg.DagsterInstance
) -> None:
    daemon.instance = stored_instance
    shop.deliver(export)
    night = datetime(2024, 3, 1, 4, 30, tzinfo=UTC)
    # Left open, it would stay Dagster's current instance for the tests that follow.
    with dg.build_schedule_context(
        instance=stored_instance,
        scheduled_execution_time=night,
        resources={"warehouse": daemon.warehouse},
        repository_def=daemon.definitions.get_repository_def(),
    ) as context:
        assert isinstance(schedules.nightly_split(context), dg.SkipReason)
        [request] = schedules.nightly_retry(context)
        assert request.partition_key == f"{SOURCE}/export.csv"
        daemon.execute(sensors.incoming_files, request)
        assert list(schedules.nightly_retry(context)) == []
        build = schedules.nightly_marts(context)
        assert daemon.execute(sensors.pending_builds, build).success
        with shop.connect() as connection:
            connection.execute("update mart_sales.product_sales set growth_vs_previous = 9 where period_kind = 'month'")
        assert daemon.execute(sensors.pending_builds, sensors.build_request([])).success
        compared = daemon.execute(sensors.pending_builds, schedules.nightly_marts(context))
        assert not compared.success
        assert "rows of mart_sales.product_sales were not those of a whole build" in str(compared.all_events)
        assert daemon.execute(sensors.pending_builds, schedules.nightly_marts(context)).success
        shop.split(export)
        assert isinstance(schedules.nightly_split(context), dg.RunRequest)
        close = schedules.month_close(context)
        assert close.tags["dagster/asset_partition_range_start"] == "2024-02-01"
        assert daemon.execute(sensors.pending_builds, close).success


def test_a_month_before_the_first_partition_waits_for_the_definitions(
    daemon: Daemon, shop: Shop, export: Path, tmp_path: Path
) -> None:
    """The home keeps the earliest month; definitions that were loaded before it cannot build it."""
    shop.deliver(export)
    daemon.settle()
    with shop.connect() as connection:
        first = min(filled_months(connection))
    assert first_month(shop.settings) == first
    daemon.load_definitions(first)
    earlier = tmp_path / "earlier.csv"
    generate_export(earlier, rows=50, seed=5, first_month=f"{first.year - 1}-03", months=2)
    shop.deliver(earlier)
    assert (daemon.settle(), daemon.failures) == (["load_deliveries"], [])
    assert first_month(shop.settings) == date(first.year - 1, 3, 1)
    daemon.load_definitions(first_month(shop.settings))
    assert (set(daemon.settle()), daemon.failures) == ({"build"}, [])  # twice where known customers moved
    with shop.connect() as connection:
        assert min(filled_months(connection)) == date(first.year - 1, 3, 1)
    assert daemon.settle() == []


def test_an_earlier_month_is_recorded_while_the_sensor_watches(daemon: Daemon, shop: Shop, export: Path) -> None:
    """A watch lasts longer than anybody should wait for the definitions."""
    shop.deliver(export)
    daemon.settle()
    begin = first_month(shop.settings)
    with shop.connect() as connection:
        queue_month(connection, date(begin.year - 2, 1, 1))
        look = sensors.build_result(daemon.instance, connection, shop.settings, begin)
    assert not look.result.run_requests
    assert first_month(shop.settings) == date(begin.year - 2, 1, 1)


def test_a_requested_month_is_recorded_for_the_run_that_builds_it(daemon: Daemon, shop: Shop, export: Path) -> None:
    """The definitions of the sensor may begin earlier than the record; a run begins with the record."""
    shop.deliver(export)
    daemon.settle()
    recorded = first_month(shop.settings)
    with shop.connect() as connection:
        queue_month(connection, date(recorded.year - 2, 1, 1))
        look = sensors.build_result(daemon.instance, connection, shop.settings, date(1990, 1, 1))
    assert look.result.run_requests
    assert first_month(shop.settings) == date(recorded.year - 2, 1, 1)
