"""COPY of the clean rows of a built warehouse into the same empty tables, then the marts' SELECTs once."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from common import Clock, settings_of

from warehouse_assets import database
from warehouse_assets.building.facts import AGGREGATES, SELECTS
from warehouse_assets.building.marts import MART_SELECTS, find_as_of, mart_parameters
from warehouse_assets.building.migrate import create_schema
from warehouse_assets.building.months import ensure_partitions
from warehouse_assets.building.select import insert_statement
from warehouse_assets.database.databases import make_database
from warehouse_assets.database.urls import with_database
from warehouse_assets.schemas import TABLES
from warehouse_assets.schemas.ddl import next_month

COPIED = [
    *(name for name in TABLES if name.startswith(("staging.", "ops.")) and "pending" not in name),
    *(name for name in TABLES if name.startswith("dw.dim_")),
    "dw.fct_sales",
    "dw.fct_customer_lifecycle",
]

settings = settings_of(sys.argv[1])
source_url = database.ensure_running(settings).warehouse
floor_url = with_database(source_url, "floor")
make_database(floor_url, "WAREHOUSE_DATABASE_URL")
clock = Clock()
with (
    tempfile.TemporaryDirectory(prefix="floor-") as folder,
    database.connect(source_url, autocommit=True) as source,
    database.connect(floor_url, bulk=True, autocommit=True) as floor,
):
    create_schema(floor)
    query = "select distinct date_trunc('month', sale_date::timestamp)::date from dw.fct_sales order by 1"
    months = [row[0] for row in source.execute(query)]
    for name in ("staging.sales", "dw.fct_sales", *AGGREGATES):
        ensure_partitions(floor, name, months)
    for name in COPIED:
        with (Path(folder) / name).open("wb") as file, source.cursor() as cursor:
            columns = ", ".join(TABLES[name].column_names)
            with cursor.copy(f"copy (select {columns} from {name}) to stdout (format binary)".encode()) as copy:
                for block in copy:
                    file.write(block)
    for name in COPIED:
        with clock.phase("copy of facts" if name == "dw.fct_sales" else "copy of staging and dimensions"):
            columns = ", ".join(TABLES[name].column_names)
            with (
                (Path(folder) / name).open("rb") as file,
                floor.cursor() as cursor,
                cursor.copy(f"copy {name} ({columns}) from stdin (format binary)".encode()) as copy,
            ):
                while block := file.read(1 << 20):
                    copy.write(block)
    with clock.phase("aggregates and marts"):
        for month in months:
            bounds = {"month_start": month, "month_end": next_month(month), "as_of": None}
            for name in AGGREGATES:
                floor.execute(insert_statement(TABLES[name], SELECTS[name]), bounds)
        parameters = mart_parameters(settings, find_as_of(floor))
        for name, select in MART_SELECTS.items():
            floor.execute(insert_statement(TABLES[name], select), {**parameters, **select.fixed})
clock.print_result()
