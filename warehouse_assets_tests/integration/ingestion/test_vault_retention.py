"""Whose identifiers the vault takes in: activity is a sign-up, a login or a purchase, wherever staging knows of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import pytest

from warehouse_assets.building.dimensions import ensure_dates
from warehouse_assets.privacy import retention
from warehouse_assets.privacy.persons import open_privacy_session
from warehouse_assets.settings import Settings
from warehouse_assets_tests.integration.deliveries import build_all
from warehouse_assets_tests.integration.ingestion.loading import Loading, loading, own_source

TODAY = date(2026, 11, 29)
TOML = """default_currency = "EUR"
cancelled_statuses = ["cancelled"]
[tables.people]
files = ["{delivery}/people.csv"]
[tables.orders]
files = ["{delivery}/orders.csv"]
[customers]
driving = "people"
[sales]
driving = "orders"
"""
CUSTOMERS = "select source_line, id as customer_id, name as full_name, joined as signup_at from people"
SALES = (
    "select source_line, id as order_id, person as customer_id, product as product_id, day as sold_at,"
    " '1' as quantity, '10' as unit_price, state as order_status from orders"
)
ADA = ("1", "Ada Alt", "2022-05-01")


@pytest.fixture
def shop(database: Settings) -> Iterator[Loading]:
    with loading(own_source(database, "tiny", TOML, customers=CUSTOMERS, sales=SALES), "tiny") as found:
        ensure_dates(found.connection, database.first_month)
        yield found


def deliver(shop: Loading, name: str, people: Sequence[tuple[str, ...]], orders: Sequence[tuple[str, ...]]) -> None:
    for table, header, rows in (
        ("people", "id,name,joined", people),
        ("orders", "id,person,product,day,state", orders),
    ):
        shop.put(f"{name}/{table}.csv", "\n".join([header, *map(",".join, rows)]) + "\n")
    shop.load(TODAY)


def vaulted(shop: Loading) -> list[str]:
    return [row[0] for row in shop.rows("vault.identities", "customer_id")]


def retained(shop: Loading) -> list[str]:
    session = open_privacy_session(shop.settings, shop.connection)
    retention.run_retention(session, TODAY)
    return vaulted(shop)


def test_a_purchase_in_the_same_delivery_is_activity(shop: Loading) -> None:
    people = [ADA, ("2", "Bea Neu", "2025-05-01"), ("3", "Cid Nie", ""), ("4", "Dan Fort", "2022-05-01")]
    orders = [("10", "1", "P", "2026-11-01", "paid"), ("12", "3", "P", "2023-01-05", "cancelled")]
    deliver(shop, "2026-11", people, orders)
    assert vaulted(shop) == ["1", "2", "3"]
    assert retained(shop) == ["1", "2", "3"]
    build_all(shop.connection)
    assert retained(shop) == ["1", "2", "3"]


def test_a_purchase_that_staging_knows_already_is_activity(shop: Loading) -> None:
    deliver(shop, "2026-10", [("2", "Bea Neu", "2025-05-01")], [("10", "1", "P", "2026-10-01", "paid")])
    deliver(shop, "2026-11", [ADA], [])
    assert vaulted(shop) == ["1", "2"]


def test_a_sign_up_in_another_delivery_is_activity(shop: Loading) -> None:
    deliver(shop, "2026-10", [("1", "Ada Alt", "2026-10-01")], [])
    deliver(shop, "2026-11", [ADA], [])
    assert vaulted(shop) == ["1", "1"]


@pytest.mark.parametrize("order", [("10", "1", "P", "2026-11-01", "cancelled"), ("10", "1", "P", "2022-06-01", "paid")])
def test_a_cancelled_or_an_old_purchase_is_no_activity(shop: Loading, order: tuple[str, ...]) -> None:
    deliver(shop, "2026-11", [ADA], [order])
    assert vaulted(shop) == []
    build_all(shop.connection)
    assert retained(shop) == []
