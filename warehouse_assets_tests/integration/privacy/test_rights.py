"""Access, rectification, restriction and objection: complete, logged, idempotent."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from warehouse_assets.building.marts import are_marts_stale
from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.privacy import holdings, rights
from warehouse_assets.privacy.persons import Person, PrivacySession
from warehouse_assets.privacy.request_answers import answer_open_requests
from warehouse_assets.privacy.requests import list_requests, log_request
from warehouse_assets.privacy.rotation import rotate
from warehouse_assets.schemas import TABLES
from warehouse_assets.settings import Settings
from warehouse_assets_tests.integration.ingestion import orders_shop as shop
from warehouse_assets_tests.integration.ingestion.loading import Loading, loading

TODAY = date(2023, 9, 2)
NOW = datetime(2023, 9, 2, 12, tzinfo=UTC)


@pytest.fixture
def warehouse(database: Settings) -> Iterator[Loading]:
    with loading(shop.shop_settings(database), "shop") as loaded:
        shop.put_all(loaded)
        loaded.load()
        shop.build(loaded)
        yield loaded


@pytest.fixture
def session(warehouse: Loading) -> PrivacySession:
    return shop.session(warehouse)


@pytest.fixture
def ann(session: PrivacySession) -> Person:
    return session.person("shop", " ann77 ")


def test_no_classified_table_is_left_out_of_an_access_request() -> None:
    assert holdings.uncovered_tables() == []
    assert set(holdings.NOBODYS) <= set(TABLES)
    assert [name for name in holdings.NOBODYS if holdings.reach(TABLES[name])] == []


def test_a_new_classified_table_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    from warehouse_assets.schemas.table import Table

    table = Table("dw.new", "one row per city", "city", ("city",))
    monkeypatch.setitem(TABLES, "dw.new", table)
    assert holdings.uncovered_tables() == ["dw.new"]


def test_all_that_is_held_is_exported(session: PrivacySession, ann: Person, warehouse: Loading) -> None:
    """Independently: every row of every table in which the person's key or number stands."""
    _, paths, numbers = rights.access(session, ann, TODAY)
    held = json.loads(paths[0].read_text(encoding="utf-8"))
    lines = list(csv.DictReader(paths[1].read_text(encoding="utf-8").splitlines()))
    marks = [str(ann.customer_key), "ann77", shop.NAME, shop.MAIL]
    for name in TABLES:
        if name.startswith("governance"):
            continue
        query = f"select count(*) from {name} as t where t::text ~ any(%s)"
        row = warehouse.connection.execute(query.encode(), [[rf"\y{mark}\y" for mark in marks]]).fetchone()
        expected = row[0] if row else 0
        found = held["tables"].get(name, {"rows": []})["rows"]
        expected = 3 if name == "vault.order_keys" else expected  # known by the person's orders only
        assert len(found) == expected == numbers.get(name, 0), name
        csv_records = {line["record"] for line in lines if line["held in"] == name}
        assert len(csv_records) == len(found), name
    files = held["original files"]
    assert len(files) == 1 + 5 + 1  # as customer, lines, review
    assert {"full_name": shop.NAME, "email": shop.MAIL}.items() <= next(
        one["record"] for one in files if one["relation"] == "customers"
    ).items()
    values = {line["value"] for line in lines}
    assert {shop.NAME, shop.MAIL, "ann77", "Trifouillis"} <= values
    assert held["tables"]["vault.identities"]["columns"]["email"]["legal basis"].startswith("legal obligation")
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in paths)
    assert paths[0].parent.stat().st_mode & 0o777 == 0o700


def test_an_export_goes_with_the_person(session: PrivacySession, ann: Person) -> None:
    _, paths, _ = rights.access(session, ann, TODAY)
    rights.erase(session, ann, TODAY)
    assert not paths[0].parent.exists()


def test_the_log_knows_deadlines_and_nobodys_number(session: PrivacySession, ann: Person, warehouse: Loading) -> None:
    first, _, _ = rights.access(session, ann, TODAY)
    again, _, _ = rights.access(session, ann, TODAY)
    assert first.key == again.key
    later, _, _ = rights.access(session, ann, date(2023, 9, 9))
    assert later.key != first.key
    [one, other] = list_requests(session.connection)
    assert (one.received_on, one.due_on, one.completed_on) == (TODAY, date(2023, 10, 2), TODAY)
    text = str(warehouse.rows("governance.requests", "*"))
    assert not any(mark in text for mark in ("ann77", str(ann.customer_key), shop.NAME))
    assert other.received_on == date(2023, 9, 9)


