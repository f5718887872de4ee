"""Files to marts by the warehouse: the thirds, or the whole export, lie in the incoming folder."""

from __future__ import annotations

import os
import shutil
import sys
import warnings
from pathlib import Path

from common import SOURCE, Clock, settings_of

warnings.simplefilter("ignore")
import dagster as dg  # noqa: E402

from warehouse_assets import database  # noqa: E402
from warehouse_assets.cli.runner import Runner  # noqa: E402
from warehouse_assets.startup.preparation import connect_as, storage_urls  # noqa: E402

files, home = Path(sys.argv[1]), sys.argv[2]
settings = settings_of(home)
urls = storage_urls(settings, database.ensure_running(settings))
os.environ.update(database.prepare_dagster_home(settings, urls))
target = settings.incoming_path / SOURCE
if sys.argv[3] == "thirds":
    shutil.copytree(files / SOURCE, target)
else:
    target.mkdir(parents=True)
    shutil.copyfile(files / "export.csv", target / "export.csv")
# The peers too find their empty tables made.
connect_as(settings, "transform").close()
clock = Clock(settings.home)
with dg.DagsterInstance.get() as instance:
    runner = Runner(settings, instance)
    with clock.phase("ingestion"):
        runner.load_new()
    if runner.record.failures:
        sys.exit("\n".join(runner.record.failures))
    with clock.phase("dimensions, facts, aggregates, marts"):
        runner.build_tables()
clock.print_result()
