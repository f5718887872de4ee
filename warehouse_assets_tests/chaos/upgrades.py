"""A home of the oldest version whose upgrade is killed."""

from __future__ import annotations

import random
import time
from pathlib import Path

from warehouse_assets.database import ensure_running
from warehouse_assets_tests.chaos.attack import Outcome, kill_within, start_again
from warehouse_assets_tests.chaos.homes import Home
from warehouse_assets_tests.chaos.steps import Step
from warehouse_assets_tests.databases import new_database
from warehouse_assets_tests.pipeline.shop import differing
from warehouse_assets_tests.upgrade.restoring import SECRET, restore_oldest

_UPGRADE = Step("upgrade", ("run",), is_done=lambda home: True)


def attack_upgrade(server: Home, folder: Path, seed: int) -> Outcome:
    """Two homes of the oldest version on one server: one upgrade is killed, the other is not.

    Their logins stay on the server, which therefore is no other home's.
    """
    moments, urls = random.Random(seed), ensure_running(server.settings)
    with new_database(urls, f"killed_{seed}") as one, new_database(urls, f"whole_{seed}") as other:
        killed, whole = (Home(folder / f"{name}-{seed}", SECRET, url) for name, url in (("old", one), ("new", other)))
        for home in (killed, whole):
            restore_oldest(home.url)
        began = time.monotonic()
        whole.must("run")
        moment = moments.uniform(0.1, time.monotonic() - began)
        target = moments.choice(["process", "backend"])
        hit = kill_within(killed, _UPGRADE, target, moment, moments)
        faults = start_again(killed, _UPGRADE)
        faults += [f"{name}: {rows}" for name, rows in differing(killed.contents(), whole.contents()).items()]
    return Outcome(_UPGRADE.name, target, moment, hit, tuple(faults))
