"""No attacker who adds and subtracts published counts finds a group of 1..k-1 people.

Activity is no group: active and churned counts are attacked attribute by attribute.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import product
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from warehouse_assets.database import connect
from warehouse_assets.settings import Settings
from warehouse_assets_tests.attacker import Domain, families, fold_of, shown_as, smallest_derivable
from warehouse_assets_tests.integration.marts.customer_mart_shop import Person, Row, Sale, build, fill, prepare
from warehouse_assets_tests.integration.marts.customer_mart_shop import parameters as shop_parameters

AS_OF = date(2023, 6, 30)
AGES = ("18-24", "25-34", "35-44", "65+")
GENDERS = ("F", "M", "Other")
PLACES = {
    "France": "Europe",
    "Spain": "Europe",
    "Malta": "Europe",
    "Kenya": "Africa",
    "Chad": "Africa",
    "Fiji": "Oceania",
}
SINGLES = {"age_band": AGES, "gender": GENDERS, "continent": ("Africa", "Europe", "Oceania")}
MEASURES = {"active_count": ["active"], "churned_count": ["churned"], "customer_count": ["active", "churned"]}
DOMAIN = Domain(AGES, GENDERS, PLACES)


def parameters(k: int) -> dict[str, Any]:
    return shop_parameters({"shop": AS_OF}, k)


@pytest.fixture
def connection(database: Settings) -> Iterator[psycopg.Connection[Any]]:
    with connect(database) as opened:
        prepare(opened)
        yield opened


def test_the_attacker_is_able_to_find_a_small_group() -> None:
    cells = [("A", "F"), ("A", "M"), ("B", "F"), ("B", "M")]
    sizes = [11, 11, 11, 2]
    sums = [[a == "A" for a, _ in cells], [True] * 4, [cell == ("B", "F") for cell in cells]]
    assert smallest_derivable(sums, sizes) == 2
    assert smallest_derivable(sums[:2], sizes) == 13


def weights(chance: random.Random, count: int) -> list[float]:
    return [chance.random() ** 3 for _ in range(count)]


def random_people(chance: random.Random, size: int) -> list[Person]:
    ages, genders, places = (
        weights(chance, len(AGES)),
        weights(chance, len(GENDERS)),
        weights(chance, len(PLACES)),
    )
    churn = {age: chance.choice([0, 0.1, 0.5, 1]) for age in AGES}
    people = []
    for key in range(size):
        age = chance.choices(AGES, ages)[0]
        country = chance.choices(list(PLACES), places)[0]
        people.append(
            Person(
                key,
                age_band=age,
                gender=chance.choices(GENDERS, genders)[0],
                country=country,
                continent=PLACES[country],
                is_declared_churned=chance.random() < churn[age],
            )
        )
    return people


def published_by(rows: Iterable[Row], attribute: str, count: str) -> dict[str, int]:
    return {row["member"]: row[count] for row in rows if row["attribute"] == attribute and row[count] is not None}


@pytest.mark.parametrize("k", [2, 3, 5, 11])
def test_no_small_group_of_people_by_age_gender_and_place(connection: psycopg.Connection[Any], k: int) -> None:
    for seed in range(12):
        people = random_people(random.Random(seed), k * random.Random(seed).choice([2, 5, 12, 30]))
        assert attacked(connection, people, k) == (None, None), (seed, k)


@given(seed=st.integers(0, 10**9), k=st.integers(2, 12), size=st.integers(0, 160))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_small_group_in_a_random_shop(connection: psycopg.Connection[Any], seed: int, k: int, size: int) -> None:
    assert attacked(connection, random_people(random.Random(seed), size), k) == (None, None)


def attacked(connection: psycopg.Connection[Any], people: Sequence[Person], k: int) -> tuple[int | None, ...]:
    """The smallest group under k that each family gives away."""
    fill(connection, people)
    rows = build(connection, "customer_demographics", AS_OF, k).values()
    counts = {(row["attribute"], row["member"]): row["customer_count"] for row in rows}
    by_age, by_place = families(DOMAIN, shown_as(connection, parameters(k)))
    return (
        by_age.smallest(counts, Counter((p.age_band, p.gender) for p in people), k),
        by_place.smallest(counts, Counter((p.country, p.gender) for p in people), k),
    )


@pytest.mark.parametrize("k", [2, 5, 11])
def test_no_small_group_among_the_active_or_churned_of_an_attribute(
    connection: psycopg.Connection[Any], k: int
) -> None:
    for seed in range(12):
        people = random_people(random.Random(seed), k * random.Random(seed).choice([2, 5, 12, 30]))
        fill(connection, people)
        rows = list(build(connection, "customer_demographics", AS_OF, k).values())
        names = shown_as(connection, parameters(k))
        for attribute, members in SINGLES.items():
            cells = list(product(members, ("active", "churned")))
            sums = [
                [(a == "All" or fold_of(names, attribute, m) == shown) and state in states for m, state in cells]
                for name, states in MEASURES.items()
                for a in ("All", attribute)
                for shown in published_by(rows, a, name)
            ]
            people_in = Counter((getattr(p, attribute), bool(p.is_declared_churned)) for p in people)
            sizes = [people_in[member, state == "churned"] for member, state in cells]
            smallest = smallest_derivable(sums, sizes) if sums else None
            assert smallest is None or smallest >= k, (seed, k, attribute)


@pytest.mark.parametrize("k", [2, 5, 11])
def test_no_small_group_among_the_rfm_segments(connection: psycopg.Connection[Any], k: int) -> None:
    for seed in range(8):
        chance = random.Random(seed)
        people = [Person(key) for key in range(k * chance.choice([1, 3, 8]))]
        sales = [
            Sale(chance.choice(people).key, n, date(2023, chance.randrange(1, 7), chance.randrange(1, 28)))
            for n in range(len(people) * 2)
        ]
        fill(connection, people, sales)
        rows = [row for key, row in build(connection, "customer_value", AS_OF, k).items() if key[1] == "rfm_segment"]
        counts = [row["customer_count"] for row in rows]
        buyers = len({sale.customer for sale in sales})
        assert all(count >= k for count in counts)
        assert sum(counts) == (buyers if buyers >= k else 0)
