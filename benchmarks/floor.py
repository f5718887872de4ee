"""COPY of the clean rows of a built warehouse into the same empty tables, then the marts' SELECTs once."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from common import Clock, settings_of
from peers import COPIED, FACTS, empty_star, fill_aggregates_and_marts, save_clean_rows

from warehouse_assets.schemas import TABLES

settings = settings_of(sys.argv[1])
clock = Clock()
with tempfile.TemporaryDirectory(prefix="floor-") as folder, empty_star(settings, "floor") as (floor, _, months):
    save_clean_rows(settings, Path(folder), "format binary")
    for name in COPIED:
        with clock.phase("copy of facts" if name in FACTS else "copy of staging and dimensions"):
            columns = ", ".join(TABLES[name].column_names)
            with (
                (Path(folder) / name).open("rb") as file,
                floor.cursor() as cursor,
                cursor.copy(f"copy {name} ({columns}) from stdin (format binary)".encode()) as copy,
            ):
                while block := file.read(1 << 20):
                    copy.write(block)
    with clock.phase("aggregates and marts"):
        fill_aggregates_and_marts(floor, settings, months)
clock.print_result()
