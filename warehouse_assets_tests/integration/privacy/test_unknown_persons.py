"""A number that nothing holds is never erased by mistake, and a repeat never hides what the first answer was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Literal

import pytest

from warehouse_assets.access.policy import FUNCTIONS_PATH
from warehouse_assets.ingestion.staging.files_of_erased import delete_files_of_erased
from warehouse_assets.ingestion.staging.ledger import LoadResult
from warehouse_assets.privacy import retention, rights, rotation
from warehouse_assets.privacy.errors import NobodyFound
from warehouse_assets.privacy.persons import open_privacy_session
from warehouse_assets.privacy.rectification import NothingHeld
from warehouse_assets.privacy.request_answers import answer_open_requests
from warehouse_assets.privacy.requests import list_requests
from warehouse_assets.pseudonyms.tombstones import TOMBSTONE_FILE
from warehouse_assets.settings import Settings
from warehouse_assets_tests.integration.ingestion import orders_shop as shop
from warehouse_assets_tests.integration.ingestion.loading import Loading, loading

TODAY = date(2023, 9, 2)
PERSON = "who,name,mail,country,city,joined,seen\n{},Somebody Else,x@shop.example,Spain,Madrid,2022-01-01,2023-05-02\n"


@pytest.fixture
def warehouse(database: Settings) -> Iterator[Loading]:
    """A shop, and a second one with numbers of its own; in both a customer "A", which is an order's number too."""
    first = shop.shop_settings(database)
    folder = first.sources_path / "twin"
    folder.mkdir()
    for path in (first.sources_path / "shop").iterdir():
        (folder / path.name).write_text(path.read_text())
    with loading(replace(first, vault_retention_days=36_500, file_retention_days=36_500), "shop") as loaded:
        deliver(loaded, shop.PERSONS + PERSON.format("A").split("\n", 1)[1])
        deliver(Loading(loaded.settings, loaded.connection, "twin"), shop.PERSONS)
        yield loaded


def deliver(warehouse: Loading, people: str, lines: str = shop.LINES) -> LoadResult:
    """The shop's three files, loaded."""
    shop.put_all(warehouse, lines)
    warehouse.put("people.csv", people)
    [result] = warehouse.load(TODAY)
    return result


def erase(warehouse: Loading, number: str, today: date = TODAY, *, unknown: bool = False) -> rights.Erasure:
    session = shop.session(warehouse)
    return rights.erase(session, session.person("shop", number), today, unknown=unknown)


def names(warehouse: Loading) -> list[str]:
    return [row[0] for row in warehouse.rows("vault.identities", "full_name")]


def test_a_mistyped_number_is_refused_and_leaves_no_trace(warehouse: Loading) -> None:
    rows, files = warehouse.contents(), sorted(warehouse.folder.iterdir())
    with pytest.raises(NobodyFound, match="--unknown") as refused:
        erase(warehouse, "ann78")
    assert "ann78" not in str(refused.value)
    assert warehouse.contents() == rows and sorted(warehouse.folder.iterdir()) == files
    assert not (warehouse.settings.secrets_path / TOMBSTONE_FILE).exists()
    assert list_requests(warehouse.connection) == []


@pytest.mark.parametrize("kind", ["restriction", "objection"])
def test_nobody_is_restricted_under_a_mistyped_number(
    warehouse: Loading, kind: Literal["restriction", "objection"]
) -> None:
    session = shop.session(warehouse)
    with pytest.raises(NobodyFound):
        rights.restrict(session, session.person("shop", "ann78"), kind, TODAY)
    assert warehouse.one("select count(*) from governance.restrictions") == 0


def test_a_correction_under_a_mistyped_number_leaves_no_request_open(warehouse: Loading) -> None:
    session = shop.session(warehouse)
    with pytest.raises(NothingHeld):
        rights.rectify(session, session.person("shop", "ann78"), {"city": "Lyon"}, datetime(2023, 9, 2, tzinfo=UTC))
    assert list_requests(warehouse.connection) == []


def test_an_answer_under_a_mistyped_number_says_that_nobody_was_found(warehouse: Loading) -> None:
    session = shop.session(warehouse)
    _, _, numbers = rights.access(session, session.person("shop", "ann78"), TODAY)
    assert numbers == {}
    assert [one.outcome for one in list_requests(warehouse.connection)] == ["nobody was found under this number"]
    _, _, numbers = rights.access(session, session.person("shop", "ann77"), TODAY)
    assert numbers["vault.identities"] == 1


@pytest.mark.parametrize("kind", ["restriction", "objection"])
def test_no_key_of_an_erased_person_is_stored_again(
    warehouse: Loading, kind: Literal["restriction", "objection"]
) -> None:
    rights.restrict(shop.session(warehouse), shop.session(warehouse).person("shop", "ann77"), kind, TODAY)
    erase(warehouse, "ann77")
    for _ in range(2):
        session = shop.session(warehouse)
        person = session.person("shop", "ann77")
        request, added = rights.restrict(session, person, kind, TODAY + timedelta(days=1))
        assert not added
        assert warehouse.one("select count(*) from governance.restrictions") == 0
        outcomes = {one.key: one.outcome for one in list_requests(warehouse.connection)}
        assert outcomes[request.key] == "the person was erased before"
        rotation.rotate(warehouse.connection, warehouse.settings.secrets_path)


def test_an_unknown_number_is_buried_if_that_is_wanted(warehouse: Loading) -> None:
    done = erase(warehouse, "zoe", unknown=True)
    assert not done.is_known and "nobody was found" in done.outcome
    [request] = list_requests(warehouse.connection)
    assert request.outcome == done.outcome
    deliver(warehouse, PERSON.format("zoe"), "who,nr,what,day,price\nbob,C,Desk,2023-06-01,7\n")
    assert "Somebody Else" not in names(warehouse)


