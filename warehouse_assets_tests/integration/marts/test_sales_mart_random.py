"""The sales mart against a plain computation of random shops."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from warehouse_assets.database import DatabaseUrls
from warehouse_assets.schemas import TABLES
from warehouse_assets_tests.integration.marts.sales_mart_oracle import expected_tables
from warehouse_assets_tests.integration.marts.sales_mart_shop import Line, Review, Shop, build, fill, prepared
from warehouse_assets_tests.oracle.comparing import is_same

START = date(2020, 9, 17)
PRODUCTS = {
    1: ("Lamp", "Home", "Light"),
    2: ("lamp", "Home", "Light"),
    3: ("Lamp", "Home", "All"),
    4: ("Éclair", "All", "All"),
    5: ("Zebra", "All", "Toys"),
    6: ("Zebra", "All", "Toys"),
    -1: ("Unknown", "Unknown", "Unknown"),
}
AS_OF = [date(2023, 12, 31), date(2023, 5, 11), date(2022, 12, 30), date(2021, 2, 28)]
SALES_TABLES = [name for name in TABLES if name.startswith("mart_sales.")]


def random_day(chance: random.Random) -> date:
    return START + timedelta(days=int(chance.triangular(0, 1250)))


def random_rating(chance: random.Random) -> Decimal:
    return Decimal(chance.randint(4, 20)) / 4


def random_line(chance: random.Random, orders: dict[int, date]) -> Line:
    """Orders mostly have one day; currencies, countries and customers of an order may differ."""
    order = chance.randrange(len(orders))
    sign = chance.choice([1, 1, 1, 1, -1])
    return Line(
        day=orders[order] if chance.random() < 0.7 else random_day(chance),
        order=order,
        net=sign * Decimal(chance.choice([0, 1, 250, 333, chance.randrange(100000)])) / 100,
        units=sign * Decimal(chance.choice([1, 1, 2, 3])),
        discount=sign * Decimal(chance.choice([0, 0, 5])),
        product=chance.choice(list(PRODUCTS)),
        customer=chance.choice([-1, *range(12)]),
        currency=chance.choice(["EUR", "EUR", "USD"]),
        country=chance.choice(["France", "France", "Spain", "Unknown"]),
        is_product=chance.random() < 0.9,
        is_cancelled=chance.random() < 0.15,
        rating=random_rating(chance) if chance.random() < 0.5 else None,
    )


def random_shop(seed: int) -> Shop:
    chance = random.Random(seed)
    orders = {order: random_day(chance) for order in range(chance.choice([3, 60, 150]))}
    reviews = [
        Review(
            product=chance.choice(list(PRODUCTS)),
            rating=random_rating(chance),
            day=random_day(chance) - timedelta(days=200) if chance.random() < 0.8 else None,
            customer=chance.choice([-1, *range(12)]),
        )
        for _ in range(chance.choice([0, 25]))
    ]
    lines = [random_line(chance, orders) for _ in range(chance.choice([4, 80, 250]))]
    unnumbered = chance.choice([0, 0.3, 1])
    lines = [replace(line, order=-n) if chance.random() < unnumbered else line for n, line in enumerate(lines, 1)]
    return Shop(lines, AS_OF[seed % len(AS_OF)], reviews, PRODUCTS, k=chance.choice([1, 2, 4]))


@pytest.fixture(scope="module")
def connection(server: DatabaseUrls) -> Iterator[psycopg.Connection[Any]]:
    with prepared(server) as opened:
        yield opened


@pytest.mark.parametrize("seed", range(24))
def test_random_shop(connection: psycopg.Connection[Any], seed: int) -> None:
    shop = random_shop(seed)
    fill(connection, shop)
    for name in SALES_TABLES:
        key, short_name = TABLES[name].primary_key, TABLES[name].short_name
        expected = {tuple(row[c] for c in key): row for row in expected_tables(shop, short_name)}
        actual = {tuple(row[c] for c in key): row for row in build(connection, shop, short_name)}
        assert actual.keys() == expected.keys(), name
        assert [(actual[k], expected[k]) for k in expected if not is_same(actual[k], expected[k])] == [], name
