"""The date up to which the marts tell: the newest activity."""

from __future__ import annotations

from datetime import date

from warehouse_assets.building.facts import build_partition
from warehouse_assets.building.marts import find_as_of
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
