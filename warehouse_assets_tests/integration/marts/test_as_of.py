"""The date up to which the marts tell: the newest activity."""

from __future__ import annotations

from datetime import date

from warehouse_assets.building.facts import build_partition
from warehouse_assets.building.marts import find_as_of, find_shop_dates
from warehouse_assets.reporting.figures import missing_parts
from warehouse_assets_tests.integration.deliveries import Connection, Delivery, build_all, deliver


def test_the_as_of_date_is_that_of_the_newest_activity(shop: Connection) -> None:
    """Cancelled lines are none; aggregates that are older or newer than the facts change nothing."""
    days = [date(2023, 1, 10), date(2023, 1, 20), date(2023, 2, 5)]
    lines = [{"line_key": key, "customer_key": -1, "sale_date": day} for key, day in enumerate(days, 11)]
    gone = {"line_key": 14, "customer_key": -1, "sale_date": date(2023, 3, 1), "is_cancelled": True}
    deliver(shop, Delivery(1, sales=[*lines, gone]))
    build_all(shop)
    limits = [None, date(2023, 2, 4), date(2023, 1, 15), date(2023, 1, 9)]
    expected = [date(2023, 2, 5), date(2023, 1, 20), date(2023, 1, 10), None]
    assert [find_as_of(shop, limit) for limit in limits] == expected
    shop.execute("delete from dw.fct_sales where sale_date > '2023-01-31'")
    assert [find_as_of(shop, limit) for limit in limits] == [date(2023, 1, 20), *expected[1:]]
    build_partition(shop, "dw.fct_sales", date(2023, 2, 1))
    shop.execute("delete from dw.agg_sales_month where month = '2023-02-01'")
    assert [find_as_of(shop, limit) for limit in limits] == expected


def test_each_shop_is_as_of_its_own_newest_activity(shop: Connection) -> None:
    line = {"customer_key": -1, "sale_date": date(2023, 2, 5)}
    person = {"customer_key": 7, "signup_date": date(2022, 5, 1), "last_login_date": date(2022, 9, 3)}
    deliver(shop, Delivery(1, sales=[line], source_name="new"))
    deliver(shop, Delivery(2, customers=[person], source_name="old"))
    deliver(shop, Delivery(3, customers=[{"customer_key": 8}], source_name="undated"))
    build_all(shop)
    assert find_shop_dates(shop, date(2023, 2, 5)) == {"new": date(2023, 2, 5), "old": date(2022, 9, 3)}
    assert find_shop_dates(shop, date(2022, 8, 1)) == {"old": date(2022, 5, 1)}
    later = [{"customer_key": key, "signup_date": date(2023, 1, key)} for key in (20, 21)]
    deliver(shop, Delivery(4, sales=[line | {"line_key": 2, "sale_date": date(2023, 1, 5)}], source_name="old"))
    deliver(shop, Delivery(5, customers=[later[0]], source_name="old"))
    deliver(shop, Delivery(6, customers=[later[1] | {"last_login_date": date(2023, 3, 1)}], source_name="new"))
    build_all(shop)
    assert find_shop_dates(shop, date(2023, 2, 5)) == {"new": date(2023, 2, 5), "old": date(2023, 1, 20)}
    assert find_shop_dates(shop, date(2023, 3, 1)) == {"new": date(2023, 3, 1), "old": date(2023, 1, 20)}
    assert find_shop_dates(shop, date(2023, 1, 10)) == {"old": date(2023, 1, 5)}


def test_what_a_shop_does_not_export_is_said(shop: Connection) -> None:
    rated = {"customer_key": 7, "line_key": 1, "rating": 4}
    deliver(shop, Delivery(1, sales=[rated], customers=[{"customer_key": 7}], source_name="a"))
    deliver(shop, Delivery(2, sales=[{"customer_key": -1, "line_key": 2, "product_key": 101}], source_name="b"))
    deliver(shop, Delivery(3, customers=[{"customer_key": 9, "signup_date": date(2022, 5, 1)}], source_name="c"))
    build_all(shop)
    assert missing_parts(shop) == [
        "a has no sign-ups: sign-up trends and retention by sign-up are empty",
        "b has no customer numbers: the customer mart is empty for it",
        "b has no ratings and no reviews: average ratings are empty",
        "c has no accepted sales: the sales mart is empty for it",
    ]
