"""kill -9 at any moment: the next run completes, and the result is that of an undisturbed one."""

from __future__ import annotations

import random
import time
import warnings
from multiprocessing.process import BaseProcess
from pathlib import Path

from warehouse_assets.settings import Settings
from warehouse_assets_tests.commands import fork
from warehouse_assets_tests.pipeline.conftest import NewShop
from warehouse_assets_tests.pipeline.shop import Shop, differing
from warehouse_assets_tests.short_exports import generate_short_export

KILLS = 10


def start_run(shop: Shop) -> BaseProcess:
    """A run in a copy of a process that has imported everything, so that kills meet its work."""
    return fork(run, shop.settings)


def run(settings: Settings) -> None:
    """In the new process."""
    warnings.simplefilter("ignore")
    Shop(settings).run()


def test_a_run_killed_at_random_points_ends_as_an_undisturbed_one(new_unprepared_shop: NewShop, tmp_path: Path) -> None:
    export = tmp_path / "export.csv"
    generate_short_export(export, rows=1_200, seed=6)
    undisturbed, killed = new_unprepared_shop("undisturbed"), new_unprepared_shop("killed")
    undisturbed.split(export)
    process = start_run(undisturbed)
    started = time.monotonic()
    process.join(120)
    assert process.exitcode == 0
    duration = time.monotonic() - started
    killed.split(export)
    moments = random.Random(7)
    kills = 0
    for _ in range(KILLS):
        process = start_run(killed)
        process.join(moments.uniform(0.05, duration / 3))
        if process.exitcode is None:
            process.kill()
            process.join()
            kills += 1
    killed.run()
    assert kills >= KILLS // 2
    assert differing(undisturbed.contents(), killed.contents()) == {}
