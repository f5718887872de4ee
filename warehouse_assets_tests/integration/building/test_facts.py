"""fct_sales: which lines count, which version of them, and what an order's discount does to them."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from warehouse_assets.building.facts import AGGREGATES, FactMonthMissingError, build_partition
from warehouse_assets.building.rebuild_queue import pending_months
from warehouse_assets_tests.integration.deliveries import (
    Connection,
    Delivery,
    at,
    build_all,
    deliver,
    rows_of,
    withdraw,
)

FEBRUARY = {"sale_date": date(2023, 2, 3)}


def sales(shop: Connection, columns: str) -> list[Any]:
    rows = rows_of(shop, "dw.fct_sales", columns)
    return [row[0] for row in rows] if "," not in columns else rows


def build(shop: Connection, *deliveries: Delivery) -> None:
    for delivery in deliveries:
        deliver(shop, delivery)
    build_all(shop)


def test_amounts_are_exact_and_rounded_once(shop: Connection) -> None:
    build(
        shop,
        Delivery(
            1,
            sales=[
                {
                    "line_key": 1,
                    "quantity": 3,
                    "unit_price": Decimal("0.33335"),
                    "discount_amount": Decimal("0.1"),
                },
                {"line_key": 2, "quantity": -1, "unit_price": 5, "order_status": ""},
                {"line_key": 3, "quantity": 2, "unit_price": None, "line_amount": Decimal("9.99")},
                {"line_key": 4, "quantity": 2, "unit_price": 100, "line_amount": 7, "tax_amount": 1},
            ],
        ),
    )
    found = sales(shop, "line_key, unit_price, gross_amount, discount_amount, net_amount, is_return, order_status")
    exact = [tuple(None if value is None else str(value) for value in row) for row in found]
    assert exact == [
        ("1", "0.33335", "1.0001", "0.1000", "0.9001", "False", "Unknown"),
        ("2", "5", "-5.0000", "0.0000", "-5.0000", "True", "Unknown"),
        ("3", None, "9.9900", "0.0000", "9.9900", "False", "Unknown"),
        ("4", "100", "7.0000", "0.0000", "7.0000", "False", "Unknown"),
    ]


def test_the_greatest_multiplicity_counts_and_never_the_sum(shop: Connection) -> None:
    build(shop, Delivery(1, sales=[{}, {}]), Delivery(2, sales=[{}, {}, {}]), Delivery(3, sales=[{}]))
    keys = sales(shop, "line_key")
    assert len(keys) == len(set(keys)) == 3
    assert 1 in keys
    withdraw(shop, 2)
    build_all(shop)
    assert len(sales(shop, "line_key")) == 2
    assert set(sales(shop, "line_key")) < set(keys)


def test_repeats_without_order_numbers_are_orders_of_their_own(shop: Connection) -> None:
    build(shop, Delivery(1, sales=[{"has_order_id": False}] * 3))
    found = sales(shop, "order_key, line_key")
    assert len({order for order, _ in found}) == 3
    assert all(order == line >= 0 for order, line in found)


def test_newer_version_wins_then_export_day_then_name(shop: Connection) -> None:
    old = {"line_key": 1, "rating": 1, "updated_at": at(5)}
    new = {"line_key": 1, "rating": 2, "updated_at": at(6)}
    build(shop, Delivery(1, sales=[new]), Delivery(2, sales=[old], exported_on=date(2023, 3, 1)))
    assert sales(shop, "rating") == [2]
    withdraw(shop, 1)
    withdraw(shop, 2)
    build(
        shop,
        Delivery(3, sales=[{"rating": 5}], exported_on=date(2023, 3, 1)),
        Delivery(4, sales=[{"rating": 3}], exported_on=date(2023, 3, 2)),
        Delivery(5, sales=[{"rating": 4}]),
    )
    assert sales(shop, "rating") == [3]
    withdraw(shop, 3)
    withdraw(shop, 4)
    build(shop, Delivery(6, sales=[{"rating": 2}]))
    assert sales(shop, "rating") == [2]


def test_of_versions_that_nothing_dates_the_delivery_named_last_counts(shop: Connection) -> None:
    cancelled = {"is_cancelled": True, "order_status": "cancelled"}
    is_open = {"order_status": "open"}
    for first, second in ((9, 10), (10, 9)):
        build(shop, Delivery(first, sales=[cancelled if first == 10 else is_open]))
        build(shop, Delivery(second, sales=[cancelled if second == 10 else is_open]))
        assert sales(shop, "is_cancelled") == [True]
        withdraw(shop, 9)
        withdraw(shop, 10)


def test_changed_order_replaces_the_former_version_whole(shop: Connection) -> None:
    build(
        shop,
        Delivery(1, sales=[{"line_key": 1, "updated_at": at(5)}, {"line_key": 2, "updated_at": at(5)}]),
        Delivery(2, sales=[{"line_key": 3, "updated_at": at(6)} | FEBRUARY]),
    )
    assert sales(shop, "line_key, sale_date") == [(3, date(2023, 2, 3))]
    withdraw(shop, 2)
    build_all(shop)
    assert sales(shop, "line_key") == [1, 2]


def test_numbered_lines_are_resolved_one_by_one_over_months(shop: Connection) -> None:
    numbered = {"has_line_number": True}
    build(shop, Delivery(1, sales=[numbered | {"line_key": 1}, numbered | {"line_key": 2}]))
    build(shop, Delivery(2, sales=[numbered | FEBRUARY | {"line_key": 2, "updated_at": at(6), "rating": 5}]))
    assert sales(shop, "line_key, sale_date") == [(1, date(2023, 1, 10)), (2, date(2023, 2, 3))]
    withdraw(shop, 2)
    build_all(shop)
    assert sales(shop, "line_key, sale_date") == [(1, date(2023, 1, 10)), (2, date(2023, 1, 10))]


def test_order_discount_is_spread_over_the_lines_of_all_months(shop: Connection) -> None:
    discount = {"order_discount_amount": Decimal("1.00"), "quantity": 1}
    lines: list[dict[str, Any]] = [
        {"line_key": 1, "unit_price": 10},
        {"line_key": 2, "unit_price": 10},
        {"line_key": 3, "unit_price": 10} | FEBRUARY,
    ]
    build(shop, Delivery(1, sales=[discount | line for line in lines]))
    assert sales(shop, "line_key, discount_amount") == [
        (1, Decimal("0.34")),
        (2, Decimal("0.33")),
        (3, Decimal("0.33")),
    ]


def test_order_discount_without_a_positive_line_falls_on_the_first(shop: Connection) -> None:
    lines = [{"line_key": key, "unit_price": 0, "order_discount_amount": Decimal("0.0125")} for key in (8, 7)]
    build(shop, Delivery(1, sales=lines))
    assert sales(shop, "line_key, discount_amount") == [(7, Decimal("0.0125")), (8, 0)]


def test_order_discounts_add_up_exactly(shop: Connection) -> None:
    chance = random.Random(7)
    discounts = {
        order: Decimal(chance.randrange(-500, 99_999)) / chance.choice([100, 10_000]) for order in range(1, 80)
    }
    lines = [
        {
            "order_key": order,
            "line_key": order * 100 + number,
            "quantity": chance.choice([1, 2, 3, 7, -1]),
            "unit_price": Decimal(chance.randrange(0, 30_000)) / 1000,
            "order_discount_amount": discount,
        }
        for order, discount in discounts.items()
        for number in range(chance.randrange(1, 9))
    ]
    build(shop, Delivery(1, sales=lines))
    found = shop.execute("select order_key, sum(discount_amount) from dw.fct_sales group by order_key order by 1")
    assert dict(found.fetchall()) == discounts
    worst = shop.execute(
        "select max(abs(sales.discount_amount - orders.discount * sales.gross_amount / orders.gross))"
        " from dw.fct_sales as sales inner join (select order_key, sum(discount_amount) as discount,"
        " sum(gross_amount) filter (where gross_amount > 0) as gross from dw.fct_sales group by order_key)"
        " as orders on sales.order_key = orders.order_key where orders.gross > 0 and sales.gross_amount > 0"
    ).fetchone()
    assert worst is not None
    assert 0 < worst[0] < Decimal("0.01")


def test_place_is_the_customers_at_the_time_of_the_sale(shop: Connection) -> None:
    lines = [{"line_key": day, "sale_date": date(2023, 1, day)} for day in (3, 20)]
    other = [{"line_key": 90, "customer_key": -1}, {"line_key": 91, "geography_key": 40}]
    build(shop, Delivery(1, sales=[*lines, *other], customers=[{"geography_key": 20, "observed_at": at(1)}]))
    assert sales(shop, "line_key, geography_key") == [(3, 20), (20, 20), (90, -1), (91, 40)]
    deliver(shop, Delivery(2, customers=[{"geography_key": 30, "observed_at": at(15)}]))
    build_all(shop)
    assert sales(shop, "line_key, geography_key") == [(3, 20), (20, 30), (90, -1), (91, 40)]
    withdraw(shop, 2)
    build_all(shop)
    assert sales(shop, "line_key, geography_key") == [(3, 20), (20, 20), (90, -1), (91, 40)]


def test_delivery_after_the_dimensions_were_built_is_taken_in(shop: Connection) -> None:
    build(shop, Delivery(1, sales=[{}]))
    deliver(shop, Delivery(2, sales=[{"line_key": 2, "customer_key": 11, "product_key": 101}]))
    build_partition(shop, "dw.fct_sales", date(2023, 1, 1))
    assert sales(shop, "customer_key") == [10, 11]


def test_month_is_pending_until_the_last_aggregate(shop: Connection) -> None:
    january = date(2023, 1, 1)
    with pytest.raises(FactMonthMissingError):
        build_partition(shop, "dw.agg_sales_month", january)
    build(shop, Delivery(1, sales=[{}]))
    assert pending_months(shop) == []
    build_partition(shop, "dw.fct_sales", january)
    for name in AGGREGATES:
        assert pending_months(shop) == [january]
        build_partition(shop, name, january)
    assert pending_months(shop) == []


def test_aggregates_hold_what_the_marts_need(shop: Connection) -> None:
    lines: list[dict[str, Any]] = [
        {"line_key": 11, "quantity": 2, "rating": 4},
        {"line_key": 12, "quantity": -1, "rating": 1},
        {"line_key": 13, "quantity": 5, "is_cancelled": True, "rating": 3},
        {"line_key": 14, "line_type": "shipping", "unit_price": 3},
        {"line_key": 15, "customer_key": -1, "order_key": 2, "sale_date": date(2023, 1, 31)},
        {"line_key": 16, "has_order_id": False},
        {"line_key": 17, "has_order_id": False, "is_cancelled": True},
        {"line_key": 18, "has_order_id": False, "quantity": -1},
    ]
    build(shop, Delivery(1, sales=lines))
    columns = (
        "is_product, line_count, units_sold, gross_revenue_amount, returned_amount, net_sale_amount, net_revenue_amount"
    )
    assert rows_of(shop, "dw.agg_sales_month", columns) == [
        (False, 1, 0, 3, 0, 3, 3),
        (True, 5, 4, 40, 20, 40, 20),
    ]
    columns = (
        "customer_key, line_count, line_order_count, net_sale_amount, net_revenue_amount, has_sale, last_line_date"
    )
    assert rows_of(shop, "dw.agg_customer_month", columns) == [(10, 5, 1, 33, 13, True, date(2023, 1, 10))]
    columns = "order_key, is_product, customer_key, sold_order_count, void_order_count"
    assert rows_of(shop, "dw.agg_order_month", columns) == [
        (-1, True, -1, 1, 1), (1, False, 10, 1, 0), (1, True, 10, 1, 1), (2, True, -1, 1, 0),
    ]  # fmt: skip
    assert rows_of(shop, "dw.agg_rating_month", "customer_key, rating_count, rating_sum") == [(10, 2, 5)]
    columns = "is_total, line_count, units_sold, returned_amount, net_revenue_amount, sold_order_count"
    columns += ", void_order_count, buyer_count"
    assert rows_of(shop, "dw.agg_country_month", columns) == [
        (False, 6, 4, 20, 23, 3, 2, 1), (True, 6, 4, 20, 23, 3, 2, 1),
    ]  # fmt: skip
    columns = "is_product, line_count, units_sold, returned_amount, net_revenue_amount, sold_order_count"
    assert rows_of(shop, "dw.agg_product_month", columns) == [(False, 1, 0, 0, 3, 1), (True, 5, 4, 20, 20, 3)]
    build_partition(shop, "dw.agg_sales_month", date(2023, 1, 1), as_of=date(2023, 1, 30))
    assert rows_of(shop, "dw.agg_sales_month", "is_product, line_count") == [(False, 1), (True, 4)]


def test_lifecycle_and_reviews(shop: Connection) -> None:
    observation = {"signup_date": date(2022, 5, 1), "last_login_date": date(2023, 1, 5), "observed_at": at(1)}
    newer = {
        "last_purchase_date": date(2023, 1, 12),
        "status": "gone",
        "is_declared_churned": True,
        "observed_at": at(2),
    }
    review = {"review_key": 7}
    build(
        shop,
        Delivery(1, customers=[observation], reviews=[review, {"review_key": 8, "customer_key": 11}]),
        Delivery(2, customers=[newer], reviews=[review], sales=[{}, {"line_key": 2, "quantity": -1} | FEBRUARY]),
    )
    columns = (
        "customer_key, signup_date, first_purchase_date, last_purchase_date, last_login_date, last_seen_date,"
        " declared_status, is_declared_churned"
    )
    assert rows_of(shop, "dw.fct_customer_lifecycle", columns) == [
        (
            10,
            date(2022, 5, 1),
            date(2023, 1, 10),
            date(2023, 1, 12),
            date(2023, 1, 5),
            date(2023, 2, 3),
            "gone",
            True,
        ),
        (11, None, None, None, None, None, None, None),
    ]
    assert rows_of(shop, "dw.fct_reviews", "review_key, source_name") == [(7, "shop"), (8, "shop")]
    withdraw(shop, 2)
    build_all(shop)
    assert rows_of(shop, "dw.fct_customer_lifecycle", "customer_key, last_seen_date, declared_status") == [
        (10, date(2023, 1, 5), None), (11, None, None),
    ]  # fmt: skip
