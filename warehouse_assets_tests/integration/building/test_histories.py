"""Any history of deliveries, corrections and withdrawals ends the same as one full build."""

from __future__ import annotations

import random
from datetime import date

import pytest

from warehouse_assets.building.rebuild_queue import rebuild_all
from warehouse_assets_tests.integration.deliveries import (
    Connection,
    Delivery,
    Row,
    at,
    build_all,
    clear,
    deliver,
    snapshot,
    withdraw,
)


def random_delivery(chance: random.Random, file_key: int) -> Delivery:
    source = chance.choice(["shop", "shop", "market"])
    return Delivery(
        file_key,
        sales=[_random_sale(chance) for _ in range(chance.randrange(0, 9))],
        customers=[_random_customer(chance) for _ in range(chance.randrange(0, 5))],
        reviews=[{"review_key": chance.randrange(5)} for _ in range(chance.randrange(0, 2))],
        products=[
            {
                "product_key": chance.choice([100, 101]),
                "product_name": chance.choice(["", "Lamp", "lamp"]),
                "last_sold_at": at(chance.randrange(1, 4)),
            }
        ],
        source_name=source,
        exported_on=chance.choice([None, date(2023, 5, 1), date(2023, 5, 2)]),
    )


def _random_sale(chance: random.Random) -> Row:
    has_order_id = chance.random() < 0.7
    order = chance.randrange(1, 5)
    has_line_number = has_order_id and order % 2 == 0
    line = order * 10 + chance.randrange(3) if has_order_id else 1000 + chance.randrange(6)
    return {
        "has_order_id": has_order_id,
        "has_line_number": has_line_number,
        "order_key": order if has_order_id else line,
        "line_key": line,
        # Without an order number the content, the day among it, is the identity.
        "sale_date": date(2023, (chance.randrange(3) if has_order_id else line % 3) + 1, 10),
        "customer_key": chance.choice([-1, 10, 11, 12, 13]),
        "product_key": chance.choice([-1, 100, 101]),
        "geography_key": chance.choice([None, None, None, 20, 30]),
        "quantity": chance.choice([1, 2, -1]),
        "unit_price": chance.choice([10, 3]),
        "is_cancelled": chance.random() < 0.2,
        "rating": chance.choice([None, 3, 5]),
        "order_discount_amount": chance.choice([None, None, 1, 2]),
        "updated_at": chance.choice([None, at(1), at(2), at(3)]),
    }


def _random_customer(chance: random.Random) -> Row:
    return {
        "customer_key": chance.choice([10, 11, 12]),
        "observed_at": at(chance.choice([1, 5, 10, 20]), chance.randrange(1, 4)),
        "geography_key": chance.choice([-1, 20, 30, 40]),
        "channel_key": chance.choice([-1, 1, 2]),
        "segment": chance.choice([None, "", "A", "B"]),
        "age": chance.choice([None, 20, 30]),
        "signup_date": chance.choice([None, date(2022, 1, 1), date(2022, 2, 1)]),
        "status": chance.choice([None, "active", "gone"]),
    }


@pytest.mark.parametrize("seed", range(6))
def test_any_history_of_deliveries_equals_one_full_build(shop: Connection, seed: int) -> None:
    chance = random.Random(seed)
    current: list[int] = []
    for file_key in range(1, 13):
        if current and chance.random() < 0.35:
            withdraw(shop, current.pop(chance.randrange(len(current))))
        deliver(shop, random_delivery(chance, file_key))
        current.append(file_key)
        if chance.random() < 0.6:
            build_all(shop)
    build_all(shop)
    incremental = snapshot(shop)
    rebuild_all(shop)
    build_all(shop)
    assert snapshot(shop) == incremental
    clear(shop, ("dw.", "ops.table_builds"))
    rebuild_all(shop)
    build_all(shop)
    assert snapshot(shop) == incremental
