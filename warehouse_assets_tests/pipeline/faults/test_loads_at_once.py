"""Deliveries loaded at once in processes: as one after the other, whichever ends first or is killed."""

from __future__ import annotations

import multiprocessing
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TypeVar

import psutil
import psycopg
import pytest

from warehouse_assets.building import second_process
from warehouse_assets.cli import jobs_here, runner
from warehouse_assets.cli.jobs_here import JobsHere
from warehouse_assets.cli.runner import Runner, RunRecord
from warehouse_assets.generation import generate_months
from warehouse_assets.orchestration import loads_at_once
from warehouse_assets.orchestration.code_location import build_defs
from warehouse_assets.orchestration.deliveries import all_deliveries
from warehouse_assets.orchestration.jobs import LOAD
from warehouse_assets.orchestration.partitions import DELIVERIES
from warehouse_assets.orchestration.resources import Warehouse
from warehouse_assets_tests.pipeline.conftest import NewShop
from warehouse_assets_tests.pipeline.shop import SOURCE, Shop, differing, unrecorded
from warehouse_assets_tests.pipeline.test_killed_runs import is_alive

Found = TypeVar("Found")
ORDERS = 3
"""Random orders, each with kills."""
_COUNTED = """
import sys
from pathlib import Path
from warehouse_assets.orchestration import loads_at_once
from warehouse_assets.orchestration.deliveries import all_deliveries
from warehouse_assets.settings import Settings
loads_at_once._WORTHWHILE = 0
loads_at_once.cores = lambda: 2
settings = Settings(home=Path(sys.argv[1]), database_url=sys.argv[2], dagster_database_url=sys.argv[2])
with loads_at_once.AT_ONCE.begun(settings, all_deliveries(settings, print), print):  # no process of a load comes here
    print("begun", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small files too are loaded by processes."""
    monkeypatch.setattr(loads_at_once, "_WORTHWHILE", 0)
    monkeypatch.setattr(loads_at_once, "cores", lambda: 2)


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return generate_months(tmp_path_factory.mktemp("months"), rows=900, seed=3, months=6)


def load(shop: Shop) -> tuple[RunRecord, list[str]]:
    """What a run loads, and what it says."""
    said = list[str]()
    with unrecorded() as instance:
        runner = Runner(shop.settings, instance, said.append)
        runner.load_new()
    return runner.record, said


def loads_under_way() -> list[BaseProcess]:
    return [process for process in multiprocessing.active_children() if process.name.startswith("load ")]


@contextmanager
def held(shop: Shop) -> Iterator[None]:
    """No load comes to its end within the block."""
    with shop.connect() as holding, holding.transaction():
        holding.execute("lock table ops.ingested_files in share row exclusive mode")
        yield


@contextmanager
def kills(dice: random.Random, seconds: float) -> Iterator[list[int]]:
    """Kills random processes of loads, at random moments, until the end of the block."""
    is_over, killed = threading.Event(), list[int]()

    def kill() -> None:
        while not is_over.wait(dice.uniform(0, seconds)):
            if living := loads_under_way():
                process = dice.choice(living)
                process.kill()
                killed.append(process.pid or 0)

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield killed
    finally:
        is_over.set()
        thread.join()


@pytest.mark.usefixtures("at_once")
def test_any_order_and_any_kill_give_the_same(new_shop: NewShop, months: list[Path]) -> None:
    ordered = new_shop("ordered")
    for month in months:
        ordered.deliver(month)
        load(ordered)
    expected = ordered.contents()
    for seed in range(ORDERS):
        dice, shop = random.Random(seed), new_shop(f"order_{seed}")
        shuffled = dice.sample(months, len(months))
        for part in (shuffled[:2], shuffled[2:]):
            shop.deliver(*part)
            with kills(dice, 0.8) as killed:
                record, _ = load(shop)
            assert all("was ended from outside" in failure for failure in record.failures), record.failures
            assert len(record.failures) <= len(killed)
        record, _ = load(shop)
        assert record.failures == []
        assert differing(expected, shop.contents()) == {}


@pytest.mark.usefixtures("at_once")
def test_a_bad_file_fails_alone_and_all_is_said_in_order(shop: Shop, months: list[Path]) -> None:
    shop.deliver(*months[:3])
    bad = shop.settings.incoming_path / SOURCE / months[1].name
    bad.write_text(bad.read_text().replace("Price", "Cost", 1))
    record, said = load(shop)
    assert said == [f"Loading {SOURCE}/{month.name}" for month in months[:3]]
    assert record.deliveries == [f"{SOURCE}/{months[0].name}", f"{SOURCE}/{months[2].name}"]
    [failure] = record.failures
    assert months[1].name in failure and "Column 'Price' is missing" in failure
    assert shop.one("select count(*) from ops.ingested_files") == 2


