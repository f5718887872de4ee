"""Each rule of the customer mart on a handful of people: who is counted where, and what is not shown."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from warehouse_assets_tests.integration.marts.customer_mart_shop import (
    Person,
    Sale,
    build,
    build_shops,
    counts,
    crowd,
    crowd_after,
    fill,
)

AS_OF = date(2023, 6, 30)


@pytest.mark.parametrize(
    ("person", "churned"),
    [
        (Person(1, signup=date(2020, 1, 1), is_declared_churned=False), 0),
        (Person(1, login=AS_OF, is_declared_churned=True), 1),
        (Person(1, login=date(2023, 3, 31)), 1),
        (Person(1, login=date(2023, 4, 1)), 0),
        (Person(1, login=date(2020, 1, 1), signup=date(2023, 4, 1)), 0),
        (Person(1), None),
    ],
    ids=[
        "status says active",
        "status says churned",
        "three months ago",
        "two months ago",
        "signed up since",
        "no date",
    ],
)
def test_churned_now_is_the_status_or_else_inactivity(
    connection: psycopg.Connection[Any], person: Person, churned: int | None
) -> None:
    """Without a status and without any date: never active, which is neither."""
    fill(connection, [person, Person(2, login=AS_OF)])
    row = build(connection, "customer_demographics", AS_OF)["All", "All"]
    counts = [row[name] for name in ("churned_count", "active_count", "never_active_count")]
    assert counts == ([0, 1, 1] if churned is None else [churned, 2 - churned, 0])
    assert row["churn_rate"] == Decimal(churned or 0) / 2


def test_the_smallest_members_are_folded_until_other_is_large_enough(
    connection: psycopg.Connection[Any],
) -> None:
    fill(
        connection,
        crowd((2, {"segment": "b"}), (2, {"segment": "a"}), (6, {"segment": "c"}), (7, {"segment": "d"})),
    )
    rows = build(connection, "customer_demographics", AS_OF, 3)
    assert counts(rows, "segment") == {"Other": 4, "c": 6, "d": 7}
    assert counts(build(connection, "customer_demographics", AS_OF, 5), "segment") == {"Other": 10, "d": 7}
    assert rows["segment", "c"]["share_of_customers"] == Decimal("0.352941")


def test_of_members_of_one_size_the_first_by_name_is_folded(connection: psycopg.Connection[Any]) -> None:
    fill(
        connection,
        crowd((1, {"segment": "x"}), (4, {"segment": "é"}), (4, {"segment": "Z"}), (4, {"segment": "a"})),
    )
    assert counts(build(connection, "customer_demographics", AS_OF, 3), "segment") == {
        "Other": 5,
        "a": 4,
        "é": 4,
    }


def test_activity_is_blank_while_its_groups_are_few(
    connection: psycopg.Connection[Any],
) -> None:
    gone, here = {"is_declared_churned": True}, {"is_declared_churned": False}
    fill(
        connection,
        crowd(
            (3, {"segment": "a", **here}),
            (2, {"segment": "b", **gone}),
            (4, {"segment": "b", **here}),
            (4, {"segment": "c", **gone}),
            (4, {"segment": "c", **here}),
            (9, {"segment": "d", **here}),
        ),
    )
    rows = build(connection, "customer_demographics", AS_OF, 3)
    assert counts(rows, "segment") == {"a": 3, "b": 6, "c": 8, "d": 9}
    assert {key[1]: row["churned_count"] for key, row in rows.items() if key[0] == "segment"} == {
        "a": None,
        "b": None,
        "c": None,
        "d": 0,
    }


def test_few_who_were_never_active_hide_no_churn(connection: psycopg.Connection[Any]) -> None:
    gone, here = {"is_declared_churned": True}, {"is_declared_churned": False}
    fill(connection, crowd((9, {"segment": "a", **gone}), (8, {"segment": "b", **here}), (2, {"segment": "b"})))
    rows = build(connection, "customer_demographics", AS_OF, 3)
    names = ("customer_count", "active_count", "churned_count", "never_active_count", "churn_rate")
    assert [tuple(rows[key][name] for name in names) for key in (("All", "All"), ("segment", "b"))] == [
        (19, None, 9, None, Decimal("0.473684")),
        (10, None, 0, None, 0),
    ]


def test_a_member_called_other_is_folded_and_never_shown_twice(connection: psycopg.Connection[Any]) -> None:
    fill(connection, crowd((9, {"gender": "Other"}), (5, {"gender": "F"}), (2, {"gender": "M"})))
    assert counts(build(connection, "customer_demographics", AS_OF, 3), "gender") == {"Other": 11, "F": 5}
    fill(connection, crowd((2, {"gender": "Other"}), (5, {"gender": "F"}), (6, {"gender": "M"})))
    assert counts(build(connection, "customer_demographics", AS_OF, 3), "gender") == {"Other": 7, "M": 6}


def test_nothing_is_shown_of_too_few_people(connection: psycopg.Connection[Any]) -> None:
    people = crowd((4, {"signup": date(2023, 5, 2), "age": 30}))
    fill(connection, people, [Sale(person.key, person.key, AS_OF) for person in people])
    assert not build(connection, "customer_demographics", AS_OF, 5)
    assert not build(connection, "signup_trends", AS_OF, 5)
    assert not build(connection, "churn_rates", AS_OF, 5)
    assert [row for row in build(connection, "customer_value", AS_OF, 5).values() if row["customer_count"]] == []
    cohorts = build(connection, "retention_cohorts", AS_OF, 5).values()
    assert {(row["cohort_size"], row["retained_count"], row["retention_rate"]) for row in cohorts} == {
        (None, None, None)
    }


def test_activity_of_too_few_people_in_all_is_not_shown(connection: psycopg.Connection[Any]) -> None:
    fill(connection, crowd((2, {"is_declared_churned": True}), (9, {"is_declared_churned": False})))
    row = build(connection, "customer_demographics", AS_OF, 3)["All", "All"]
    assert (row["customer_count"], row["active_count"], row["churned_count"], row["churn_rate"]) == (
        11,
        None,
        None,
        None,
    )


def test_countries_are_folded_within_their_continent(connection: psycopg.Connection[Any]) -> None:
    def at(country: str, continent: str) -> dict[str, Any]:
        return {"country": country, "continent": continent, "gender": "F"}

    fill(
        connection,
        crowd(
            (1, at("Chad", "Africa")),
            (2, at("Kenya", "Africa")),
            (9, at("Egypt", "Africa")),
            (2, at("Fiji", "Oceania")),
            (1, at("Japan", "Asia")),
            (8, at("France", "Europe")),
        ),
    )
    rows = build(connection, "customer_demographics", AS_OF, 3)
    assert counts(rows, "continent") == {"Africa": 12, "Europe": 8, "Other": 3}
    assert counts(rows, "country") == {"Egypt": 9, "Other Africa": 3, "France": 8, "Other": 3}
    assert counts(rows, "continent×gender") == {"Africa × F": 12, "Europe × F": 8, "Other × F": 3}


def test_activity_of_countries_and_pairs_is_shown_where_the_group_allows(
    connection: psycopg.Connection[Any],
) -> None:
    def of(country: str, churned: bool, gender: str = "F") -> dict[str, Any]:
        return {"country": country, "continent": "Europe", "gender": gender, "is_declared_churned": churned}

    def churned(attribute: str) -> dict[str, int | None]:
        rows = build(connection, "customer_demographics", AS_OF, 3)
        return {key[1]: row["churned_count"] for key, row in rows.items() if key[0] == attribute}

    people = crowd(
        (4, of("France", True)), (5, of("France", False, "M")), (3, of("Spain", True)), (4, of("Spain", False))
    )
    fill(connection, people)
    assert churned("country") == {"France": 4, "Spain": 3}
    assert churned("continent×gender") == {"Europe × F": 7, "Europe × M": 0}
    fill(connection, [*people, *crowd_after(people, (2, of("Malta", True)), (6, of("Malta", False)))])
    assert churned("country") == {"France": 4, "Spain": None, "Malta": None}
    fill(connection, [*people, *crowd_after(people, (1, of("France", True, "M")))])
    assert churned("country") == {"France": 5, "Spain": 3}
    assert churned("continent×gender") == {"Other × F": None, "Other × M": None}


def test_a_pair_folds_whole_members_of_its_first_attribute(connection: psycopg.Connection[Any]) -> None:
    def of(age_band: str, gender: str) -> dict[str, Any]:
        return {"age_band": age_band, "gender": gender}

    fill(
        connection,
        crowd(
            (4, of("18-24", "F")),
            (1, of("18-24", "M")),
            (5, of("25-34", "F")),
            (5, of("25-34", "M")),
            (6, of("65+", "F")),
            (6, of("65+", "M")),
            (12, of("35-44", "F")),
            (1, of("35-44", "Unknown")),
        ),
    )
    rows = build(connection, "customer_demographics", AS_OF, 3)
    assert counts(rows, "gender") == {"F": 27, "Other": 13}
    assert counts(rows, "age_band") == {"18-24": 5, "25-34": 10, "65+": 12, "35-44": 13}
    assert counts(rows, "age_band×gender") == {"Other × F": 27, "Other × Other": 13}


def test_ages_are_as_of_the_shops_date_where_the_month_of_birth_is_known(connection: psycopg.Connection[Any]) -> None:
    years = AS_OF.year
    people = [
        Person(1, age=30, age_band="25-34", birth_month=date(years - 36, AS_OF.month, 1), signup=date(2017, 1, 5)),
        Person(2, age=30, age_band="25-34", birth_month=date(years - 36, AS_OF.month + 1, 1)),
        Person(3, age=13, age_band="13-17", birth_month=date(years - 17, 1, 1)),
        Person(4, birth_month=date(years - 12, 1, 1)),
        Person(5, age=30, age_band="25-34"),
        Person(6, age=64, age_band="55-64", birth_month=date(years - 66, 1, 1)),
    ]
    fill(connection, people)
    rows = build(connection, "customer_demographics", AS_OF)
    assert counts(rows, "age_band") == {"35-44": 2, "13-17": 1, "Unknown": 1, "25-34": 1, "65+": 1}
    assert rows["All", "All"]["average_age"] == round(Decimal(36 + 35 + 17 + 30 + 66) / 5)


def test_what_is_later_than_the_as_of_date_is_not_known(connection: psycopg.Connection[Any]) -> None:
    people = [
        Person(1, signup=date(2023, 1, 5), login=date(2023, 9, 1)),
        Person(2, signup=date(2023, 8, 5), login=date(2023, 9, 1)),
        Person(3, login=date(2023, 9, 1)),
    ]
    sales = [Sale(3, 1, date(2023, 5, 2)), Sale(3, 2, date(2023, 8, 2)), Sale(1, 3, date(2023, 7, 4))]
    fill(connection, people, sales)
    everybody = build(connection, "customer_demographics", AS_OF)["All", "All"]
    assert (everybody["customer_count"], everybody["churned_count"]) == (2, 1)
    assert [row["signup_count"] for row in build(connection, "signup_trends", AS_OF).values()] == [
        1,
        0,
        0,
        0,
        0,
        0,
    ] * 2
    value = build(connection, "customer_value", AS_OF)
    assert value["EUR", "cohort_month", "2023-05-01"]["average_recency_days"] == 59
    assert value["EUR", "cohort_month", "2023-05-01"]["net_revenue_amount"] == 10
    assert ("EUR", "cohort_month", "2023-08-01") not in value
    assert max(month for month, *_ in build(connection, "churn_rates", AS_OF)) == date(2023, 6, 1)


def test_members_unknown_and_anonymous_are_no_customers(connection: psycopg.Connection[Any]) -> None:
    fill(connection, [Person(-2), Person(-1), Person(7)])
    assert build(connection, "customer_demographics", AS_OF)["All", "All"]["customer_count"] == 1


def test_a_shop_is_as_of_its_own_newest_date(connection: psycopg.Connection[Any]) -> None:
    """One shop's newer data make nobody of another one churned."""
    people = [Person(1, login=date(2023, 1, 9), shop="old"), Person(2, login=AS_OF, shop="new")]
    fill(connection, people)
    found = build_shops(connection, "customer_demographics", {"old": date(2023, 1, 9), "new": AS_OF})
    assert {shop: rows["All", "All"]["churned_count"] for shop, rows in found.items()} == {"old": 0, "new": 0}
