"""Small deliveries that `warehouse run` loads in one run of Dagster."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest

from warehouse_assets.cli import runner
from warehouse_assets.cli.runner import Runner, RunRecord
from warehouse_assets.definitions import build_defs
from warehouse_assets.ingestion.staging.files_of_erased import LEFT_OUT
from warehouse_assets.orchestration.assets import staging
from warehouse_assets.orchestration.jobs import LOAD
from warehouse_assets.orchestration.partitions import DELIVERIES
from warehouse_assets.orchestration.resources import Warehouse
from warehouse_assets.privacy.rights import erase
from warehouse_assets.startup.privacy_session import privacy_session
from warehouse_assets_tests.pipeline.shop import SOURCE, Shop
from warehouse_assets_tests.short_exports import generate_short_export

CURRENT = (
    "select string_agg(file_name, ' ' order by file_name) from ops.ingested_files where delivery_status = 'current'"
)


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Of 20, 21, 22 and 23 lines."""
    found = [tmp_path / f"{name}.csv" for name in "abcd"]
    for number, file in enumerate(found):
        generate_short_export(file, rows=20 + number, seed=number, dirt=0)
    return found


def load(shop: Shop, instance: dg.DagsterInstance) -> tuple[RunRecord, list[str]]:
    """The record, and what was said."""
    said = list[str]()
    running = Runner(shop.settings, instance, said.append)
    running.load_new()
    return running.record, said


def runs(instance: dg.DagsterInstance) -> list[dg.DagsterRunStatus]:
    """Of loads, the oldest first."""
    return [run.status for run in reversed(instance.get_runs(dg.RunsFilter(job_name=LOAD)))]


def keys(*names: str) -> list[str]:
    return [f"{SOURCE}/{name}.csv" for name in names]


def test_each_delivery_of_a_run_has_its_own_counts(shop: Shop, files: list[Path], instance: dg.DagsterInstance) -> None:
    shop.deliver(*files)
    record, said = load(shop, instance)
    assert record.deliveries == keys(*"abcd")
    assert said == [f"Loading {key}" for key in keys(*"abcd")]
    assert len(runs(instance)) == 1
    found = instance.fetch_materializations(dg.AssetKey(["staging", "sales"]), limit=10).records
    counts = {record.partition_key: record.asset_materialization for record in found}
    loaded = {key: one and one.metadata["loaded"].value for key, one in counts.items()}
    assert loaded == dict(zip(keys(*"abcd"), range(20, 24), strict=True))


def test_some_tables_of_a_load_may_be_asked_for(shop: Shop, files: list[Path], instance: dg.DagsterInstance) -> None:
    """As in Dagster's pages, which offer each asset by itself: all of the delivery is loaded."""
    shop.deliver(files[0])
    [key], sales = keys("a"), dg.AssetKey(["staging", "sales"])
    instance.add_dynamic_partitions(str(DELIVERIES.name), [key])
    warehouse = Warehouse(home=str(shop.settings.home), database_url=shop.settings.database_url)
    job = build_defs({"warehouse": warehouse}).resolve_job_def(LOAD)
    done = job.execute_in_process(instance=instance, asset_selection=[sales], partition_key=key)
    assert done.success
    assert (shop.one(CURRENT), shop.one("select count(*) from staging.sales")) == ("a.csv", 20)
    [record] = instance.fetch_materializations(sales, limit=2).records
    assert record.asset_materialization is not None
    assert record.asset_materialization.metadata["loaded"].value == 20


def test_one_that_cannot_be_loaded_says_why_and_stops_no_other(
    shop: Shop, files: list[Path], instance: dg.DagsterInstance
) -> None:
    bad = files[1].with_suffix(".csv.gz")
    bad.write_bytes(gzip.compress(files[1].read_bytes())[:-60])
    shop.deliver(files[0], bad, *files[2:])
    record, _ = load(shop, instance)
    assert record.deliveries == keys(*"acd")
    [failure] = record.failures
    assert failure.startswith(f"{SOURCE}/b.csv.gz (in ")
    assert shop.one(CURRENT) == "a.csv c.csv d.csv"
    assert runs(instance) == [dg.DagsterRunStatus.FAILURE] * 2, "together, then b alone"


def test_one_whose_file_was_deleted_for_an_erased_person_is_loaded_though_another_fails(
    shop: Shop, files: list[Path], instance: dg.DagsterInstance
) -> None:
    person = files[0].read_text(encoding="utf-8").splitlines()[1].split(",")[0]
    shop.deliver(files[0])
    load(shop, instance)
    with privacy_session(shop.settings) as session:
        erase(session, session.person(SOURCE, person), datetime.now(UTC).date())
    again, bad = files[1].with_name("again.csv"), files[2].with_name("bad.csv")
    again.write_bytes(files[0].read_bytes())
    bad.write_text("a,b\n1,2\n", encoding="utf-8")
    shop.deliver(again, bad)
    record, said = load(shop, instance)
    assert record.deliveries == keys("again")
    [failure] = record.failures
    assert failure.startswith(f"{SOURCE}/bad.csv (in ")
    assert f"{SOURCE}/again.csv holds erased people: {LEFT_OUT}" in said
    assert not (shop.settings.incoming_path / SOURCE / "again.csv").exists()


def test_a_run_that_fails_after_its_loads_is_told(
    shop: Shop, files: list[Path], instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("nothing is described")

    monkeypatch.setattr(staging, "_describe", fail)
    shop.deliver(*files)
    record, _ = load(shop, instance)
    assert record.deliveries == keys(*"abcd")
    [failure] = record.failures
    assert "nothing is described" in failure


def test_what_lies_between_others_is_not_loaded_with_them(
    shop: Shop, files: list[Path], instance: dg.DagsterInstance
) -> None:
    """A run takes a range of partitions: the files of those between may be gone."""
    shop.deliver(*files[:3])
    load(shop, instance)
    incoming = shop.settings.incoming_path / SOURCE
    (incoming / "b.csv").unlink()
    for changed in ("a", "c"):
        generate_short_export(incoming / f"{changed}.csv", rows=30, seed=9, dirt=0)
    shop.deliver(files[3])
    record, _ = load(shop, instance)
    assert (sorted(record.deliveries), record.failures) == (keys(*"acd"), [])
    assert runs(instance) == [dg.DagsterRunStatus.SUCCESS] * 3, "a, b and c; a; c and d"


def test_many_are_several_runs(
    shop: Shop, files: list[Path], instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "_MOST_TOGETHER", 3)
    shop.deliver(*files)
    record, _ = load(shop, instance)
    assert record.deliveries == keys(*"abcd")
    assert len(runs(instance)) == 2


def test_a_large_one_has_a_run_of_its_own(
    shop: Shop, files: list[Path], instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "_SMALL", max(file.stat().st_size for file in files) - 1)
    shop.deliver(*files)
    record, _ = load(shop, instance)
    assert record.deliveries == keys(*"abcd")
    assert len(runs(instance)) == 2
