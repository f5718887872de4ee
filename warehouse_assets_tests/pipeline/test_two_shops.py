"""Two shops from their files to the marts: each has the rows that it has alone, and All shops is their sum."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest

from warehouse_assets.schemas import TABLES
from warehouse_assets_tests.integration.marts.sales_mart_oracle import ALL_SHOPS
from warehouse_assets_tests.integration.marts.test_sales_mart_shops import SUMS
from warehouse_assets_tests.pipeline.conftest import NewShop
from warehouse_assets_tests.pipeline.shop import Shop
from warehouse_assets_tests.platforms.shops import shopify, woocommerce_csv

MARTS = [name for name in TABLES if name.startswith("mart_")]
SHOPS = ("shopify_orders", "woocommerce_csv")
Rows = Mapping[str, list[dict[str, Any]]]


def deliver(shop: Shop, folder: Path, *names: str) -> Rows:
    """Loads the shops' exports, both in kroner and with buyers of the same addresses; the rows of all marts."""
    for name in names:
        path = folder / f"{name}.csv"
        (shopify if name == "shopify_orders" else woocommerce_csv)(path)
        path.write_text(path.read_text(encoding="utf-8").replace(",CAD,", ",NOK,"), encoding="utf-8")
        shop.deliver(path, source=name)
    record = shop.run()
    assert not record.failures
    with shop.connect() as connection:
        return {name: list(rows_of(connection, name)) for name in MARTS}


def rows_of(connection: psycopg.Connection[Any], table: str) -> Iterator[dict[str, Any]]:
    columns = TABLES[table].column_names
    for row in connection.execute(f"select {', '.join(columns)} from {table}".encode()):
        yield dict(zip(columns, row, strict=True))


def keyed(table: str, rows: list[dict[str, Any]], shop: str) -> dict[tuple[Any, ...], dict[str, Any]]:
    chosen = [row for row in rows if row["source_name"] == shop]
    return {tuple(row[column] for column in TABLES[table].primary_key): row for row in chosen}


@pytest.fixture
def together(new_shop: NewShop, tmp_path: Path) -> Rows:
    return deliver(new_shop("both"), tmp_path, *SHOPS)


def test_each_shop_has_the_rows_that_it_has_alone(new_shop: NewShop, tmp_path: Path, together: Rows) -> None:
    """In every column of every mart table."""
    for name in SHOPS:
        alone = deliver(new_shop(name), tmp_path, name)
        for table in MARTS:
            assert keyed(table, together[table], name) == keyed(table, alone[table], name), (table, name)
            assert {row["source_name"] for row in alone[table]} <= {name}, table
        assert any(alone[table] for table in MARTS if table.startswith("mart_customers.")), name
        # a quarter is too short for a forecast
        empty = {table for table in MARTS if table.startswith("mart_sales.") and not alone[table]}
        assert empty <= {"mart_sales.sales_forecast"}, name
    all_shops_are_sums(together)


def all_shops_are_sums(marts: Rows) -> None:
    """Of each amount and count that may be added up; the customer mart has no such rows."""
    for table, rows in marts.items():
        whole, parts = sums(table, rows, is_whole=True), sums(table, rows, is_whole=False)
        if table.startswith("mart_sales."):
            assert whole == parts, table
        else:
            assert not any(row["source_name"] == ALL_SHOPS for row in rows), table


def sums(table: str, rows: list[dict[str, Any]], *, is_whole: bool) -> dict[tuple[Any, ...], dict[str, Decimal]]:
    """The rows added up over shops: key without the shop -> column -> sum, where it is not 0."""
    key = [name for name in TABLES[table].primary_key if name != "source_name"]
    found: dict[tuple[Any, ...], dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for row in rows:
        if (row["source_name"] == ALL_SHOPS) is not is_whole:
            continue
        # all shops' whole span begins with the earliest of theirs
        place = tuple(row[name] for name in key if not (row.get("period_kind") == "all" and name == "period_start"))
        for column in SUMS:
            if row.get(column):
                found[place][column] += row[column]
    return {place: dict(columns) for place, columns in found.items()}
