"""Dimensions: versions of customers, newest attributes, members that come and go."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from warehouse_assets.building.dimensions import build_dimensions, ensure_dates, prune_dimensions
from warehouse_assets_tests.integration.deliveries import (
    Connection,
    Delivery,
    at,
    build_all,
    deliver,
    rows_of,
    withdraw,
)

PAST = None
"""psycopg cannot read -infinity; tests read it as NULL."""


def versions(shop: Connection, column: str = "segment") -> list[tuple[Any, ...]]:
    """(value, start, end) of customer 10's versions; NULL stands for infinity."""
    return shop.execute(
        f"select {column}, nullif(valid_from, '-infinity'), nullif(valid_to, 'infinity')"
        " from dw.dim_customer_history where customer_key = 10 order by valid_from".encode()
    ).fetchall()


def observe(shop: Connection, file_key: int, day: int, segment: str, **others: Any) -> None:
    row = {"observed_at": at(day), "segment": segment, **others}
    deliver(shop, Delivery(file_key, customers=[row]))
    build_dimensions(shop)


def test_first_observation_holds_since_ever(shop: Connection) -> None:
    observe(shop, 1, 5, "A")
    assert versions(shop) == [("A", PAST, None)]


def test_change_closes_the_version(shop: Connection) -> None:
    observe(shop, 1, 5, "A")
    observe(shop, 2, 9, "B")
    assert versions(shop) == [("A", PAST, at(9)), ("B", at(9), None)]
    current = shop.execute("select segment from dw.dim_customer_history where is_current and customer_key = 10")
    assert current.fetchall() == [("B",)]
    assert rows_of(shop, "dw.dim_customer", "segment, customer_key")[0] == ("B", 10)


def test_same_content_again_is_no_version(shop: Connection) -> None:
    observe(shop, 1, 5, "A")
    observe(shop, 2, 9, "A")
    assert versions(shop) == [("A", PAST, None)]


def test_revert_gives_three_versions(shop: Connection) -> None:
    for file_key, (day, segment) in enumerate([(5, "A"), (9, "B"), (12, "A")], 1):
        observe(shop, file_key, day, segment)
    assert versions(shop) == [("A", PAST, at(9)), ("B", at(9), at(12)), ("A", at(12), None)]


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 2, 1), (2, 3, 1), (3, 1, 2)])
def test_order_of_arrival_does_not_matter(shop: Connection, order: tuple[int, ...]) -> None:
    days = {1: (5, "A"), 2: (9, "B"), 3: (12, "A")}
    for file_key in order:
        observe(shop, file_key, *days[file_key])
    assert versions(shop) == [("A", PAST, at(9)), ("B", at(9), at(12)), ("A", at(12), None)]


def test_late_observation_splits_a_version(shop: Connection) -> None:
    observe(shop, 1, 5, "A")
    observe(shop, 2, 12, "A")
    observe(shop, 3, 9, "B")
    assert versions(shop) == [("A", PAST, at(9)), ("B", at(9), at(12)), ("A", at(12), None)]


def test_of_two_at_one_time_the_greater_content_counts(shop: Connection) -> None:
    observe(shop, 1, 5, "A")
    observe(shop, 2, 9, "C")
    observe(shop, 3, 9, "B")
    assert versions(shop) == [("A", PAST, at(9)), ("C", at(9), None)]


def test_deleted_customer_disappears_and_comes_back(shop: Connection) -> None:
    observe(shop, 1, 5, "A")
    withdraw(shop, 1)
    build_dimensions(shop)
    assert versions(shop) == []
    assert prune_dimensions(shop)["dw.dim_customer"] == 1
    observe(shop, 2, 7, "B")
    assert versions(shop) == [("B", PAST, None)]


def test_withdrawn_observation_merges_its_neighbours(shop: Connection) -> None:
    for file_key, (day, segment) in enumerate([(5, "A"), (9, "B"), (12, "A")], 1):
        observe(shop, file_key, day, segment)
    withdraw(shop, 2)
    build_dimensions(shop)
    assert versions(shop) == [("A", PAST, None)]


def test_every_member_has_one_current_version_and_it_is_the_dimension(shop: Connection) -> None:
    deliver(shop, Delivery(1, sales=[{"customer_key": 77}], customers=[{"age": 40, "segment": "A"}]))
    build_all(shop)
    shared = "customer_key, age_band, gender, geography_key, channel_key, segment, status, purchase_frequency"
    current = shop.execute(f"select {shared} from dw.dim_customer_history where is_current order by 1".encode())
    members = shop.execute(f"select {shared} from dw.dim_customer order by 1".encode())
    assert current.fetchall() == members.fetchall()


def test_customer_known_from_sales_only_is_inferred(shop: Connection) -> None:
    deliver(shop, Delivery(1, sales=[{"customer_key": 77}]))
    build_dimensions(shop)
    found = shop.execute("select source_name, age, segment, signup_month from dw.dim_customer where customer_key = 77")
    assert found.fetchall() == [("shop", None, "Unknown", None)]
    deliver(shop, Delivery(2, customers=[{"customer_key": 77, "segment": "A", "age": 70}]))
    build_dimensions(shop)
    found = shop.execute("select age_band, segment from dw.dim_customer where customer_key = 77")
    assert found.fetchall() == [("65+", "A")]


