"""The same job with pandas: read_csv, cleaning, keys and star, to_sql into the same tables, the marts' SELECTs once.

What goes to to_sql is read from the built warehouse, outside the clock, so that the result is the same to the cent.
The star that pandas makes of the cleaned frame stands for the work; history, rejects and ledger are given to it.
"""

from __future__ import annotations

import hmac
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import pandas as pd
import sqlalchemy as sa
from common import Clock, settings_of
from peers import COPIED, FACTS, empty_star, fill_aggregates_and_marts, save_clean_rows

from warehouse_assets.schemas import TABLES

DATES = ["Date_Purchase", "UserSignUpDate", "UserLastPurchaseDate", "UserLastLoginDate"]
WHOLE = dict.fromkeys(("smallint", "integer", "bigint"), "Int64")
NUMBERS = ["Age", "Price", "Quantity", "Rating", "UserTotalPurchases"]
PRODUCT = ["Product Name", "Category", "Subcategory"]
PLACE = ["Country", "City"]
LINE = ["ID", *PRODUCT, "Date_Purchase", "Quantity", "Price"]
SECRET = b"of the benchmark"


def clean(export: Path) -> pd.DataFrame:
    """The export as a tutorial cleans it: repeats dropped, dates and numbers parsed, bad sales left out."""
    rows = pd.read_csv(export, dtype=str, keep_default_na=False).drop_duplicates()
    for name in DATES:
        rows[name] = pd.to_datetime(rows[name], format="%Y-%m-%d", errors="coerce")
    for name in NUMBERS:
        rows[name] = pd.to_numeric(rows[name], errors="coerce")
    return rows[rows["Date_Purchase"].notna() & (rows["Quantity"] > 0) & (rows["Price"] > 0)]


def keys(texts: Iterable[str]) -> list[int]:
    """Pseudonyms as the warehouse has them: 63 bits of a keyed hash."""
    return [int.from_bytes(hmac.digest(SECRET, text.encode(), "sha256")[:8], "big") >> 1 for text in texts]


def star(rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Dimensions of the distinct members with their keys, and the fact that refers to them."""
    members = {"customer": ["ID"], "product": PRODUCT, "geography": PLACE, "channel": ["UserSourceType"]}
    sales, tables = rows.sort_values("Date_Purchase"), dict[str, pd.DataFrame]()
    for name, columns in members.items():
        table = sales.drop_duplicates(columns, keep="last").reset_index(drop=True)
        table[f"{name}_key"] = keys(table[columns].agg("|".join, axis=1))
        sales = sales.merge(table[[*columns, f"{name}_key"]], on=columns)
        tables[f"dim_{name}"] = table
    sales["gross_amount"] = (sales["Price"] * sales["Quantity"]).round(4)
    sales["line_key"] = keys(sales[LINE].astype(str).agg("|".join, axis=1))
    return {**tables, "fct_sales": sales}


def frame_of(path: Path, name: str) -> pd.DataFrame:
    """A table's clean rows with the plainest types that lose nothing: whole numbers, floats, texts."""
    types = {
        column.name: WHOLE.get(column.sql_type, "float64" if column.sql_type.startswith("numeric") else "object")
        for column in TABLES[name].column_list
    }
    return pd.read_csv(path, dtype=types, keep_default_na=False, na_values=[r"\N"])


settings = settings_of(sys.argv[2])
clock = Clock(settings.home)
with clock.phase("read and clean"):
    rows = clean(Path(sys.argv[1]) / "export.csv")
with clock.phase("keys and star"):
    made = star(rows)
del rows, made
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
