"""A month of which each line is told once is built without the steps for versions, repeats and discounts."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest

from warehouse_assets.building import facts
from warehouse_assets.building.facts import MONTHLY_TABLES, build_month, steps_needed
from warehouse_assets_tests.integration.deliveries import (
    Connection,
    Delivery,
    Row,
    build_all,
    clear,
    deliver,
    rows_of,
)

JANUARY, FEBRUARY = date(2023, 1, 1), date(2023, 2, 1)
BUILT = (*MONTHLY_TABLES, "ops.record_outcomes")


def line(number: int, **values: Any) -> Row:
    return {"line_key": 1000 + number, "order_key": number, **values}


def are_plain(shop: Connection, *deliveries: Delivery) -> tuple[bool, bool]:
    for delivery in deliveries:
        deliver(shop, delivery)
    return steps_needed(shop, [JANUARY])["is_plain"], steps_needed(shop, [FEBRUARY])["is_plain"]


def test_lines_and_orders_that_are_told_once_are_plain(shop: Connection) -> None:
    sales = [line(1), line(2, order_key=1), line(3, has_order_id=False), line(4, sale_date=FEBRUARY, discount_amount=1)]
    assert are_plain(shop, Delivery(1, sales=sales), Delivery(2, sales=[line(5)])) == (True, True)


def test_a_line_told_twice_is_not_plain(shop: Connection) -> None:
    told = line(1, has_order_id=False)
    assert are_plain(shop, Delivery(1, sales=[told]), Delivery(2, sales=[told])) == (False, True)


def test_an_order_in_two_deliveries_is_not_plain(shop: Connection) -> None:
    assert are_plain(shop, Delivery(1, sales=[line(1)]), Delivery(2, sales=[line(2, order_key=1)])) == (False, True)


def test_an_order_in_two_months_is_plain_in_neither(shop: Connection) -> None:
    sales = [line(1), line(2, order_key=1, sale_date=FEBRUARY), line(3)]
    assert are_plain(shop, Delivery(1, sales=sales)) == (False, False)


def test_an_order_with_a_discount_is_not_plain(shop: Connection) -> None:
    sales = [line(1, order_discount_amount=2), line(2, sale_date=FEBRUARY, order_discount_amount=0)]
    assert are_plain(shop, Delivery(1, sales=sales)) == (False, True)


def random_deliveries(seed: int) -> list[Delivery]:
    chosen = random.Random(seed)
    deliveries = chosen.randint(1, 2)
    told: list[tuple[int, Row]] = []
    for number in range(chosen.randint(2, 12)):
        told.append(
            (
                chosen.randrange(deliveries),
                line(
                    number,
                    order_key=chosen.choice((number, number, number // 2)),
                    has_order_id=chosen.random() < 0.6,
                    sale_date=chosen.choice((JANUARY, date(2023, 1, 20), FEBRUARY)),
                    product_key=chosen.choice((100, 101)),
                    customer_key=chosen.choice((10, 11, -1)),
                    quantity=chosen.choice((1, 3, -1)),
                    discount_amount=chosen.choice((0, 1)),
                    order_discount_amount=5 if chosen.random() < 0.05 else None,
                    line_type=chosen.choice(("product", "shipping")),
                    is_cancelled=(is_cancelled := chosen.random() < 0.2),
                    is_returned=not is_cancelled and chosen.random() < 0.2,
                    rating=chosen.choice((None, 4)),
                ),
            )
        )
    if chosen.random() < 0.3:
        told.append((chosen.randrange(deliveries), told[0][1]))
    return [Delivery(n + 1, sales=[row for place, row in told if place == n]) for n in range(deliveries)]


def built(shop: Connection) -> list[Any]:
    return [rows_of(shop, name) for name in BUILT]


def with_all_steps(shop: Connection, month: date, monkeypatch: pytest.MonkeyPatch) -> None:
    needed = steps_needed(shop, [month]) | {"is_plain": False}
    with monkeypatch.context() as patched:
        patched.setattr(facts, "steps_needed", lambda *_: needed)
        build_month(shop, month)


@pytest.mark.parametrize("seeds", [range(start, start + 6) for start in range(0, 30, 6)], ids=str)
def test_the_result_is_that_of_all_steps(shop: Connection, seeds: range, monkeypatch: pytest.MonkeyPatch) -> None:
    met = set()
    for seed in seeds:
        for delivery in random_deliveries(seed):
            deliver(shop, delivery)
        build_all(shop)
        expected = built(shop)
        for month in (JANUARY, FEBRUARY):
            met.add(steps_needed(shop, [month])["is_plain"])
            with_all_steps(shop, month, monkeypatch)
        assert built(shop) == expected
        clear(shop, ("staging.", "dw.", "ops."))
    assert met == {True, False}
