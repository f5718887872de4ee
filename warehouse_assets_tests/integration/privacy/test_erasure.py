"""Erasure: the person is nowhere, sales add up to the same, and nothing brings the person back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from warehouse_assets.building.rebuild_queue import pending_months, rebuild_all
from warehouse_assets.privacy import holdings, rekeying, rights, rotation
from warehouse_assets.privacy.erasure import NotErased
from warehouse_assets.privacy.recovery import recover
from warehouse_assets.pseudonyms.secret import SecretError
from warehouse_assets.pseudonyms.tombstones import TOMBSTONE_FILE
from warehouse_assets.settings import Settings
from warehouse_assets_tests.integration.ingestion import orders_shop as shop
from warehouse_assets_tests.integration.ingestion.loading import Loading, loading

ANN = "ann77"


@pytest.fixture
def warehouse(database: Settings) -> Iterator[Loading]:
    with loading(shop.shop_settings(database), "shop") as loaded:
        shop.put_all(loaded)
        loaded.load()
        yield loaded


def erase(warehouse: Loading, today: date = date(2023, 9, 2)) -> rights.Erasure:
    session = shop.session(warehouse)
    return rights.erase(session, session.person("shop", ANN), today)


def of_ann(warehouse: Loading) -> dict[str, int]:
    """Where something of the person is held, the log of requests aside."""
    session = shop.session(warehouse)
    person = session.person("shop", ANN)
    found = holdings.held_rows(warehouse.connection, person.keys, [])
    # The queue of people to be rebuilt forgets them when it is worked off.
    return {name: len(rows) for name, rows in found.items() if name != "staging.pending_customers"}


def test_the_person_is_nowhere_and_sales_add_up_to_the_same(warehouse: Loading) -> None:
    shop.build(warehouse)
    before, rows = shop.totals(warehouse), warehouse.rows("ops.ingested_files", "rows_read, sales_read, customers_read")
    assert {"vault.identities", "vault.orders", "staging.rejected_records", "dw.fct_sales"} <= set(of_ann(warehouse))
    done = erase(warehouse)
    assert (done.erased.customer_records, done.erased.identities, done.erased.rejects) == (1, 1, 1)
    assert (done.erased.sale_lines, done.erased.reviews) == (4, 1)
    assert pending_months(warehouse.connection) == [date(2023, 5, 1), date(2023, 6, 1)]
    shop.build(warehouse)
    assert of_ann(warehouse) == {}
    assert shop.totals(warehouse) == before
    assert warehouse.rows("ops.ingested_files", "rows_read, sales_read, customers_read") == rows
    columns = "sales_loaded, sales_rejected, sales_suppressed, customers_loaded, customers_suppressed"
    assert warehouse.rows("ops.ingested_files", columns) == [(7, 1, 1, 1, 1)]
    assert warehouse.rows("staging.geographies", "country, city") == [("France", ""), ("Spain", "Madrid")]
    assert not list(warehouse.folder.iterdir())
    assert [path.name for path in done.files] == ["lines.csv", "people.csv", "stars.csv"]


def test_every_key_of_the_persons_orders_is_another(warehouse: Loading) -> None:
    query = "select order_key from staging.sales where customer_key = %s union select line_key from staging.sales"
    key = shop.session(warehouse).person("shop", ANN).customer_key
    before = {row[0] for row in warehouse.connection.execute(f"{query} where customer_key = %s", [key, key])}
    erase(warehouse)
    every = rekeying.every_key(rekeying.pseudonym_tables())
    after = {row[0] for row in warehouse.connection.execute(every.encode())}
    assert len(before) == 5
    assert not (before | {key}) & after - {key}
    assert warehouse.one("select count(distinct order_key) from staging.sales where has_order_id") == 3


def test_the_same_again_changes_nothing(warehouse: Loading) -> None:
    first = erase(warehouse)
    tombstones = (warehouse.settings.secrets_path / TOMBSTONE_FILE).read_text()
    rows = warehouse.contents()
    again = erase(warehouse)
    assert warehouse.contents() == rows
    assert (warehouse.settings.secrets_path / TOMBSTONE_FILE).read_text() == tombstones
    assert again.request.key == first.request.key
    assert again.erased.sale_lines == 0
    assert recover(warehouse.connection, warehouse.settings) == 0


def test_reloading_the_original_gives_what_erasing_it_gave(warehouse: Loading) -> None:
    erase(warehouse)
    erased = shop.records(warehouse)
    shop.put_all(warehouse)
    assert [result.outcome for result in warehouse.load()] == ["unchanged"]
    shop.put_all(warehouse, shop.LINES + "bob,Z,Desk,2023-06-01,9\n")
    assert [result.outcome for result in warehouse.load()] == ["corrected"]
    assert of_ann(warehouse) == {}
    shop.put_all(warehouse)
    warehouse.load()
    assert shop.records(warehouse) == erased


def test_a_backfill_of_everything_does_not_bring_the_person_back(warehouse: Loading) -> None:
    shop.build(warehouse)
    before = shop.totals(warehouse)
    erase(warehouse)
    rebuild_all(warehouse.connection)
    shop.build(warehouse)
    assert of_ann(warehouse) == {}
    assert shop.totals(warehouse) == before


def test_a_file_loaded_only_after_the_erasure_is_suppressed_alike(warehouse: Loading) -> None:
    """The original loaded a second time from elsewhere counts once, as before the erasure."""
    shop.build(warehouse)
    before = shop.totals(warehouse)
    erase(warehouse)
    shop.put_all(warehouse, "\n".join(shop.LINES.splitlines()))
    warehouse.load()
    shop.build(warehouse)
    assert of_ann(warehouse) == {}
    assert shop.totals(warehouse) == before


def test_who_comes_back_under_the_same_number_stays_anonymous_and_under_a_new_one_is_new(warehouse: Loading) -> None:
    """An export does not say since when it knows a person: one that repeats an old record would undo the erasure."""
    shop.build(warehouse)
    erase(warehouse)
    people = shop.PERSONS + "ann78,Anna Returned,anna@returned.example,France,Lyon,2023-08-19,2023-08-20\n"
    warehouse.put("people.csv", people)
    warehouse.put("stars.csv", shop.REVIEWS)
    warehouse.put("lines.csv", shop.LINES + "ann77,N,Lamp,2023-08-20,50\nann78,M,Lamp,2023-08-20,60\n")
    warehouse.load(date(2023, 9, 3))
    shop.build(warehouse)
    assert of_ann(warehouse) == {}
    august = "month = date '2023-08-01'"
    assert warehouse.rows("mart_sales.sales_by_month", "order_count, net_revenue_amount", august) == [(2, 110)]
    session = shop.session(warehouse)
    returned = session.person("shop", "ann78")
    where = f"customer_key = {returned.customer_key}"
    assert warehouse.rows("vault.identities", "full_name", where) == [("Anna Returned",)]
    assert warehouse.rows("dw.agg_customer_month", "net_revenue_amount", where) == [(60,)]
    assert warehouse.one("select count(*) from dw.fct_sales where customer_key = -2 and sale_date = '2023-08-20'") == 1


@pytest.mark.parametrize("rotations", [(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 1, 1), (1, 1, 1)], ids=str)
def test_a_restored_backup_does_not_bring_the_person_back(
    warehouse: Loading, tmp_path: Path, rotations: tuple[int, int, int]
) -> None:
    """Whenever the secret was rotated: before the backup, between it and the erasure, or after."""
    folder = warehouse.settings.secrets_path
    for _ in range(rotations[0]):
        rotation.rotate(warehouse.connection, folder)
    shop.build(warehouse)
    before = shop.totals(warehouse)
    shop.dump(warehouse, tmp_path / "yesterday.dump")
    for _ in range(rotations[1]):
        rotation.rotate(warehouse.connection, folder)
    erase(warehouse)
    for _ in range(rotations[2]):
        rotation.rotate(warehouse.connection, folder)
    erased = shop.records(warehouse)
    shop.restore(warehouse, tmp_path / "yesterday.dump")
    if rotations[1]:
        shop.put_all(warehouse, shop.LINES + "bob,Z,Desk,2023-06-01,9\n")
        with pytest.raises(SecretError, match="privacy recover"):
            warehouse.load()
    assert recover(warehouse.connection, warehouse.settings) == 1
    assert shop.records(warehouse) == erased
    shop.build(warehouse)
    assert of_ann(warehouse) == {}
    assert shop.totals(warehouse) == before
    shop.put_all(warehouse, shop.LINES + "bob,Z,Desk,2023-06-01,9\n")
    warehouse.load()
    assert of_ann(warehouse) == {}


def test_a_crash_after_the_tombstone_is_made_good_at_the_next_start(
    warehouse: Loading, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut_off(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(rights, "note_applied", cut_off)
    with pytest.raises(KeyboardInterrupt):
        erase(warehouse)
    monkeypatch.undo()
    assert "vault.identities" in of_ann(warehouse)
    assert recover(warehouse.connection, warehouse.settings) == 1
    assert of_ann(warehouse) == {}


def test_a_table_that_nobody_erases_from_stops_the_erasure(warehouse: Loading, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warehouse_assets.privacy.erasure._delete", lambda connection, table: 0)
    rows = warehouse.contents()
    with pytest.raises(NotErased, match=r"vault\.identities still holds the person"):
        erase(warehouse)
    assert warehouse.contents() == rows
