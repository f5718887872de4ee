"""The digits of keys decide nothing: with customers, orders and lines keyed again, the marts are the same."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from warehouse_assets.building.marts import MART_SELECTS, build_mart
from warehouse_assets.settings import Settings
from warehouse_assets_tests.integration.deliveries import (
    Connection,
    Delivery,
    Row,
    build_all,
    clear,
    cleared,
    deliver,
    rows_of,
)

KEYS = {"customer_key": 0, "order_key": 0, "line_key": 100}
"""Keys and what they start after: a line whose key is its order's has no order's number."""
AS_OF = date(2023, 3, 31)


lines = st.lists(
    st.fixed_dictionaries(
        {
            "order_key": st.integers(1, 3),
            "product_key": st.integers(100, 102),
            "quantity": st.integers(1, 2),
            "unit_price": st.sampled_from([Decimal(10), Decimal("3.33")]),
            "geography_key": st.sampled_from([10, 20]),
            "rating": st.sampled_from([None, 3, 5]),
        }
    ),
    min_size=2,
    max_size=9,
)


def delivery_of(drawn: list[Row], discount: Decimal) -> Delivery:
    """Lines of one day; those of an order are of one customer and share the order's discount."""
    sales = [
        row
        | {
            "line_key": KEYS["line_key"] + number,
            "has_line_number": True,
            "customer_key": 10 + row["order_key"] % 3,
            "order_discount_amount": discount,
            "sale_date": date(2023, 1 + row["order_key"] % 3, 10),
        }
        for number, row in enumerate(drawn, 1)
    ]
    people = [{"customer_key": key, "geography_key": 10, "segment": "s"} for key in (10, 11, 12)]
    return Delivery(1, sales=sales, customers=people, exported_on=AS_OF)


def renamed(delivery: Delivery, seed: int) -> Delivery:
    """Every key through a bijection that does not keep their order."""
    chance = random.Random(seed)
    names = {name: list(range(first + 1, first + 60)) for name, first in KEYS.items()}
    for numbers in names.values():
        chance.shuffle(numbers)

    def rename(row: Row) -> Row:
        return {name: names[name][value - KEYS[name]] if name in KEYS else value for name, value in row.items()}

    return replace(
        delivery, sales=[rename(row) for row in delivery.sales], customers=[rename(row) for row in delivery.customers]
    )


def marts_of(connection: Connection, delivery: Delivery) -> dict[str, list[object]]:
    clear(connection, ("staging.", "dw.", "ops."))
    deliver(connection, delivery)
    build_all(connection)
    wanted = Settings(home=Path("unused"), minimum_group_size=2)
    for name in MART_SELECTS:
        build_mart(connection, name, wanted, AS_OF)
    return {name: list(rows_of(connection, name)) for name in MART_SELECTS}


def alike(*products: int) -> list[Row]:
    """Lines of one order that differ by their product only: a cent of discount must go to one of them."""
    line = {"order_key": 1, "quantity": 1, "unit_price": Decimal(10), "geography_key": 10, "rating": None}
    return [line | {"product_key": product} for product in products]


@example(drawn=alike(100, 101, 102, 103), discount=Decimal("0.01"), seed=1)
@example(drawn=alike(103, 102, 101, 100), discount=Decimal("0.01"), seed=2)
@example(drawn=alike(101, 103, 100, 102), discount=Decimal("0.03"), seed=3)
@given(
    drawn=lines,
    discount=st.sampled_from([Decimal("0.01"), Decimal("1.00"), Decimal("0.05"), Decimal(-2)]),
    seed=st.integers(0, 99),
)
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_digits_of_keys_decide_nothing(url: str, drawn: list[Row], discount: Decimal, seed: int) -> None:
    delivery = delivery_of(drawn, discount)
    with cleared(url) as connection:
        assert marts_of(connection, renamed(delivery, seed)) == marts_of(connection, delivery)