@pytest.mark.usefixtures("at_once")
def test_a_run_of_several_partitions_loads_all_that_it_can(shop: Shop, months: list[Path]) -> None:
    """As a person launches it in Dagster's pages, which `warehouse up` serves once the database is prepared."""
    shop.run()
    shop.deliver(*months[:3])
    keys = [f"{SOURCE}/{month.name}" for month in months[:3]]
    bad = shop.settings.incoming_path / SOURCE / months[0].name
    good = bad.read_text()
    bad.write_text("ID\n")
    warehouse = Warehouse(home=str(shop.settings.home), database_url=shop.settings.database_url)
    job = build_defs({"warehouse": warehouse}).resolve_job_def(LOAD)
    tags = {"dagster/asset_partition_range_start": keys[0], "dagster/asset_partition_range_end": keys[-1]}
    results = []
    with unrecorded() as instance:
        instance.add_dynamic_partitions(str(DELIVERIES.name), keys)
        for content in (None, good):
            if content:
                bad.write_text(content)
            result = job.execute_in_process(instance=instance, tags=tags, raise_on_error=False)
            recorded = {event.partition for event in result.get_asset_materialization_events()}
            results.append((result.success, sorted(map(str, recorded))))
            assert shop.one("select count(*) from ops.ingested_files") == (3 if content else 2)
    assert results == [(False, keys[1:]), (True, keys)]


def test_loads_end_with_the_process_that_asked_for_them(shop: Shop, months: list[Path]) -> None:
    """kill -9 of a run in the midst of its loads."""
    shop.run()  # makes the schema
    shop.deliver(*months[:2])
    script = shop.settings.home / "run.py"
    script.write_text(_COUNTED)
    with held(shop):
        command = [sys.executable, str(script), str(shop.settings.home), str(shop.settings.database_url)]
        root = Path(__file__).parents[3]
        run = subprocess.Popen(
            command,
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(root)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert run.stdout is not None and run.stdout.readline() == "begun\n"
        beneath = until(lambda: beneath_loads(run.pid))
        run.kill()
        until(lambda: not any(map(is_alive, beneath)))
    run.communicate()
    assert shop.one("select count(*) from ops.ingested_files") == 0


def beneath_loads(pid: int) -> list[int]:
    """The processes beneath this one, once two loads are among them."""
    found = psutil.Process(pid).children(recursive=True)
    return [process.pid for process in found] if sum(process.ppid() != pid for process in found) == 2 else []


def until(look: Callable[[], Found], seconds: float = 60) -> Found:
    end = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < end
        time.sleep(0.05)
    return found


def test_small_runs_start_no_process(shop: Shop, months: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loads_at_once._Processes, "load", lambda *_: pytest.fail("a process was started"))
    shop.deliver(*months[:2])
    record, _ = load(shop)
    assert len(record.deliveries) == 2


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("fault", ["kill", "error"])
def test_a_run_ends_beside_its_second_process(
    shop: Shop, months: list[Path], monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    """`warehouse run` has forked one: it is to keep no pipe of a load that is killed, or of a run that fails."""
    shop.run()
    shop.deliver(*months[:2])
    load_here = JobsHere.load

    def fail(jobs: JobsHere, keys: Sequence[str]) -> str | None:
        if keys[0].endswith(months[0].name):
            living = until(lambda: len(found := loads_under_way()) == 2 and found)
            if fault == "error":
                raise psycopg.OperationalError("the record is gone")
            for process in living or ():
                process.kill()
        return load_here(jobs, keys)

    monkeypatch.setattr(runner, "_SMALL", 0)
    monkeypatch.setattr(JobsHere, "load", fail)
    monkeypatch.setattr(jobs_here, "opened_instance", unrecorded)
    forked = list[second_process.SecondProcess | None]()
    with held(shop), Runner(shop.settings, say=lambda _: forked.append(second_process.current())) as running:
        with pytest.raises(psycopg.OperationalError) if fault == "error" else nullcontext():
            running.load_new()
        assert forked
        assert None not in forked  # before the loads began
        assert loads_under_way() == []
    assert len(running.record.failures) == (0 if fault == "error" else 2)


def test_interrupted_loads_are_undone(shop: Shop, months: list[Path], at_once: None) -> None:
    """The block ends while loads are under way, as Ctrl-C ends it."""
    shop.run()
    shop.deliver(*months[:2])
    said = list[str]()
    with held(shop):
        with loads_at_once.AT_ONCE.begun(shop.settings, all_deliveries(shop.settings, print), said.append):
            until(lambda: len(loads_under_way()) == 2)
        assert loads_under_way() == []
    assert said == []
    assert shop.one("select count(*) from ops.ingested_files") == 0
    record, _ = load(shop)
    assert len(record.deliveries) == 2


def test_loads_that_nobody_took_are_named(shop: Shop, months: list[Path], at_once: None) -> None:
    """The block ends after they were committed."""
    shop.run()
    shop.deliver(*months[:2])
    said = list[str]()
    with loads_at_once.AT_ONCE.begun(shop.settings, all_deliveries(shop.settings, print), said.append):
        until(lambda: all(load.done() for load in loads_at_once.AT_ONCE._begun.values()))
    [line] = said
    assert all(f"{SOURCE}/{month.name}" in line for month in months[:2])
