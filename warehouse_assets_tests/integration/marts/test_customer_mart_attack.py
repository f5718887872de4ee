"""No attacker who adds and subtracts published counts finds a group of 1..k-1 people.

Activity is no group: active, churned and never active counts are attacked attribute by attribute, a pair with its
first attribute and a country with its continent.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from itertools import product
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from warehouse_assets_tests.attacker import (
    Domain,
    Names,
    families,
    fold_of,
    keys_by_age,
    keys_by_place,
    shown_as,
    smallest_derivable,
)
from warehouse_assets_tests.demographics_attack import MEASURES, STATES
from warehouse_assets_tests.integration.marts.customer_mart_shop import Person, Sale, build, fill
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
DOMAIN = Domain(AGES, GENDERS, PLACES)


def parameters(k: int) -> dict[str, Any]:
    return shop_parameters({"shop": AS_OF}, k)


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
    never = {age: chance.choice([0, 0, 0.05, 0.5]) for age in AGES}
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
                is_declared_churned=None if chance.random() < never[age] else chance.random() < churn[age],
            )
        )
    return people


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


Cell = tuple[str, ...]
Keys = Callable[[Names, Cell], Sequence[tuple[str, str]]]


def alone(attribute: str) -> Keys:
    return lambda names, cell: [("All", "All"), (attribute, fold_of(names, attribute, cell[0]))]


def of_place(names: Names, cell: Cell) -> list[tuple[str, str]]:
    return [key for key in keys_by_place(names, cell[0], PLACES[cell[0]], "F") if "gender" not in key[0]]


ACTIVITY_FAMILIES: dict[str, tuple[Sequence[Cell], Callable[[Person], Cell], Keys]] = {
    "age_band": ([(age,) for age in AGES], lambda p: (p.age_band,), alone("age_band")),
    "gender": ([(gender,) for gender in GENDERS], lambda p: (p.gender,), alone("gender")),
    "country": ([(country,) for country in PLACES], lambda p: (p.country,), of_place),
    "age_band×gender": (
        list(product(AGES, GENDERS)),
        lambda p: (p.age_band, p.gender),
        lambda names, cell: [key for key in keys_by_age(names, *cell) if key[0] != "gender"],
    ),
}


@pytest.mark.parametrize("family", ACTIVITY_FAMILIES)
@pytest.mark.parametrize("k", [2, 5, 11])
def test_no_small_group_among_the_states_of_an_attribute(
    connection: psycopg.Connection[Any], k: int, family: str
) -> None:
    members, member_of, keys_of = ACTIVITY_FAMILIES[family]
    shown = 0
    for seed in range(24):
        people = random_people(random.Random(seed), k * random.Random(seed).choice([5, 12, 30, 100]))
        fill(connection, people)
        rows = build(connection, "customer_demographics", AS_OF, k)
        names = shown_as(connection, parameters(k))
        cells = list(product(members, STATES))
        memberships = [set(keys_of(names, member)) for member, _ in cells]
        known = set().union(*memberships)
        sums = [
            [key in own and state in states for own, (_, state) in zip(memberships, cells, strict=True)]
            for key, row in rows.items()
            for measure, states in MEASURES.items()
            if row[measure] is not None and key in known
        ]
        shown += sum(row["churned_count"] is not None for row in rows.values() if row["attribute"] == family)
        sizes = Counter((member_of(person), state_of(person)) for person in people)
        smallest = smallest_derivable(sums, [sizes[cell] for cell in cells], k) if sums else None
        assert smallest is None, (seed, k)
    assert shown, "nothing was published, so nothing was attacked"


def state_of(person: Person) -> str:
    return {None: "never", True: "churned", False: "active"}[person.is_declared_churned]


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
