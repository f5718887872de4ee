"""The customer mart against a plain computation of random shops."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import psycopg

from warehouse_assets_tests.integration.marts.customer_mart_oracle import Oracle
from warehouse_assets_tests.integration.marts.customer_mart_shop import (
    Person,
    Sale,
    build_shops,
    fill,
)

TABLES = ("customer_demographics", "signup_trends", "retention_cohorts", "churn_rates", "customer_value")
COUNTRIES = [
    ("France", "Europe"),
    ("Spain", "Europe"),
    ("Malta", "Europe"),
    ("Kenya", "Africa"),
    ("Chad", "Africa"),
    ("Japan", "Asia"),
    ("Fiji", "Oceania"),
    ("Unknown", "Unknown"),
]


def random_day(chance: random.Random, share: float) -> date | None:
    return date(2021, 11, 3) + timedelta(days=chance.randrange(540)) if chance.random() < share else None


def random_people(chance: random.Random, size: int) -> list[Person]:
    people = []
    for key in range(size):
        country, continent = chance.choices(COUNTRIES, weights=[30, 12, 3, 8, 4, 10, 2, 5])[0]
        people.append(
            Person(
                key=key,
                age=chance.choice([None, *range(20, 60)]),
                age_band=chance.choices(["18-24", "25-34", "35-44", "65+", "Unknown"], weights=[30, 30, 9, 3, 5])[0],
                gender=chance.choices(["F", "M", "Other", "Unknown"], weights=[20, 20, 3, 2])[0],
                country=country,
                continent=continent,
                segment=chance.choice(["gold", "silver", "silver", "silver", "Other", "Été"]),
                channel=chance.choice(["web", "web", "shop", "All", "Other", "ads"]),
                status=chance.choices(["Active", "Gone", "Unknown"], weights=[5, 4, 1])[0],
                purchase_frequency=chance.choice(["weekly", "rare"]),
                signup=random_day(chance, 0.6),
                login=random_day(chance, 0.5),
                purchase=random_day(chance, 0.3),
                is_declared_churned=chance.choice([None, None, None, True, False]),
                shop=chance.choice(["north", "north", "south"]),
            )
        )
    return people


def random_sales(chance: random.Random, people: int, count: int) -> list[Sale]:
    sales = []
    for number in range(count):
        order = chance.randrange(count) if chance.random() < 0.7 else -number - 1
        day = random_day(random.Random(order), 1) or date.max
        is_return = chance.random() < 0.2
        net = Decimal(chance.randrange(1, 9_999_999)).scaleb(-4)
        sales.append(
            Sale(
                customer=int(people * chance.random() ** 2),
                order=order,
                day=day + timedelta(days=chance.choice([0, 0, 30])),
                net=-net if is_return else net,
                is_return=is_return,
                currency=chance.choice(["EUR", "EUR", "USD"]),
                country=chance.choice(["France", "Spain"]),
            )
        )
    return sales


def test_every_table_of_each_shop_is_as_computed_plainly(connection: psycopg.Connection[Any]) -> None:
    """Of each shop alone: the other's people, sales and newer data change nothing."""
    for seed in range(12):
        chance = random.Random(seed)
        size = chance.choice([1, 9, 40, 90])
        people, sales = random_people(chance, size), random_sales(chance, size, chance.choice([0, size * 2]))
        shops = {"north": chance.choice([date(2023, 6, 30), date(2023, 6, 12)]), "south": date(2023, 8, 4)}
        fill(connection, people, sales)
        for k, w in ((1, 3), (3, 1), (5, 4), (11, 3)):
            for table in TABLES:
                built = build_shops(connection, table, shops, k, w)
                for shop, as_of in shops.items():
                    own = [person for person in people if person.shop == shop]
                    keys = {person.key for person in own}
                    oracle = Oracle(own, [sale for sale in sales if sale.customer in keys], as_of, k, w)
                    assert built[shop] == getattr(oracle, table)(), (seed, table, shop, k, w)
