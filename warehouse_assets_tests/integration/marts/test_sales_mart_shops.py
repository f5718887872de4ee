"""Several shops in one warehouse: each has the rows that it has alone, and All shops is their total."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from warehouse_assets.database import DatabaseUrls
from warehouse_assets.schemas import TABLES
from warehouse_assets_tests.integration.marts.sales_mart_oracle import ALL_SHOPS, expected_tables
from warehouse_assets_tests.integration.marts.sales_mart_shop import (
    Line,
    Row,
    Shop,
    build,
    built,
    fill,
    monthly,
    pick,
    prepared,
    values,
)
from warehouse_assets_tests.integration.marts.test_sales_mart_random import AS_OF, SALES_TABLES, random_shop
from warehouse_assets_tests.oracle.comparing import is_same

Build = Callable[[str, Shop], list[Row]]
NAMES = ("north", "south", "west")
APRIL = date(2023, 4, 30)
OF_ANY_SALE = [name for name in SALES_TABLES if name != "mart_sales.sales_forecast"]
"""Tables that one sale gives a row."""
SUMS = [
    "order_count", "cancelled_order_count", "line_count", "units_sold", "gross_revenue_amount", "returned_amount",
    "net_revenue_amount",
]  # fmt: skip
"""Columns of which the row of all shops is the sum of the shops' rows."""


def of_shop(shop: Shop, name: str, number: int) -> tuple[list[Any], list[Any]]:
    """The lines and reviews as those of another shop; products and orders are its own, customers are shared."""
    apart = 1000 * number
    lines = [
        replace(
            line,
            shop=name,
            product=line.product if line.product < 0 else line.product + apart,
            order=line.order - apart if line.order < 0 else line.order + apart,
        )
        for line in shop.lines
    ]
    reviews = [
        replace(review, shop=name, product=review.product if review.product < 0 else review.product + apart)
        for review in shop.reviews
    ]
    return lines, reviews


def random_shops(seed: int) -> Shop:
    """Two or three shops with dates of their own, one of them in one currency only."""
    chance = random.Random(seed)
    lines: list[Line] = []
    reviews: list[Any] = []
    dates: dict[str, date] = {}
    products: dict[int, tuple[str, str, str]] = {}
    for number, name in enumerate(NAMES[: chance.choice([2, 3])]):
        one = random_shop(100 * seed + number)
        own, given = of_shop(one, name, number)
        lines += [replace(line, currency="USD") for line in own] if name == "south" and seed % 3 == 0 else own
        reviews += given
        products |= {key if key < 0 else key + 1000 * number: value for key, value in one.products.items()}
        dates[name] = AS_OF[(seed + number * chance.randrange(3)) % 4] - timedelta(days=chance.choice([0, 0, 17]))
    # the aggregates that a shop is built from have no line after its date
    lines = [line for line in lines if line.day <= dates[line.shop] or line.month > dates[line.shop]]
    return Shop(lines, max(dates.values()), reviews, products, k=chance.choice([1, 2, 4]), dates=dates)


def alone(shop: Shop, name: str) -> Shop:
    """One of the shops in a warehouse of its own."""
    return replace(
        shop,
        as_of=shop.dates[name],
        dates={name: shop.dates[name]},
        lines=[line for line in shop.lines if line.shop == name],
        reviews=[review for review in shop.reviews if review.shop == name],
    )


@pytest.fixture(scope="module")
def connection(server: DatabaseUrls) -> Iterator[psycopg.Connection[Any]]:
    with prepared(server) as opened:
        yield opened


@pytest.fixture(scope="module")
def rows_of(connection: psycopg.Connection[Any]) -> Build:
    """The rows of a table as built from shops."""
    return lambda table, shop: built(connection, shop, table)


def keyed(table: str, rows: list[Row]) -> dict[tuple[Any, ...], Row]:
    return {tuple(row[column] for column in TABLES[table].primary_key): row for row in rows}


@pytest.mark.parametrize("seed", range(12))
def test_random_shops_together(connection: psycopg.Connection[Any], seed: int) -> None:
    """Every row, those of all shops too, is what a plain computation of the lines gives."""
    shop = random_shops(seed)
    fill(connection, shop)
    for name in SALES_TABLES:
        expected = keyed(name, expected_tables(shop, TABLES[name].short_name))
        actual = keyed(name, build(connection, shop, TABLES[name].short_name))
        assert actual.keys() == expected.keys(), name
        assert [(actual[k], expected[k]) for k in expected if not is_same(actual[k], expected[k])] == [], name


@pytest.mark.parametrize("seed", range(20, 28))
def test_a_shop_has_the_rows_that_it_has_alone(connection: psycopg.Connection[Any], seed: int) -> None:
    """Beside them only rows without amounts, of months of which another shop has a forecast.

    Whose data end before those of another shop has none, since the months ahead are past.
    """
    shop = random_shops(seed)
    fill(connection, shop)
    together = {name: build(connection, shop, TABLES[name].short_name) for name in SALES_TABLES}
    for name in shop.dates:
        own = alone(shop, name)
        fill(connection, own)
        for table, rows in together.items():
            by_itself = build(connection, own, TABLES[table].short_name)
            assert {row["source_name"] for row in by_itself} <= {name}
            beside = [row for row in pick(rows, source_name=name) if row.get("forecast_amount", 0) is not None]
            if table != "mart_sales.sales_forecast" or _is_as_new_as_any(shop, name):
                assert keyed(table, beside) == keyed(table, by_itself), (table, name)


def _is_as_new_as_any(shop: Shop, name: str) -> bool:
    dates = {line.shop: shop.dates[line.shop] for line in shop.lines}
    return name in dates and dates[name].replace(day=1) == max(dates.values()).replace(day=1)


