"""The register of breaches keeps the 72 hours; the blast radius follows the live grants."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from warehouse_assets.privacy import breaches
from warehouse_assets.privacy.blast_radius import UnknownLogin, blast_radius
from warehouse_assets.settings import Settings
from warehouse_assets_tests.integration.ingestion import orders_shop as shop
from warehouse_assets_tests.integration.ingestion.loading import Loading, loading

FOUND = datetime(2026, 3, 28, 23, 30, tzinfo=UTC)


@pytest.fixture
def warehouse(database: Settings) -> Iterator[Loading]:
    with loading(shop.shop_settings(database), "shop") as loaded:
        yield loaded


def test_the_clock_runs_for_72_hours(warehouse: Loading) -> None:
    breach = breaches.register(warehouse.connection, "laptop stolen", FOUND)
    again = breaches.register(warehouse.connection, "laptop stolen", FOUND, 12)
    assert (again.key, again.person_count) == (breach.key, 12)
    assert breach.notify_by == datetime(2026, 3, 31, 23, 30, tzinfo=UTC)
    assert breach.clock(FOUND + timedelta(hours=1)) == "71 h 00 min left"
    assert breach.clock(FOUND + timedelta(hours=73)) == "OVERDUE by 1 h 00 min"
    told = breaches.note(warehouse.connection, breach.key, notified="authority", at=FOUND + timedelta(hours=70))
    assert told.clock(FOUND + timedelta(hours=99)) == "notified in time"
    later = breaches.note(
        warehouse.connection,
        breach.key,
        notified="authority",
        at=FOUND + timedelta(hours=80),
        measures="disk encrypted",
    )
    assert later.authority_notified_at == told.authority_notified_at
    assert later.measures == "disk encrypted"
    late = breaches.register(warehouse.connection, "mail sent to all", FOUND)
    breaches.note(warehouse.connection, late.key, notified="authority", at=FOUND + timedelta(hours=74, minutes=5))
    breaches.note(warehouse.connection, late.key, notified="persons", at=FOUND)
    [first, second] = breaches.list_breaches(warehouse.connection)
    assert {first.clock(FOUND), second.clock(FOUND)} == {"notified in time", "notified 2 h 05 min late"}
    with pytest.raises(breaches.UnknownBreach, match="No breach has the number 5"):
        breaches.note(warehouse.connection, 5, measures="x")


def test_what_a_stolen_login_reads_follows_the_grants(warehouse: Loading) -> None:
    shop.put_all(warehouse)
    warehouse.load()
    shop.build(warehouse)
    login, group = (f"{name}_{uuid.uuid4().hex[:8]}" for name in ("eve", "readers"))
    execute = warehouse.connection.execute
    with pytest.raises(UnknownLogin, match="has no login"):
        blast_radius(warehouse.connection, login)
    execute(f"create role {login} login".encode())
    execute(f"create role {group}".encode())
    try:
        assert blast_radius(warehouse.connection, login).exposures == ()
        execute(f"grant {group} to {login} with inherit false".encode())
        execute(f"grant select (email) on vault.identities to {group}".encode())
        assert blast_radius(warehouse.connection, login).exposures == ()
        execute(f"grant usage on schema vault, staging, dw, mart_customers to {group}".encode())
        execute(f"grant select on staging.rejected_records to {group}".encode())
        execute(f"grant select on dw.dim_customer, mart_customers.customer_demographics to {group}".encode())
        found = blast_radius(warehouse.connection, login)
        assert [
            (one.privacy_class, one.columns, one.persons) for one in found.exposures if one.table == "vault.identities"
        ] == [("direct_identifier", ("email",), 2)]
        assert {one.persons for one in found.exposures if one.table == "staging.rejected_records"} == {2}
        assert found.persons == 2
        assert {one.table for one in found.exposures if one.persons is None} <= {"mart_customers.customer_demographics"}
        assert not found.is_superuser
        assert found.roles == tuple(sorted((login, group)))
    finally:
        for role in (login, group):
            execute(f"drop owned by {role}".encode())
            execute(f"drop role {role}".encode())
