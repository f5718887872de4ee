"""Averages and amounts of the customer mart: what they never tell of one person."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from warehouse_assets_tests.integration.marts.customer_mart_shop import Sale, build, crowd, fill

AS_OF = date(2023, 6, 30)


def test_an_average_age_takes_enough_known_ages(connection: psycopg.Connection[Any]) -> None:
    fill(connection, crowd((2, {"age": 20}), (1, {"age": 31}), (3, {"segment": "x"})))
    rows = build(connection, "customer_demographics", AS_OF, 3)
    assert rows["All", "All"]["average_age"] == 24
    assert rows["segment", "x"]["average_age"] is None


@pytest.mark.parametrize("size", [2, 19, 20, 199, 200])
def test_an_average_age_never_tells_the_sum_of_ages(connection: psycopg.Connection[Any], size: int) -> None:
    averages = []
    for older in (0, 1, 2):
        fill(connection, crowd((size - older, {"age": 30}), (older, {"age": 31})))
        averages.append(build(connection, "customer_demographics", AS_OF, 2)["All", "All"]["average_age"])
    assert len(set(averages)) < 3


def test_an_average_age_is_blank_where_a_small_group_would_follow(connection: psycopg.Connection[Any]) -> None:
    def of(gender: str, **more: Any) -> dict[str, Any]:
        return {"gender": gender, "continent": "Europe", "country": "France", **more}

    def averages() -> dict[tuple[str, str], Decimal | None]:
        rows = build(connection, "customer_demographics", AS_OF, 3)
        return {key: row["average_age"] for key, row in rows.items() if key[0] in ("All", "gender", "continent")}

    people = crowd((5, of("F", age=20)), (6, of("M", age=30)), (4, of("Unknown")), (1, of("Unknown", age=16)))
    fill(connection, people)
    # with an average of M, the age of the one person of 16 would follow
    assert averages() == {
        ("All", "All"): 25,
        ("continent", "Europe"): 25,
        ("gender", "Unknown"): None,
        ("gender", "F"): None,
        ("gender", "M"): 30,
    }


def test_a_gender_has_no_average_age_where_a_pair_is_empty(connection: psycopg.Connection[Any]) -> None:
    def of(gender: str, continent: str, **more: Any) -> dict[str, Any]:
        return {"gender": gender, "continent": continent, "country": continent, **more}

    people = [(5, of("F", "Europe")), (4, of("M", "Africa", age=40)), (3, of("M", "Europe", age=50))]
    fill(connection, crowd(*people, (1, of("F", "Europe", age=16)), (3, of("F", "Europe", age=30))))
    rows = build(connection, "customer_demographics", AS_OF, 3)
    assert ("continent×gender", "Africa × F") not in rows
    assert {row["average_age"] for key, row in rows.items() if key[0] == "gender"} == {None}
    assert rows["continent", "Africa"]["average_age"] == 40


def test_an_age_band_has_no_average_age(connection: psycopg.Connection[Any]) -> None:
    fill(connection, crowd((9, {"age": 20, "age_band": "18-24", "gender": "F"})))
    rows = build(connection, "customer_demographics", AS_OF, 3)
    assert rows["age_band", "18-24"]["average_age"] is None
    assert rows["age_band×gender", "18-24 × F"]["average_age"] is None
    assert rows["continent×gender", "Unknown × F"]["average_age"] is None
    assert rows["gender", "F"]["average_age"] == 20


def is_dominated(amounts: Sequence[Decimal]) -> bool:
    return max(map(abs, amounts)) > sum(map(abs, amounts)) * Decimal("0.85")


@pytest.mark.parametrize("k", [2, 5, 11])
def test_no_amount_is_mostly_one_buyers(connection: psycopg.Connection[Any], k: int) -> None:
    """Neither a cohort's, nor what is left of all buyers' amount without the cohorts that are shown."""
    shown = 0
    for seed in range(10):
        chance = random.Random(seed)
        months = [date(2023, chance.randint(1, 3), 1) for _ in range(k * chance.choice([3, 9]))]
        people = crowd(*((1, {"signup": month}) for month in months))
        spent = [Decimal(chance.choice([5, 9, 20, 20, 4000 if seed % 2 else 30])) for _ in people]
        fill(connection, people, [Sale(one.key, one.key, AS_OF, net) for one, net in zip(people, spent, strict=True)])
        rows = build(connection, "customer_value", AS_OF, k)
        amounts: dict[str, list[Decimal]] = defaultdict(list)
        for month, net in zip(months, spent, strict=True):
            amounts[month.isoformat()].append(net)
        hidden = []
        for (_, grouping, member), row in rows.items():
            if grouping == "cohort_month" and row["net_revenue_amount"] is None:
                hidden += amounts[member]
            elif grouping == "cohort_month":
                shown += 1
                assert not is_dominated(amounts[member]), (seed, member)
        segments = [row["net_revenue_amount"] for key, row in rows.items() if key[1] == "rfm_segment"]
        if None in segments:
            assert is_dominated(spent)
            assert len(hidden) == len(spent)
        elif hidden:
            assert not is_dominated(hidden), seed
    assert shown


def test_a_segment_of_one_great_buyer_is_folded(connection: psycopg.Connection[Any]) -> None:
    """Two segments of four; one person has almost all of the first one's amount."""
    people = crowd((8, {}))
    days = [date(2023, 1, 1)] * 4 + [AS_OF] * 4
    sales = [Sale(key, key, day, Decimal(100)) for key, day in enumerate(days)]
    fill(connection, people, sales)
    assert {key[2] for key in build(connection, "customer_value", AS_OF, 3) if key[1] == "rfm_segment"} != {"Other"}
    fill(connection, people, [Sale(0, 0, days[0], Decimal(2000)), *sales[1:]])
    rows = build(connection, "customer_value", AS_OF, 3)
    segments = {key[2]: row for key, row in rows.items() if key[1] == "rfm_segment"}
    assert set(segments) == {"Other"}
    assert segments["Other"]["net_revenue_amount"] == 2700
    fill(connection, people, [Sale(0, 0, days[0], Decimal(90000)), *sales[1:]])
    rows = build(connection, "customer_value", AS_OF, 3)
    (other,) = (row for key, row in rows.items() if key[1] == "rfm_segment")
    assert (other["customer_count"], other["net_revenue_amount"], other["average_lifetime_value"]) == (8, None, None)
    assert {row["net_revenue_amount"] for row in rows.values()} == {None}