@pytest.mark.parametrize(
    ("age", "band"),
    [(13, "13-17"), (17, "13-17"), (18, "18-24"), (64, "55-64"), (65, "65+"), (None, "Unknown")],
)
def test_age_bands(shop: Connection, age: int | None, band: str) -> None:
    observe(shop, 1, 5, "A", age=age)
    assert versions(shop, "age_band") == [(band, PAST, None)]


def test_signup_is_the_earliest_of_all_observations(shop: Connection) -> None:
    observe(shop, 1, 5, "A", signup_date=date(2020, 5, 20))
    observe(shop, 2, 9, "A", signup_date=date(2021, 5, 20))
    assert rows_of(shop, "dw.dim_customer", "signup_month, customer_key")[0] == (date(2020, 5, 1), 10)


def test_product_takes_the_newest_known_value_of_each_attribute(shop: Connection) -> None:
    old = {"product_key": 5, "product_name": "Lamp", "category": "Home", "last_sold_at": at(1)}
    new = {"product_key": 5, "product_name": "Lamp XL", "category": "", "last_sold_at": at(9)}
    tied = {"product_key": 5, "product_name": "lamp xl", "category": "", "last_sold_at": at(9)}
    deliver(shop, Delivery(1, products=[new]))
    deliver(shop, Delivery(2, products=[old]))
    deliver(shop, Delivery(3, products=[tied]))
    build_dimensions(shop)
    found = shop.execute("select product_name, category, subcategory from dw.dim_product where product_key = 5")
    assert found.fetchall() == [("lamp xl", "Home", "Unknown")]


def named(key: int, name: str, day: int, month: int, lines: int | None, **more: object) -> dict[str, object]:
    sold = {"last_sold_at": at(day, month), "newest_line_count": lines}
    return {"product_key": key, "product_id": f"P{key}", "product_name": name, **sold, **more}


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([("Lamp", 8, 3, 40), ("Lmap", 9, 3, 1)], "Lamp"),
        ([("Lamp", 8, 2, 40), ("Lamp XL", 9, 3, 2)], "Lamp XL"),
        ([("Lamp", 8, 3, 2), ("Lamp XL", 8, 3, 2)], "Lamp XL"),
        ([("Lamp", 8, 3, None), ("Lamp", 7, 3, None), ("Lamp XL", 9, 3, None)], "Lamp"),
        ([("", 8, 3, 40)], "P5"),
        ([("", 9, 3, 40), ("Lamp", 1, 1, 1)], "Lamp"),
    ],
    ids=["one line mistyped", "renamed", "as many", "of earlier versions", "no name", "named long ago"],
)
def test_a_product_is_called_as_most_lines_of_its_newest_month_call_it(
    shop: Connection, names: list[tuple[str, int, int, int | None]], expected: str
) -> None:
    for number, name in enumerate(names, 1):
        deliver(shop, Delivery(number, products=[named(5, *name)]))
    build_dimensions(shop)
    found = shop.execute("select product_name from dw.dim_product where product_key = 5").fetchall()
    assert found == [(expected,)]


def test_members_leave_only_when_no_fact_refers_to_them(shop: Connection) -> None:
    deliver(shop, Delivery(1, sales=[{"geography_key": 20}], customers=[{"geography_key": 30, "channel_key": 4}]))
    build_all(shop)
    withdraw(shop, 1)
    build_dimensions(shop)
    assert prune_dimensions(shop) == {
        "dw.dim_customer": 0, "dw.dim_product": 0, "dw.dim_geography": 0, "dw.dim_channel": 0,
    }  # fmt: skip
    build_all(shop)
    for name, members in {
        "customer": [(-2,), (-1,)],
        "product": [(-1,)],
        "geography": [(-1,)],
        "channel": [(-1,)],
    }.items():
        assert rows_of(shop, f"dw.dim_{name}", f"{name}_key") == members


def test_nothing_changes_the_second_time(shop: Connection) -> None:
    observe(shop, 1, 5, "A")
    before = rows_of(shop, "ops.table_builds")
    assert not any(build_dimensions(shop).changed_rows.values())
    assert rows_of(shop, "ops.table_builds") == before


def test_days_in_two_languages(shop: Connection) -> None:
    shop.execute("delete from dw.dim_date where date_key < '2022-01-01'")
    assert ensure_dates(shop, date(2022, 1, 1)) == 0
    assert ensure_dates(shop, date(2021, 12, 1)) == 31
    row = shop.execute("select * from dw.dim_date where date_key = '2024-12-30'").fetchone()
    assert row == (
        date(2024, 12, 30), date(2024, 12, 1), date(2024, 10, 1), date(2024, 1, 1), 2025, 1, 1,
        "December", "décembre", "Monday", "lundi",
    )  # fmt: skip
    bounds = shop.execute("select min(date_key), max(date_key), count(*) from dw.dim_date").fetchone()
    days = (date(2049, 12, 31) - date(2021, 12, 1)).days + 1
    assert bounds == (date(2021, 12, 1), date(2049, 12, 31), days)


def test_session_time_zone_changes_nothing(shop: Connection) -> None:
    shop.execute("set timezone = 'Pacific/Auckland'")
    observe(shop, 1, 5, "A", signup_date=date(2020, 5, 1))
    assert rows_of(shop, "dw.dim_customer", "signup_month, customer_key")[0] == (date(2020, 5, 1), 10)
    assert versions(shop)[0][0] == "A"
    assert datetime(2023, 1, 5, tzinfo=UTC) == at(5)