def test_a_correction_is_the_newest_observation(session: PrivacySession, ann: Person, warehouse: Loading) -> None:
    changes = {"full_name": "Anna Zweistein", "city": "Lyon", "signup_at": "2021-12-31", "gender": "F"}
    for _ in range(2):
        rights.rectify(session, ann, changes, NOW)
    shop.build(warehouse)
    where = f"customer_key = {ann.customer_key}"
    [row] = warehouse.connection.execute(
        "select g.country, g.city, c.gender from dw.dim_customer as c"
        f" inner join dw.dim_geography as g on c.geography_key = g.geography_key where c.{where}".encode()
    ).fetchall()
    assert row == ("France", "Lyon", "F")
    newest = warehouse.connection.execute(
        f"select full_name, email from vault.identities where {where} order by observed_at desc limit 1".encode()
    ).fetchone()
    assert newest == ("Anna Zweistein", shop.MAIL)
    assert warehouse.rows("dw.fct_customer_lifecycle", "signup_date", where) == [(date(2021, 12, 31),)]
    [request] = list_requests(session.connection)
    assert request.outcome == "city, full_name, gender, signup_at corrected in vault and staging"
    assert warehouse.one("select count(*) from ops.ingested_files where delivery_status = 'current'") == 2


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"shoe_size": "42"}, "shoe_size is not a field of a customer"),
        ({"payment_card": "4111111111111111"}, "payment_card is not a field"),
        ({"signup_at": "soon"}, "unparsable_signup_at"),
        ({"country": "Nowhereland"}, "not_a_country"),
        ({}, "No field is given"),
    ],
)
def test_a_correction_that_the_contract_refuses(
    session: PrivacySession, ann: Person, warehouse: Loading, changes: dict[str, str], problem: str
) -> None:
    rows = warehouse.contents()
    with pytest.raises(IngestionError, match=problem) as raised:
        rights.rectify(session, ann, changes, NOW)
    assert not any(value in str(raised.value) for value in changes.values())
    assert warehouse.contents() == rows


def test_nothing_can_be_corrected_of_a_stranger(session: PrivacySession) -> None:
    with pytest.raises(IngestionError, match="holds no customer data about this person"):
        rights.rectify(session, session.person("shop", "nobody"), {"city": "Lyon"}, NOW)


@pytest.mark.parametrize("kind", ["restriction", "objection"])
def test_the_person_leaves_the_customer_marts_until_it_is_lifted(database: Settings, kind: str) -> None:
    """As if there were one customer less; sales say the same throughout."""
    from dataclasses import replace

    small = replace(shop.shop_settings(database), minimum_group_size=1)
    with loading(small, "shop") as warehouse:
        shop.put_all(warehouse)
        warehouse.load()
        shop.build(warehouse)
        session = shop.session(warehouse)
        before, sales = _marts(warehouse, "mart_customers"), _marts(warehouse, "mart_sales")
        person = session.person("shop", "ann77")
        assert rights.restrict(session, person, kind, TODAY)[1]  # type: ignore[arg-type]
        assert not rights.restrict(session, person, kind, TODAY)[1]  # type: ignore[arg-type]
        assert are_marts_stale(warehouse.connection)
        rotate(warehouse.connection, warehouse.settings.secrets_path)
        shop.build(warehouse)
        assert warehouse.rows("mart_customers.customer_demographics", "customer_count", "attribute = 'All'") == [(1,)]
        assert not any("France" in row for rows in _marts(warehouse, "mart_customers").values() for row in rows)
        for table, rows in _marts(warehouse, "mart_customers").items():
            assert rows != before[table], table
        assert _marts(warehouse, "mart_sales") == sales
        session = shop.session(warehouse)
        assert rights.lift(session, session.person("shop", "ann77"), TODAY)[1] == 1
        assert rights.lift(session, session.person("shop", "ann77"), TODAY)[1] == 0
        shop.build(warehouse)
        assert _marts(warehouse, "mart_customers") == before


def _marts(warehouse: Loading, schema: str) -> dict[str, list[str]]:
    return {
        name: sorted(row[0] for row in warehouse.connection.execute(f"select t::text from {name} as t".encode()))
        for name in TABLES
        if name.startswith(f"{schema}.")
    }


def test_a_request_that_was_only_logged_is_answered_by_the_daily_job(
    session: PrivacySession, ann: Person, warehouse: Loading
) -> None:
    for kind in ("access", "rectification", "erasure"):
        log_request(session.connection, session.tombstones, ann, kind, TODAY)
    log_request(session.connection, session.tombstones, session.person("shop", "nobody"), "access", TODAY)
    answers = answer_open_requests(session, NOW)
    assert sorted(one.request.kind for one in answers if one.problem is None) == ["access", "access", "erasure"]
    assert [one.request.kind for one in answers if one.problem] == ["rectification"]
    assert [request.kind for request in list_requests(session.connection, only_open=True)] == ["rectification"]
    shop.build(warehouse)
    assert holdings.held_rows(warehouse.connection, ann.keys, []) == {}
    assert not (warehouse.folder / "people.csv").exists()