def test_an_officers_mistyped_request_stays_open_and_says_why(warehouse: Loading) -> None:
    warehouse.connection.execute((FUNCTIONS_PATH / "enter_request.sql").read_bytes())
    number = warehouse.one("select governance.enter_request('erasure', 'shop', 'ann78', null)")
    [answer] = answer_open_requests(shop.session(warehouse), datetime(2023, 9, 2, tzinfo=UTC))
    assert number == answer.request.key and answer.problem and "nobody was found" in answer.problem
    assert [one.completed_on for one in list_requests(warehouse.connection)] == [None]
    assert not (warehouse.settings.secrets_path / TOMBSTONE_FILE).exists()
    erase(warehouse, "ann78", unknown=True)
    [request] = list_requests(warehouse.connection)
    assert request.key == number and request.completed_on == TODAY


def test_a_repeat_keeps_the_first_result_and_adds_what_was_new(warehouse: Loading) -> None:
    first = erase(warehouse, "ann77")
    erase(warehouse, "ann77")
    [request] = list_requests(warehouse.connection)
    assert request.outcome == first.outcome and not first.outcome.startswith("0 ")
    erase(warehouse, "ann77", TODAY + timedelta(days=1))
    by_day = {one.received_on: one.outcome for one in list_requests(warehouse.connection)}
    assert by_day[TODAY] == first.outcome
    assert by_day[TODAY + timedelta(days=1)] == "the person was erased before; nothing new was held"
    shop.put_all(warehouse)
    erase(warehouse, "ann77", TODAY + timedelta(days=1))
    by_day = {one.received_on: one.outcome for one in list_requests(warehouse.connection)}
    assert by_day[TODAY] == first.outcome
    assert str(by_day[TODAY + timedelta(days=1)]).endswith("3 files deleted")


def test_only_the_source_that_is_named_is_touched(warehouse: Loading) -> None:
    erase(warehouse, "ann77")
    assert names(warehouse) == [shop.NAME, "Bob Example", "Bob Example", "Somebody Else"]
    twin = shop.session(warehouse).person("twin", "ann77")
    assert twin.erased_at == -1
    assert warehouse.one(f"select count(*) from staging.sales where customer_key = {twin.customer_key}") == 4
    assert sorted(path.name for path in (warehouse.settings.incoming_path / "twin").iterdir()) == [
        "lines.csv",
        "people.csv",
        "stars.csv",
    ]


def test_a_number_that_is_an_orders_too_erases_the_person_only(warehouse: Loading) -> None:
    before = warehouse.rows("staging.sales", "customer_key, order_key, line_amount")
    done = erase(warehouse, "A")
    assert (done.erased.customer_records, done.erased.identities, done.erased.sale_lines) == (1, 1, 0)
    assert warehouse.rows("staging.sales", "customer_key, order_key, line_amount") == before
    assert "Somebody Else" not in names(warehouse)
    with pytest.raises(NobodyFound):
        erase(warehouse, "B")


@pytest.mark.parametrize("between", [(), ("rotate",), ("retain",), ("rotate", "retain", "rotate")], ids=str)
def test_a_later_delivery_of_an_erased_person_is_left_out_and_its_file_deleted(
    warehouse: Loading, between: tuple[str, ...]
) -> None:
    erase(warehouse, "ann77")
    for step in between:
        if step == "rotate":
            rotation.rotate(warehouse.connection, warehouse.settings.secrets_path)
        else:
            retention.run_retention(shop.session(warehouse), TODAY)
    result = deliver(warehouse, shop.PERSONS, shop.LINES + "ann77,Z,Lamp,2023-08-20,50\n")
    assert result.erased_people == 1
    assert list(warehouse.folder.iterdir()) == []
    assert names(warehouse).count(shop.NAME) == 1, "the twin's"
    assert warehouse.one("select count(*) from staging.sales where sale_date = '2023-08-20' and customer_key = -2") == 1
    assert retention.overdue(warehouse.connection, warehouse.settings, TODAY)[retention.FILES] == 0


def test_a_file_of_nobody_erased_stays(warehouse: Loading) -> None:
    erase(warehouse, "ann77")
    warehouse.put("lines.csv", "who,nr,what,day,price\nbob,C,Desk,2023-06-01,7\n")
    warehouse.put("people.csv", PERSON.format("eve"))
    warehouse.put("stars.csv", "who,what,stars\nbob,Lamp,2\n")
    [result] = warehouse.load(TODAY)
    assert result.erased_people == 0
    assert len(list(warehouse.folder.iterdir())) == 3
    assert list(delete_files_of_erased(warehouse.connection, warehouse.settings)) == []


@pytest.mark.parametrize("by", ["run", "retention"])
def test_a_loaded_file_that_is_put_there_again_goes_too(warehouse: Loading, by: str) -> None:
    erase(warehouse, "ann77")
    deliver(warehouse, shop.PERSONS)
    result = deliver(warehouse, shop.PERSONS)
    assert result.outcome == "unchanged"
    if by == "run":
        assert len(list(delete_files_of_erased(warehouse.connection, warehouse.settings))) == 3
    else:
        assert retention.overdue(warehouse.connection, warehouse.settings, TODAY)[retention.FILES] == 3
        retention.run_retention(open_privacy_session(warehouse.settings, warehouse.connection), TODAY)
    assert list(warehouse.folder.iterdir()) == []
