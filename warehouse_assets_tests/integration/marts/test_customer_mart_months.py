"""Each rule of the customer mart over months on a handful of people: sign-ups, retention, churn, value."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

import psycopg

from warehouse_assets_tests.integration.marts.customer_mart_shop import (
    Person,
    Sale,
    build,
    build_shops,
    crowd,
    fill,
)

AS_OF = date(2023, 6, 30)


def test_signups_are_dense_and_compared_within_the_span_only(connection: psycopg.Connection[Any]) -> None:
    def signed(year: int, month: int, day: int = 9) -> dict[str, Any]:
        return {"signup": date(year, month, day), "channel": "web"}

    fill(
        connection,
        crowd((2, signed(2022, 5, 1)), (3, signed(2022, 6)), (6, signed(2023, 5)), (1, signed(2023, 6))),
    )
    rows = build(connection, "signup_trends", date(2023, 6, 29))
    web = [row for (_, channel), row in rows.items() if channel == "web"]
    assert [row["signup_count"] for row in web] == [2, 3, *[0] * 10, 6, 1]
    assert web[-1]["cumulative_signups"] == 12
    assert [row["growth_vs_previous"] for row in web[:3]] == [None, Decimal("0.5"), -1]
    assert [row["growth_vs_previous"] for row in web[-2:]] == [None, None]
    assert [row["growth_vs_last_year"] for row in web[-3:]] == [None, 2, None]
    assert [row["rolling_3m_average"] for row in web[:3]] == [None, None, Decimal("1.666667")]
    assert web[-1]["rolling_3m_average"] is None
    complete = build(connection, "signup_trends", AS_OF)[date(2023, 6, 1), "web"]
    assert (complete["growth_vs_previous"], complete["rolling_3m_average"]) == (
        Decimal("-0.833333"),
        Decimal("2.333333"),
    )


def test_signups_that_begin_within_a_month_are_not_compared_with_it(connection: psycopg.Connection[Any]) -> None:
    days = [date(2022, 5, 2), date(2022, 6, 1), date(2022, 7, 1), date(2022, 8, 1), date(2023, 5, 1), date(2023, 6, 1)]
    fill(connection, [Person(key, signup=day) for key, day in enumerate(days)])
    rows = [row for (_, channel), row in build(connection, "signup_trends", AS_OF).items() if channel == "All"]
    assert [row["growth_vs_previous"] for row in rows[:3]] == [None, None, 0]
    assert [row["rolling_3m_average"] for row in rows[:4]] == [None, None, None, 1]
    assert [row["growth_vs_last_year"] for row in rows[-2:]] == [None, 0]


def test_signup_channels_are_folded_over_the_whole_span(connection: psycopg.Connection[Any]) -> None:
    may, june = date(2023, 5, 1), date(2023, 6, 1)
    fill(
        connection,
        crowd(
            (2, {"signup": may, "channel": "web"}),
            (2, {"signup": june, "channel": "web"}),
            (2, {"signup": may, "channel": "All"}),
            (1, {"signup": june, "channel": "ads"}),
            (5, {"channel": "radio"}),
        ),
    )
    rows = build(connection, "signup_trends", AS_OF, 3)
    assert {key: row["signup_count"] for key, row in rows.items()} == {
        (may, "All"): 4,
        (june, "All"): 3,
        (may, "web"): 2,
        (june, "web"): 2,
        (may, "Other"): 2,
        (june, "Other"): 1,
    }


def test_retention_is_a_full_rectangle_on_three_bases(connection: psycopg.Connection[Any]) -> None:
    april = {"signup": date(2023, 4, 5)}
    people = crowd((1, {**april, "login": date(2023, 6, 2)}), (1, april), (1, {"signup": date(2023, 6, 1)}))
    fill(
        connection,
        people,
        [
            Sale(1, 1, date(2023, 5, 3)),
            Sale(1, 2, date(2023, 6, 3)),
            Sale(1, 3, date(2023, 4, 6), is_return=True),
        ],
    )
    rows = build(connection, "retention_cohorts", date(2023, 6, 29))

    def retained(basis: str, month: int) -> list[int | None]:
        cohort = (basis, date(2023, month, 1))
        return [rows[key]["retained_count"] for key in sorted(rows) if key[:2] == cohort]

    assert len(rows) == 9 + 9 + 4
    assert retained("last_seen", 4) == [2, 2, None]
    assert retained("purchase", 4) == [0, 1, None]
    assert retained("repeat_purchase", 5) == [1, None]
    assert retained("last_seen", 5) == [None, None, None]
    assert rows["last_seen", date(2023, 5, 1), 0]["cohort_size"] is None
    assert rows["last_seen", date(2023, 6, 1), 0]["cohort_size"] == 1
    assert [rows["last_seen", date(2023, 4, 1), since]["is_observed"] for since in range(3)] == [
        True,
        True,
        False,
    ]
    complete = build(connection, "retention_cohorts", AS_OF)
    assert complete["purchase", date(2023, 4, 1), 2]["retention_rate"] == Decimal("0.5")
    assert complete["last_seen", date(2023, 6, 1), 0]["retained_count"] == 0


def test_churn_counts_entries_lapses_and_returns(connection: psycopg.Connection[Any]) -> None:
    fill(
        connection,
        [Person(1, signup=date(2022, 11, 5))],
        [Sale(1, 1, date(2023, 1, 9)), Sale(1, 2, date(2023, 5, 9), is_return=True)],
    )
    rows = [row for (_, attribute, _), row in build(connection, "churn_rates", AS_OF).items() if attribute == "All"]
    names = ("customers_at_start", "new_count", "reactivated_count", "churned_count")
    assert [tuple(row[name] for name in names) for row in rows] == [
        (0, 1, 0, 0),
        (1, 0, 0, 0),
        (1, 0, 0, 0),
        (1, 0, 0, 0),
        (1, 0, 0, 0),
        (1, 0, 0, 1),
        (0, 0, 1, 0),
        (1, 0, 0, 0),
    ]
    assert [row["churn_rate"] for row in rows] == [None, 0, 0, 0, 0, 1, None, 0]


def test_who_is_active_again_in_the_month_of_the_lapse_never_churned(
    connection: psycopg.Connection[Any],
) -> None:
    fill(connection, [Person(1, signup=date(2023, 1, 31), login=date(2023, 4, 1))])
    rows = [row for (_, attribute, _), row in build(connection, "churn_rates", AS_OF).items() if attribute == "All"]
    assert [row["churned_count"] + row["reactivated_count"] for row in rows] == [0] * 6
    assert [row["customers_at_start"] for row in rows] == [0, 1, 1, 1, 1, 1]


def test_churn_members_are_folded_over_the_whole_span(connection: psycopg.Connection[Any]) -> None:
    months = [date(2023, month, 1) for month in range(1, 7)]
    people = [Person(key, segment="gold", signup=day) for key, day in enumerate(months)]
    people += [Person(key, segment="Other", signup=months[0]) for key in (10, 11)]
    fill(connection, [*people, Person(20, segment="tin", signup=months[3]), Person(21, segment="idle")])
    rows = build(connection, "churn_rates", AS_OF, 3)
    assert {member for _, attribute, member in rows if attribute == "segment"} == {"gold", "Other"}
    assert rows[months[1], "segment", "gold"]["new_count"] == 1
    assert sum(row["new_count"] for key, row in rows.items() if key[1:] == ("segment", "Other")) == 3


def test_rfm_scores_run_from_one_to_five_and_equals_are_equal(connection: psycopg.Connection[Any]) -> None:
    people = crowd((6, {}))
    orders = count()
    sales = [
        Sale(person.key, next(orders), date(2023, 6, 1 + person.key))
        for person in people
        for _ in range(person.key + 1)
    ]
    fill(connection, people, sales)
    rows = build(connection, "customer_value", AS_OF)
    segments = {key[2]: row["customer_count"] for key, row in rows.items() if key[1] == "rfm_segment"}
    assert segments == {"champion": 3, "needs attention": 1, "dormant": 2}
    fill(connection, people, [Sale(person.key, person.key, AS_OF) for person in people])
    rows = build(connection, "customer_value", AS_OF)
    assert [key[2] for key in rows if key[1] == "rfm_segment"] == ["dormant"]


def test_an_order_counts_once_however_many_lines_and_months_it_has(
    connection: psycopg.Connection[Any],
) -> None:
    sales = [
        Sale(0, 1, date(2023, 5, 30)),
        Sale(0, 1, date(2023, 6, 1)),
        Sale(0, 2, AS_OF, net=Decimal(-4), is_return=True),
    ]
    fill(connection, crowd((1, {})), sales)
    row = build(connection, "customer_value", AS_OF)["EUR", "rfm_segment", "dormant"]
    assert (row["orders_per_customer"], row["net_revenue_amount"], row["average_recency_days"]) == (1, 16, 29)


def test_cohorts_count_the_buyers_of_the_currency_and_are_blank_when_small(
    connection: psycopg.Connection[Any],
) -> None:
    """The same people as the segments, so that the least that is blank together is as large as a group."""
    january, february = ({"signup": date(2023, month, 9)} for month in (1, 2))
    people = crowd((4, january), (1, february), (3, {}), (9, january))
    days = [date(2023, 4, 1)] * 4 + [date(2023, 5, 1)] * 4
    sales = [Sale(key, key, day) for key, day in enumerate(days)] + [Sale(9, 99, AS_OF, currency="USD")]
    fill(connection, people, sales)
    rows = build(connection, "customer_value", AS_OF, 3)
    names = ("customer_count", "average_lifetime_value", "average_recency_days")
    cohorts = {
        key[2]: tuple(row[name] for name in names) for key, row in rows.items() if key[0] == "EUR" and key[2] < "a"
    }
    assert cohorts == {
        "2023-01-01": (4, 10, 90),
        "2023-02-01": (None, None, None),
        "2023-05-01": (None, None, None),
    }
    assert sum(row["customer_count"] for key, row in rows.items() if key[:2] == ("EUR", "rfm_segment")) == 8


def test_currencies_are_never_added(connection: psycopg.Connection[Any]) -> None:
    fill(
        connection,
        crowd((1, {})),
        [Sale(0, 1, AS_OF), Sale(0, 2, date(2023, 6, 1), currency="USD", net=Decimal(3))],
    )
    rows = build(connection, "customer_value", AS_OF)
    net = {key[0]: row["net_revenue_amount"] for key, row in rows.items() if key[1] == "cohort_month"}
    assert net == {"EUR": 10, "USD": 3}


def test_no_table_runs_past_the_end_of_a_shop_or_shows_one_without_such_events(
    connection: psycopg.Connection[Any],
) -> None:
    """The old shop has sign-ups, the new one purchases only: neither lends the other months."""
    people = [Person(1, signup=date(2022, 11, 3), shop="old"), Person(2, shop="new")]
    fill(connection, people, [Sale(2, 1, date(2023, 5, 1)), Sale(2, 2, AS_OF)])
    dates = {"old": date(2023, 1, 9), "new": AS_OF}
    signups = build_shops(connection, "signup_trends", dates)
    assert {shop: {month for month, *_ in rows} for shop, rows in signups.items() if rows} == {
        "old": {date(2022, 11, 1), date(2022, 12, 1), date(2023, 1, 1)}
    }
    cohorts = build_shops(connection, "retention_cohorts", dates)
    bases = {
        shop: {row["basis"] if "basis" in row else key[-1] for key, row in rows.items()}
        for shop, rows in cohorts.items()
    }
    assert bases == {"old": {"last_seen", "purchase"}, "new": {"repeat_purchase"}}
    churn = build_shops(connection, "churn_rates", dates)
    assert {shop: max(month for month, *_ in rows) for shop, rows in churn.items()} == {
        "old": date(2023, 1, 1), "new": date(2023, 6, 1),
    }  # fmt: skip
