"""Whose identifiers the vault takes in: activity is a sign-up, a login or a purchase, wherever staging knows of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse_assets.building.dimensions import ensure_dates
from warehouse_assets.ingestion.staging.overdue_identities import drop_overdue_identities
from warehouse_assets.privacy import retention
from warehouse_assets.privacy.persons import open_privacy_session
from warehouse_assets.settings import Settings
from warehouse_assets_tests.integration.deliveries import build_all
from warehouse_assets_tests.integration.ingestion.loading import STAGED, Loading, loading, own_source

TODAY = date(2026, 11, 29)
CUTOFF = TODAY - timedelta(days=3 * 365)
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


def judged(shop: Loading) -> list[str]:
    """What is left when a run has loaded everything, before it builds."""
    drop_overdue_identities(shop.connection, CUTOFF)
    return vaulted(shop)


def retained(shop: Loading) -> list[str]:
    session = open_privacy_session(shop.settings, shop.connection)
    retention.run_retention(session, TODAY)
    return vaulted(shop)


def test_a_purchase_in_the_same_delivery_is_activity(shop: Loading) -> None:
    people = [ADA, ("2", "Bea Neu", "2025-05-01"), ("3", "Cid Nie", ""), ("4", "Dan Fort", "2022-05-01")]
    orders = [("10", "1", "P", "2026-11-01", "paid"), ("12", "3", "P", "2023-01-05", "cancelled")]
    deliver(shop, "2026-11", people, orders)
    assert judged(shop) == ["1", "2", "3"]
    assert retained(shop) == ["1", "2", "3"]
    build_all(shop.connection)
    assert retained(shop) == ["1", "2", "3"]


def test_a_purchase_that_staging_knows_already_is_activity(shop: Loading) -> None:
    deliver(shop, "2026-10", [("2", "Bea Neu", "2025-05-01")], [("10", "1", "P", "2026-10-01", "paid")])
    deliver(shop, "2026-11", [ADA], [])
    assert judged(shop) == ["1", "2"]


def test_a_purchase_that_arrives_after_the_customer_is_activity(shop: Loading) -> None:
    deliver(shop, "2026-10", [ADA], [])
    deliver(shop, "2026-11", [], [("10", "1", "P", "2026-10-01", "paid")])
    assert judged(shop) == ["1"]


def test_only_people_of_new_deliveries_are_judged_by_a_run_and_everybody_daily(shop: Loading) -> None:
    deliver(shop, "2026-10", [ADA], [])
    shop.connection.execute("delete from staging.pending_customers")
    assert judged(shop) == ["1"]
    assert retained(shop) == []


@dataclass(frozen=True)
class Event:
    """What one delivery tells of a person: a sign-up (or a record without any date), or an order."""

    person: int
    is_order: bool
    day: date | None
    state: str


_DAYS = st.integers(-3, 3).map(lambda number: CUTOFF + timedelta(days=number))
_EVENTS = st.builds(Event, st.integers(1, 3), st.booleans(), st.none() | _DAYS, st.sampled_from(["paid", "cancelled"]))


def expected(events: Sequence[Event]) -> list[str]:
    """Records of people whom any delivery shows active; whoever has no date at all was seen on the day of export."""
    kept = []
    for record in (event for event in events if not event.is_order):
        days = [event.day for event in events if event.person == record.person and counts(event)]
        undated = any(not one.is_order and one.day is None for one in events if one.person == record.person)
        if undated or any(day >= CUTOFF for day in days if day):
            kept.append(str(record.person))
    return sorted(kept)


def counts(event: Event) -> bool:
    return not event.is_order or event.state == "paid"


def test_the_vault_does_not_depend_on_the_order_of_arrival(shop: Loading) -> None:
    @settings(max_examples=12, deadline=None)
    @given(events=st.lists(_EVENTS, min_size=2, max_size=4), chance=st.randoms(use_true_random=False))
    def run(events: list[Event], chance: Random) -> None:
        orders = [one for one in events if not one.is_order or one.day]
        for arrival in (orders, chance.sample(orders, len(orders))):
            for table in STAGED:
                shop.connection.execute(f"delete from {table}".encode())
            shutil.rmtree(shop.folder, ignore_errors=True)
            for number, event in enumerate(arrival):
                row = (str(event.person), "Somebody", f"{event.day or ''}")
                sale = (str(1000 + orders.index(event)), str(event.person), "P", f"{event.day}", event.state)
                deliver(shop, f"{number}", [] if event.is_order else [row], [sale] if event.is_order else [])
            assert judged(shop) == expected(orders)
            assert retained(shop) == expected(orders)

    run()


def test_a_sign_up_in_another_delivery_is_activity(shop: Loading) -> None:
    deliver(shop, "2026-10", [("1", "Ada Alt", "2026-10-01")], [])
    deliver(shop, "2026-11", [ADA], [])
    assert judged(shop) == ["1", "1"]


@pytest.mark.parametrize("order", [("10", "1", "P", "2026-11-01", "cancelled"), ("10", "1", "P", "2022-06-01", "paid")])
def test_a_cancelled_or_an_old_purchase_is_no_activity(shop: Loading, order: tuple[str, ...]) -> None:
    deliver(shop, "2026-11", [ADA], [order])
    assert judged(shop) == []
    build_all(shop.connection)
    assert retained(shop) == []