def _sums(table: str, rows: list[Row]) -> Mapping[tuple[Any, ...], dict[str, Decimal]]:
    key = TABLES[table].primary_key[1:]
    found: dict[tuple[Any, ...], dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for row in rows:
        # all shops' whole span begins with the earliest of theirs
        is_whole = row.get("period_kind") == "all"
        place = tuple(row[column] for column in key if not (is_whole and column == "period_start"))
        for column in SUMS:
            if column in row:
                found[place][column] += row[column]
    return found


@pytest.mark.parametrize("seed", range(30, 36))
def test_all_shops_is_the_sum_of_the_shops(connection: psycopg.Connection[Any], seed: int) -> None:
    shop = random_shops(seed)
    fill(connection, shop)
    for table in OF_ANY_SALE:
        rows = build(connection, shop, TABLES[table].short_name)
        whole = _sums(table, pick(rows, source_name=ALL_SHOPS))
        parts = _sums(table, [row for row in rows if row["source_name"] != ALL_SHOPS])
        assert whole
        assert {place: whole[place] for place in parts} == parts, table
        assert not any(any(sums.values()) for place, sums in whole.items() if place not in parts), table


def test_one_shop_has_no_row_of_all_shops(rows_of: Build) -> None:
    """Nor have several of which one sells."""
    shop = Shop([Line(APRIL, shop="north")], APRIL, dates={"north": APRIL, "south": date(2023, 9, 1)})
    for name in OF_ANY_SALE:
        rows = rows_of(TABLES[name].short_name, shop)
        assert {row["source_name"] for row in rows} == {"north"}, name
        assert {row["as_of_date"] for row in rows} == {APRIL}, name


def test_all_shops_are_complete_where_each_of_them_is(rows_of: Build) -> None:
    """One shop's data last from 5 February to the middle of June, those of the other from January to July."""
    early = [replace(line, shop="north") for line in monthly(*[10] * 7, start=date(2023, 1, 1))]
    late = [replace(line, shop="south", order=line.order + 50) for line in monthly(*[5] * 5, start=date(2023, 2, 5))]
    dates = {"north": date(2023, 7, 31), "south": date(2023, 6, 12)}
    rows = rows_of("sales_by_month", Shop([*early, *late], date(2023, 7, 31), dates=dates))
    every = pick(rows, source_name=ALL_SHOPS)
    assert values(every, "net_revenue_amount") == [10, 15, 15, 15, 15, 15, 10]
    assert values(every, "is_complete") == [False, False, True, True, True, False, False]
    assert values(every, "growth_vs_previous") == [None, None, None, 0, 0, None, None]
    assert values(pick(rows, source_name="north"), "is_complete") == [True] * 7
    assert {row["source_name"]: row["as_of_date"] for row in rows} == {**dates, ALL_SHOPS: date(2023, 7, 31)}


def test_each_shop_compares_its_own_days_of_last_year(rows_of: Build) -> None:
    """To 10 April for one shop and to 31 March for the other, so that both years have the same days."""
    days = [date(2022, 1, 1), date(2022, 3, 20), date(2022, 4, 5), date(2022, 4, 20), date(2023, 1, 2)]
    lines = [
        Line(day, order=10 * number + n, shop=name)
        for number, name in enumerate(NAMES[:2])
        for n, day in enumerate(days)
    ]
    dates = {"north": date(2023, 4, 10), "south": date(2023, 3, 31)}
    rows = rows_of("sales_trends", Shop(lines, date(2023, 4, 10), dates=dates))
    assert {row["source_name"]: row["last_year_to_date_amount"] for row in rows} == {
        "north": 30,
        "south": 20,
        ALL_SHOPS: 50,
    }


@pytest.mark.parametrize(
    ("north", "south", "shown"),
    [
        (range(20), range(20, 24), None),  # south is hidden
        (range(20), range(20, 40), 40),
        (range(20), (), 20),  # nobody in south
        (range(20), range(1, 21), None),  # one person is in south only
        (range(20), range(20), 20),
    ],
)
def test_buyers_of_all_shops_do_not_give_away_those_of_one(
    rows_of: Build, north: range, south: range, shown: int | None
) -> None:
    lines = [
        Line(APRIL, order=1000 * number + person, customer=person, shop=name)
        for number, (name, people) in enumerate({"north": north, "south": south}.items())
        for person in people
    ] + [Line(APRIL, order=5000, shop="south")]
    shop = Shop(lines, APRIL, k=11, dates=dict.fromkeys(NAMES[:2], APRIL))
    rows = rows_of("sales_by_country", shop)
    assert values(pick(rows, source_name=ALL_SHOPS), "customer_count") == [shown]


def test_a_customer_of_two_shops_is_new_once_among_all(rows_of: Build) -> None:
    lines = [Line(date(2023, 3, 1), customer=1, shop="north"), Line(APRIL, order=2, customer=1, shop="south")]
    shop = Shop(lines, APRIL, dates=dict.fromkeys(NAMES[:2], APRIL))
    rows = rows_of("sales_by_month", shop)
    columns = ("customer_count", "new_customer_revenue_amount", "returning_customer_revenue_amount")
    assert values(pick(rows, source_name="south"), *columns) == [(1, 10, 0)]
    assert values(pick(rows, source_name=ALL_SHOPS), *columns) == [(1, 10, 0), (1, 0, 10)]
    (year,) = pick(rows_of("sales_by_year", shop), source_name=ALL_SHOPS)
    assert values([year], *columns) == [(1, 20, 0)]
