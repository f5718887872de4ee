"""The same job with pandas: read_csv and cleaning, to_sql into the same keyed tables, the marts' SELECTs once.

The frames that go to to_sql are read from the built warehouse, outside the clock, so that the result is the same;
what pandas would take to make keys, histories and the star of the cleaned frame is given to it for nothing.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import pandas as pd
import sqlalchemy as sa
from common import Clock, settings_of
from peers import COPIED, FACTS, empty_star, fill_aggregates_and_marts, save_clean_rows

from warehouse_assets.schemas import TABLES

DATES = ["Date_Purchase", "UserSignUpDate", "UserLastPurchaseDate", "UserLastLoginDate"]
WHOLE = dict.fromkeys(("smallint", "integer", "bigint"), "Int64")
NUMBERS = ["Age", "Price", "Quantity", "Rating", "UserTotalPurchases"]


def clean(export: Path) -> pd.DataFrame:
    """The export as a tutorial cleans it: repeats dropped, dates and numbers parsed, bad sales left out."""
    rows = pd.read_csv(export, dtype=str, keep_default_na=False).drop_duplicates()
    for name in DATES:
        rows[name] = pd.to_datetime(rows[name], format="%Y-%m-%d", errors="coerce")
    for name in NUMBERS:
        rows[name] = pd.to_numeric(rows[name], errors="coerce")
    return rows[rows["Date_Purchase"].notna() & (rows["Quantity"] > 0) & (rows["Price"] > 0)]


def frame_of(path: Path, name: str) -> pd.DataFrame:
    """A table's clean rows with the plainest types that lose nothing: whole numbers, floats, texts."""
    types = {
        column.name: WHOLE.get(column.sql_type, "float64" if column.sql_type.startswith("numeric") else "object")
        for column in TABLES[name].column_list
    }
    return pd.read_csv(path, dtype=types, keep_default_na=False, na_values=[r"\N"])


settings = settings_of(sys.argv[2])
clock = Clock()
with clock.phase("read and clean"):
    rows = clean(Path(sys.argv[1]) / "export.csv")
del rows
with tempfile.TemporaryDirectory(prefix="pandas-") as folder, empty_star(settings, "tutorial") as (star, url, months):
    save_clean_rows(settings, Path(folder), r"format csv, header, null '\N'")
    engine = sa.create_engine(url.replace("postgresql://", "postgresql+psycopg2://", 1))
    for name in COPIED:
        frame = frame_of(Path(folder) / name, name)
        schema, table = name.split(".")
        with clock.phase("to_sql of facts" if name in FACTS else "to_sql of staging and dimensions"):
            frame.to_sql(table, engine, schema=schema, index=False, if_exists="append", chunksize=10_000)
    engine.dispose()
    with clock.phase("aggregates and marts"):
        fill_aggregates_and_marts(star, settings, months)
clock.print_result()
