"""The attacker with a solver: counts, activity and averages of several attributes and tables at once."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import product
from typing import Any

import psycopg
import pytest

from warehouse_assets_tests.attacker import Names, shown_as
from warehouse_assets_tests.demographics_attack import STATES, Cell, DemographicsAttack, Rows
from warehouse_assets_tests.integer_attacker import publication, smallest_in_span, tightest_bound
from warehouse_assets_tests.integration.marts.customer_mart_shop import Person, Sale, build, counts, crowd, fill
from warehouse_assets_tests.integration.marts.customer_mart_shop import parameters as shop_parameters
from warehouse_assets_tests.integration.marts.customer_value_oracle import Buyers

AS_OF = date(2023, 6, 30)
AGES = {"18-24": (18, 24), "25-34": (25, 34), "65+": (65, 90), "Unknown": None}
GENDERS = ("F", "M", "Unknown")
PLACES = {"France": "Europe", "Malta": "Europe", "Kenya": "Africa", "Chad": "Africa", "Fiji": "Oceania"}
SEGMENTS = ("gold", "new", "old")
DIMENSIONS: dict[str, Sequence[str]] = {
    "age_band": tuple(AGES),
    "gender": GENDERS,
    "country": tuple(PLACES),
    "segment": SEGMENTS,
    "state": STATES,
}


def random_people(chance: random.Random, size: int) -> list[Person]:
    def skewed(values: Sequence[str]) -> list[str]:
        return chance.choices(values, [chance.random() ** 3 for _ in values], k=size)

    ages, genders, places = skewed(tuple(AGES)), skewed(GENDERS), skewed(tuple(PLACES))
    segments, channels = skewed(SEGMENTS), skewed(("web", "ads", "shop"))
    churn = {gender: chance.choice([0, 0.1, 0.5, 1]) for gender in GENDERS}
    never = {age: chance.choice([0, 0, 0.05, 0.5]) for age in AGES}
    return [
        Person(
            key,
            age=chance.randint(*span) if (span := AGES[ages[key]]) else None,
            age_band=ages[key],
            gender=genders[key],
            country=places[key],
            continent=PLACES[places[key]],
            segment=segments[key],
            channel=channels[key],
            signup=date(2023, chance.randint(1, 5), 3),
            is_declared_churned=None if chance.random() < never[ages[key]] else chance.random() < churn[genders[key]],
        )
        for key in range(size)
    ]


def without_dates(people: Sequence[Person]) -> list[Person]:
    """Whoever has no status was never active."""
    return [Person(**{**vars(person), "signup": None}) for person in people]


def state_of(person: Person) -> str:
    return {None: "never", True: "churned", False: "active"}[person.is_declared_churned]


def value_of(person: Person, dimension: str) -> str:
    return state_of(person) if dimension == "state" else str(getattr(person, dimension))


def cells_of(people: Sequence[Person], dimensions: Sequence[str]) -> Counter[Cell]:
    return Counter(tuple(value_of(person, name) for name in dimensions) for person in people)


FAMILIES = {
    "age, gender, activity": ("age_band", "gender", "state"),
    "place, gender, activity": ("gender", "country", "state"),
    "age, gender, place": ("age_band", "gender", "country"),
    "age, gender, place, activity": ("age_band", "gender", "country", "state"),
    "age, segment, activity": ("age_band", "segment", "state"),
}

SEEDS = range(4)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("k", [2, 5, 11])
def test_no_small_group_of_customers_and_their_activity(
    connection: psycopg.Connection[Any], k: int, family: str
) -> None:
    for seed in SEEDS:
        people = without_dates(some_people(seed, k))
        known = attack(connection, people, k, FAMILIES[family]).counts(cells_of(people, FAMILIES[family]))
        assert smallest_in_span(known, k) is None, (seed, k)
        assert tightest_bound(known, k) is None, (seed, k)


@pytest.mark.parametrize("k", [2, 5, 11])
def test_no_sum_of_ages_of_a_small_group(connection: psycopg.Connection[Any], k: int) -> None:
    attacked = 0
    for seed in range(12):
        people = some_people(seed, k)
        with_age = [person for person in people if person.age is not None]
        for dimensions in (("gender", "country"), ("segment",)):
            known = attack(connection, people, k, dimensions).ages(cells_of(with_age, dimensions))
            attacked += len(known.sums)
            assert smallest_in_span(known, k) is None, (seed, k, dimensions)
    assert attacked > 12, "nothing was published, so nothing was attacked"


@pytest.mark.parametrize("k", [2, 5, 11])
def test_no_small_group_by_comparing_tables(connection: psycopg.Connection[Any], k: int) -> None:
    """Everybody signed up once: the tables by month count the same people as the groups."""
    for seed in range(12):
        people = some_people(seed, k)
        rows, _ = published(connection, people, k)
        told = {("channel", member): row["customer_count"] for (name, member), row in rows.items() if name == "channel"}
        signups, entries = Counter[str](), Counter[str]()
        for (_, channel), row in build(connection, "signup_trends", AS_OF, k).items():
            signups[channel] += row["signup_count"]
        for (_, attribute, member), row in build(connection, "churn_rates", AS_OF, k).items():
            entries[f"{attribute} {member}"] += row["new_count"]
        assert {name: count for (_, name), count in told.items()} == signups - Counter(All=signups["All"])
        for name in ("channel", "segment"):
            own = {f"{name} {member}": row["customer_count"] for (kind, member), row in rows.items() if kind == name}
            assert own == {key: count for key, count in entries.items() if key.startswith(name)}


def test_a_member_that_is_folded_among_customers_is_folded_by_month_too(connection: psycopg.Connection[Any]) -> None:
    """Else the small one would follow: of 3, 12 and 13 people the first two are folded, of 12 and 11 sign-ups not."""
    day = date(2023, 2, 1)
    fill(
        connection,
        crowd(
            (3, {"channel": "ads", "segment": "old", "signup": day}),
            (12, {"channel": "web", "segment": "new", "signup": day}),
            (11, {"channel": "shop", "segment": "gold", "signup": day}),
            (2, {"channel": "shop", "segment": "gold"}),
        ),
    )
    demographics = build(connection, "customer_demographics", AS_OF, 11)
    assert counts(demographics, "channel") == {"Other": 15, "shop": 13}
    assert {channel for _, channel in build(connection, "signup_trends", AS_OF, 11)} == {"All", "Other", "shop"}
    members = {key[1:] for key in build(connection, "churn_rates", AS_OF, 11)}
    assert members == {
        ("All", "All"),
        *product(("segment", "channel"), ("Other",)),
        ("segment", "gold"),
        ("channel", "shop"),
    }


@pytest.mark.parametrize("k", [2, 5, 11])
def test_no_small_group_of_buyers_by_segment_and_cohort(connection: psycopg.Connection[Any], k: int) -> None:
    """Both groupings count the same buyers, so that a blank cohort is what the shown ones leave of the segments."""
    attacked = 0
    for seed in range(10):
        people, sales = some_buyers(seed, k)
        fill(connection, people, sales)
        rows = build(connection, "customer_value", AS_OF, k)
        buyers = Buyers(people, sales, AS_OF, k)
        for currency in ("EUR", "GBP"):
            population = buyers.cells(currency)
            cells = list(product(*({cell[at] for cell in population} for at in (0, 1))))
            shown = {key[1:]: row["customer_count"] for key, row in rows.items() if key[0] == currency}
            sums = [
                [cell for cell in cells if cell[at] == member]
                for at, grouping in enumerate(("rfm_segment", "cohort_month"))
                for (kind, member), count in shown.items()
                if kind == grouping and count is not None
            ]
            told = [sum(population.get(cell, 0) for cell in members) for members in sums]
            assert told == [count for count in shown_counts(shown) if count is not None]
            known = publication(population, cells, sums)
            attacked += len(sums)
            assert smallest_in_span(known, k) is None, (seed, k, currency)
            assert tightest_bound(known, k) is None, (seed, k, currency)
    assert attacked > 20, "nothing was published, so nothing was attacked"


def shown_counts(shown: Mapping[tuple[str, str], int | None]) -> list[int | None]:
    """Segments first, as the sums are."""
    return [
        count for grouping in ("rfm_segment", "cohort_month") for (kind, _), count in shown.items() if kind == grouping
    ]


def some_buyers(seed: int, k: int) -> tuple[list[Person], list[Sale]]:
    chance = random.Random(seed)
    people = [
        Person(key, signup=date(2023, min(5, 1 + int(chance.random() ** 3 * 6)), 3))
        for key in range(k * chance.choice([4, 10, 25]))
    ]
    sales = [
        Sale(
            chance.choice(people).key,
            number,
            date(2023, chance.randint(5, 6), chance.randint(1, 28)),
            currency=chance.choices(("EUR", "GBP"), (5, 1))[0],
        )
        for number in range(2 * len(people))
    ]
    return people, sales


def some_people(seed: int, k: int) -> list[Person]:
    chance = random.Random(seed)
    return random_people(chance, k * chance.choice([5, 12, 30, 100]))


def attack(
    connection: psycopg.Connection[Any], people: Sequence[Person], k: int, dimensions: Sequence[str]
) -> DemographicsAttack:
    rows, names = published(connection, people, k)
    return DemographicsAttack(rows, names, {name: DIMENSIONS[name] for name in dimensions}, PLACES)


def published(connection: psycopg.Connection[Any], people: Sequence[Person], k: int) -> tuple[Rows, Names]:
    fill(connection, people)
    rows = build(connection, "customer_demographics", AS_OF, k)
    return rows, shown_as(connection, shop_parameters({"shop": AS_OF}, k))
