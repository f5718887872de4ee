"""An order of several months, countries or shops counts once wherever they are added up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import psycopg
import pytest

from warehouse_assets.database import DatabaseUrls
from warehouse_assets_tests.integration.marts.sales_mart_oracle import ALL_SHOPS
from warehouse_assets_tests.integration.marts.sales_mart_shop import Line, Row, Shop, built, pick, prepared

JANUARY, FEBRUARY, MARCH = (date(2023, month, 10) for month in (1, 2, 3))
AS_OF = date(2023, 3, 31)
NORTH = [
    Line(JANUARY, order=1, product=1, shop="north"),
    Line(JANUARY, order=1, product=2, shop="north", country="Spain"),
    Line(MARCH, order=1, product=1, shop="north"),
    Line(JANUARY, order=2, product=1, shop="north"),
    Line(FEBRUARY, order=-1, product=1, shop="north"),
    Line(FEBRUARY, order=3, product=1, shop="north", is_cancelled=True),
    Line(MARCH, order=3, product=1, shop="north", is_cancelled=True),
]
"""Orders 1 and 3 are of several months; order 1 is of two countries and two products."""
SOUTH = [Line(JANUARY, order=2, product=1, shop="south"), Line(MARCH, order=4, product=1, shop="south")]
"""Order 2 is of both shops, in the same month and country."""


@pytest.fixture(scope="module")
def connection(server: DatabaseUrls) -> Iterator[psycopg.Connection[Any]]:
    with prepared(server) as connection:
        yield connection


@pytest.fixture
def two_shops() -> Shop:
    return Shop([*NORTH, *SOUTH], AS_OF, dates={"north": AS_OF, "south": AS_OF})


def orders(rows: list[Row], *key: str, **wanted: object) -> dict[Any, int]:
    found = {tuple(str(row[name]) for name in key): int(row["order_count"]) for row in pick(rows, **wanted)}
    return {key[0] if len(key) == 1 else key: count for key, count in found.items()}


def test_periods(connection: psycopg.Connection[Any], two_shops: Shop) -> None:
    months = built(connection, two_shops, "sales_by_month")
    assert orders(months, "month", source_name="north") == {"2023-01-01": 2, "2023-02-01": 1, "2023-03-01": 1}
    assert orders(months, "month", source_name=ALL_SHOPS) == {"2023-01-01": 2, "2023-02-01": 1, "2023-03-01": 2}
    for table in ("sales_by_quarter", "sales_by_year"):
        rows = built(connection, two_shops, table)
        assert orders(rows, "source_name") == {"north": 3, "south": 2, ALL_SHOPS: 4}
        assert {row["source_name"]: row["cancelled_order_count"] for row in rows} == {
            "north": 1, "south": 0, ALL_SHOPS: 1,
        }  # fmt: skip


def test_countries(connection: psycopg.Connection[Any], two_shops: Shop) -> None:
    rows = built(connection, two_shops, "sales_by_country")
    assert orders(rows, "source_name", "country", month=date(2023, 1, 1)) == {
        ("north", "France"): 2, ("north", "Spain"): 1, ("south", "France"): 1,
        (ALL_SHOPS, "France"): 2, (ALL_SHOPS, "Spain"): 1,
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["quarter", "year", "all"])
def test_products_and_categories(connection: psycopg.Connection[Any], two_shops: Shop, kind: str) -> None:
    products = built(connection, two_shops, "product_sales")
    assert orders(products, "source_name", "product_key", period_kind=kind) == {
        ("north", "1"): 3, ("north", "2"): 1, ("south", "1"): 2, (ALL_SHOPS, "1"): 4, (ALL_SHOPS, "2"): 1,
    }  # fmt: skip
    categories = built(connection, two_shops, "category_sales")
    for subcategory in ("Some", "All"):
        found = orders(categories, "source_name", period_kind=kind, subcategory=subcategory)
        assert found == {"north": 3, "south": 2, ALL_SHOPS: 4}


def test_of_one_month_and_shop_nothing_is_taken_off(connection: psycopg.Connection[Any]) -> None:
    lines = [replace(line, day=JANUARY, shop="north") for line in NORTH]
    rows = built(connection, Shop(lines, AS_OF, dates={"north": AS_OF}), "sales_by_year")
    assert orders(rows, "source_name") == {"north": 3}
