"""An attacker who adds and subtracts published counts finds no group of 1..k-1 people.

The attacker knows every member that may exist, and that a pair which is not shown has nobody, and takes the
published counts of a family (an attribute, its pairs, its coarser attribute, All) as sums over the cells of
the finest members. A group is any set of cells whose indicator is in the linear span of those sums. Activity
is no group: active and churned counts are attacked attribute by attribute.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import product
from typing import Any

import numpy as np
import psycopg
import pytest
from numpy.typing import NDArray

from warehouse_assets.building.customer_mart import CUSTOMER_SELECTS
from warehouse_assets.building.select import Select
from warehouse_assets.database import connect
from warehouse_assets.settings import Settings
from warehouse_assets_tests.integration.customer_mart_shop import Person, Row, Sale, build, fill, prepare

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
Cell = tuple[str, ...]
Vectors = NDArray[np.float64]


@pytest.fixture
def connection(database: Settings) -> Iterator[psycopg.Connection[Any]]:
    with connect(database) as opened:
        prepare(opened)
        yield opened


def smallest_derivable(published: Sequence[Sequence[bool]], sizes: Sequence[int]) -> int | None:
    """The least number of people, above 0, in a set of cells that the published sums determine."""
    rows = np.array(published, dtype=float).reshape(len(published), len(sizes))
    _, values, basis = np.linalg.svd(rows, full_matrices=False)
    basis = basis[values > 1e-9]
    groups = ((np.arange(2 ** len(sizes))[:, None] >> np.arange(len(sizes))) & 1).astype(float)
    residues = np.abs(groups - groups @ basis.T @ basis).max(axis=1)
    people = groups[residues < 1e-7] @ np.array(sizes, dtype=float)
    return int(min((count for count in people if count > 0), default=0)) or None


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


def shown_as(connection: psycopg.Connection[Any], k: int) -> dict[tuple[str, str, str], str]:
    """Which member each group is published under, from the fold's own relation."""
    over: Any = CUSTOMER_SELECTS["mart_customers.customer_demographics"]
    texts = ",\n".join(f"{name} as (\n{Select(f'marts/customers/{name}.sql').text}\n)" for name in over.relations)
    query = f"with {texts} select attribute, member, second_member, shown_member from group_members"
    parameters = {"as_of": AS_OF, "minimum_group_size": k, "inactivity_months": 3}
    rows = connection.execute(query.encode(), parameters).fetchall()
    return {(attribute, member, second): shown for attribute, member, second, shown in rows}


def sums_over(
    cells: Sequence[Cell],
    members_of: Callable[[Cell], Iterable[tuple[str, str]]],
    shown: Iterable[tuple[str, str]],
) -> list[list[bool]]:
    """One row per published count: which cells it adds up."""
    memberships = [set(members_of(cell)) for cell in cells]
    return [[key in membership for membership in memberships] for key in shown]


def fold_of(names: Mapping[tuple[str, str, str], str], attribute: str, member: str, second: str = "") -> str:
    return names.get((attribute, member, second), "Other")


@pytest.mark.parametrize("k", [2, 3, 5, 11])
def test_no_small_group_of_people_by_age_gender_and_place(connection: psycopg.Connection[Any], k: int) -> None:
    for seed in range(12):
        people = random_people(random.Random(seed), k * random.Random(seed).choice([2, 5, 12, 30]))
        fill(connection, people)
        rows = list(build(connection, "customer_demographics", AS_OF, k).values())
        names = shown_as(connection, k)
        for cells, members_of, finest, attributes in families(names):
            population = {cell: sum(finest(person) == cell for person in people) for cell in cells}
            shown = [(a, m) for a in attributes for m in published_by(rows, a, "customer_count")]
            possible = [cell for cell in cells if all(key in shown or not is_pair(key) for key in members_of(cell))]
            assert {cell for cell in cells if population[cell]} <= set(possible)
            sums = sums_over(possible, members_of, shown)
            sizes = [population[cell] for cell in possible]
            check_counts(rows, shown, sums, sizes)
            smallest = smallest_derivable(sums, sizes)
            assert smallest is None or smallest >= k, (seed, k, attributes)


def is_pair(key: tuple[str, str]) -> bool:
    return "×" in key[0]


def check_counts(
    rows: Sequence[Row],
    shown: Sequence[tuple[str, str]],
    sums: Sequence[Sequence[bool]],
    sizes: Sequence[int],
) -> None:
    """The sums are those that the mart publishes; else the attack proves nothing."""
    counts = {(row["attribute"], row["member"]): row["customer_count"] for row in rows}
    assert [counts[key] for key in shown] == [
        sum(n for n, is_in in zip(sizes, row, strict=True) if is_in) for row in sums
    ]


Names = Mapping[tuple[str, str, str], str]
Keys = list[tuple[str, str]]
Family = tuple[list[Cell], Callable[[Cell], Keys], Callable[[Person], Cell], tuple[str, ...]]


def families(names: Names) -> list[Family]:
    """(cells, the published members that a cell is in, a person's cell, the attributes) of each family."""
    ages: list[Cell] = list(product(AGES, GENDERS))
    places: list[Cell] = list(product(PLACES, GENDERS))
    return [
        (
            ages,
            lambda cell: keys_by_age(names, *cell),
            lambda person: (person.age_band, person.gender),
            ("All", "age_band", "gender", "age_band×gender"),
        ),
        (
            places,
            lambda cell: keys_by_place(names, *cell),
            lambda person: (person.country, person.gender),
            ("All", "country", "continent", "gender", "continent×gender"),
        ),
    ]


def keys_by_age(names: Names, age: str, gender: str) -> Keys:
    return [
        ("All", "All"),
        ("age_band", fold_of(names, "age_band", age)),
        ("gender", fold_of(names, "gender", gender)),
        pair_of(names, "age_band", age, gender),
    ]


def keys_by_place(names: Names, country: str, gender: str) -> Keys:
    continent = PLACES[country]
    return [
        ("All", "All"),
        ("country", fold_of(names, "country", country, continent)),
        ("continent", fold_of(names, "continent", continent)),
        ("gender", fold_of(names, "gender", gender)),
        pair_of(names, "continent", continent, gender),
    ]


def pair_of(names: Names, first: str, member: str, gender: str) -> tuple[str, str]:
    attribute = f"{first}×gender"
    firsts = {shown.split(" × ")[0] for (a, m, _), shown in names.items() if (a, m) == (attribute, member)}
    assert len(firsts) <= 1
    return attribute, f"{next(iter(firsts), 'Other')} × {fold_of(names, 'gender', gender)}"


@pytest.mark.parametrize("k", [2, 5, 11])
def test_no_small_group_among_the_active_or_churned_of_an_attribute(
    connection: psycopg.Connection[Any], k: int
) -> None:
    for seed in range(12):
        people = random_people(random.Random(seed), k * random.Random(seed).choice([2, 5, 12, 30]))
        fill(connection, people)
        rows = list(build(connection, "customer_demographics", AS_OF, k).values())
        names = shown_as(connection, k)
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
