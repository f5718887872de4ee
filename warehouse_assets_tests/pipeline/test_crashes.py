"""kill -9 at any moment: the next run completes, and the result is that of an undisturbed one."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from warehouse_assets_tests.pipeline.conftest import NewShop
from warehouse_assets_tests.pipeline.shop import Shop, differing
from warehouse_assets_tests.short_exports import generate_short_export

_SCRIPT = """
import sys, warnings
warnings.simplefilter("ignore")
from dataclasses import replace
from pathlib import Path
from warehouse_assets.settings import Settings
from warehouse_assets_tests.pipeline.shop import Shop
print("ready", flush=True)
Shop(Settings(home=Path(sys.argv[1]), database_url=sys.argv[2], dagster_database_url=sys.argv[2])).run()
print("done", flush=True)
"""
KILLS = 10


def start_run(shop: Shop) -> subprocess.Popen[str]:
    arguments = [str(shop.settings.home), str(shop.settings.database_url)]
    root = Path(__file__).parents[2]
    process = subprocess.Popen(
        [sys.executable, "-c", _SCRIPT, *arguments],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def _close(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    process.stdout.close()


def test_a_run_killed_at_random_points_ends_as_an_undisturbed_one(new_shop: NewShop, tmp_path: Path) -> None:
    export = tmp_path / "export.csv"
    generate_short_export(export, rows=1_200, seed=6)
    undisturbed, killed = new_shop("undisturbed"), new_shop("killed")
    undisturbed.split(export)
    started = time.monotonic()
    process = start_run(undisturbed)
    assert process.wait(120) == 0
    _close(process)
    duration = time.monotonic() - started
    killed.split(export)
    moments = random.Random(7)
    kills = 0
    for _ in range(KILLS):
        process = start_run(killed)
        try:
            process.wait(moments.uniform(0.05, duration / 3))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            kills += 1
        _close(process)
    killed.run()
    assert kills >= KILLS // 2
    assert differing(undisturbed.contents(), killed.contents()) == {}
