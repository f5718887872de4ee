"""A running `warehouse up`: as many loads at once as there are cores; killed, all goes on or ends."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from warehouse_assets.building.rebuild_queue import is_anything_pending
from warehouse_assets.cli.services.processes import free_port
from warehouse_assets.database import DatabaseUrls
from warehouse_assets.orchestration.loads_at_once import cores
from warehouse_assets_tests.browser.served import Served, serving, wait_until
from warehouse_assets_tests.databases import new_database
from warehouse_assets_tests.pipeline.conftest import shop_with
from warehouse_assets_tests.pipeline.shop import Shop, differing
from warehouse_assets_tests.short_exports import generate_short_export

SECRET = "5e" * 32
_WAITING = "select count(*) from pg_locks where relation = to_regclass('{}') and not granted"
_UNDER_WAY = {"QUEUED", "NOT_STARTED", "STARTING", "STARTED"}


@contextmanager
def held_up(shop: Shop, table: str) -> Iterator[None]:
    """Whoever writes the table waits there, in the middle of its transaction, until the block ends."""
    wait_until(lambda: shop.one(f"select to_regclass('{table}') is not null"))
    with shop.connect() as connection, connection.transaction():
        connection.execute(f"lock table {table} in share row exclusive mode".encode())
        yield


def kill_who_waits(served: Served, shop: Shop, table: str, job: str) -> str:
    """kill -9 of the run that has come to the table; its id."""
    wait_until(lambda: shop.one(_WAITING.format(table)))
    [run] = [run for run in served.runs() if run["jobName"] == job and run["status"] == "STARTED"]
    return kill(shop, run["runId"])


def kill(shop: Shop, run: str) -> str:
    """kill -9 of the run's process; its id."""
    os.kill(int((shop.settings.dagster_home / "processes" / run).read_text()), signal.SIGKILL)
    return run


def is_done(served: Served, shop: Shop) -> bool:
    """Whether nothing is under way and nothing waits to be built."""
    if any(run["status"] in _UNDER_WAY for run in served.runs()):
        return False
    with shop.connect() as connection:
        return not is_anything_pending(connection)


def is_alive(pid: int) -> bool:
    """Whether it runs; one that has ended may wait for somebody to take note."""
    listed = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return bool(listed.stdout.strip()) and not listed.stdout.startswith("Z")


def loads(served: Served) -> list[dict[str, Any]]:
    return [run for run in served.runs() if run["jobName"] == "load_deliveries"]


def of_loads(served: Served, status: str) -> list[str]:
    """Ids of the loads in that status."""
    return [str(run["runId"]) for run in loads(served) if run["status"] == status]


@pytest.fixture(scope="module")
def killed(server: DatabaseUrls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Without any file."""
    with new_database(server, f"killed_{os.getpid()}") as url:
        yield shop_with(SECRET, tmp_path_factory.mktemp("killed") / "home", url)


@pytest.fixture(scope="module")
def served(killed: Shop) -> Iterator[Served]:
    """`warehouse up`, which the last test kills. Its folders are there before any file."""
    killed.run()  # makes its schema and grants, which would wait for the tables that are held up below
    assert not killed.settings.incoming_path.exists()
    with serving(killed.settings, free_port()) as served:
        assert killed.settings.incoming_path.is_dir() and killed.settings.datasets_path.is_dir()
        yield served


def test_loads_go_at_once_and_killed_runs_are_tried_again(
    server: DatabaseUrls, killed: Shop, served: Served, tmp_path: Path
) -> None:
    """The first runs of a new warehouse: three loads, the first ones killed half way, then the build."""
    files = [tmp_path / f"{number}.csv" for number in range(3)]
    for seed, file in enumerate(files):
        generate_short_export(file, rows=200, seed=seed)
    with held_up(killed, "ops.data_quality"):
        killed.deliver(*files)
        wait_until(lambda: len(loads(served)) == 3)
        wait_until(lambda: len(of_loads(served, "STARTED")) == min(3, cores()))
        assert len(of_loads(served, "QUEUED")) == 3 - min(3, cores())
        wait_until(lambda: killed.one(_WAITING.format("ops.data_quality")))
        dead = {kill(killed, run) for run in of_loads(served, "STARTED")}
    with held_up(killed, "dw.agg_order_month"):
        dead |= {kill_who_waits(served, killed, "dw.agg_order_month", "build")}
        assert killed.one("select count(*) from dw.fct_sales") > 0
    # A retry that is lost while the code server begins anew is requested again after a minute.
    wait_until(lambda: is_done(served, killed), seconds=300)
    runs = served.runs()
    assert {run["runId"] for run in runs if run["status"] == "FAILURE"} == dead
    # As Dagster's retry of the run, or as the sensor's next request.
    done, failed = (
        {(run["jobName"], run["tags"].get("dagster/partition")) for run in runs if run["status"] == status}
        for status in ("SUCCESS", "FAILURE")
    )
    assert failed <= done
    with new_database(server, f"undisturbed_{os.getpid()}") as url:
        undisturbed = shop_with(SECRET, tmp_path / "home", url)
        undisturbed.deliver(*files)
        undisturbed.run()
        assert differing(undisturbed.contents(), killed.contents()) == {}


def test_nothing_that_was_served_outlives_a_killed_up(served: Served) -> None:
    """So that the next `warehouse up` finds its ports free."""
    services = served.children()
    assert len(services) == 4
    served.process.kill()
    wait_until(lambda: not any(map(is_alive, services.values())))
