"""Generates the export and splits it; or removes a home with its server."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from common import SOURCE, Clock, settings_of

from warehouse_assets.database import stop
from warehouse_assets.database.cluster import base_path
from warehouse_assets.generation import generate_export
from warehouse_assets.splitting import split_file

clock = Clock()
if sys.argv[1] == "--remove":
    settings = settings_of(sys.argv[2])
    stop(settings)
    shutil.rmtree(base_path(settings.home), ignore_errors=True)
    shutil.rmtree(settings.home, ignore_errors=True)
else:
    folder, rows = Path(sys.argv[1]), int(sys.argv[2])
    folder.mkdir(parents=True)
    with clock.phase("generate"):
        generate_export(folder / "export.csv", rows=rows, seed=1)
    with clock.phase("split"):
        split_file(folder / "export.csv", folder / SOURCE, key_columns=["ID"])
clock.print_result()
