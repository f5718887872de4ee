"""Rotation of the secret: every key is another, and nothing else is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse_assets.privacy import rekeying, rotation
from warehouse_assets.pseudonyms.secret import SECRET_FILE, SecretError, open_secret, read_keys, secret_from
from warehouse_assets.pseudonyms.tombstones import add_tombstones, read_tombstones
from warehouse_assets.schemas import TABLES
from warehouse_assets.settings import Settings
from warehouse_assets_tests.integration.ingestion import orders_shop as shop
from warehouse_assets_tests.integration.ingestion.loading import Loading, loading, own_source

SHOP = """
description = "numbered orders"
[tables.lines]
files = ["lines*.csv"]
[tables.people]
files = ["people*.csv"]
[sales]
driving = "lines"
[customers]
driving = "people"
"""
SALES = """select l.source_line, l.who as customer_id, l.nr as order_id, l.what as product_name, l.day as sold_at,
'1' as quantity, l.price as unit_price from lines as l"""
PEOPLE = "select source_line, who as customer_id, name as full_name, country, seen as last_login_at from people"


@pytest.fixture
def warehouse(database: Settings) -> Iterator[Loading]:
    settings = own_source(database, "shop", SHOP, sales=SALES, customers=PEOPLE)
    with loading(settings, "shop") as loaded:
        loaded.put(
            "people.csv", "who,name,country,seen\n1,Ann Example,France,2023-05-02\n2,Bob Example,Spain,2023-05-02\n"
        )
        loaded.put("lines.csv", LINES)
        loaded.load()
        yield loaded


LINES = (
    "who,nr,what,day,price\n1,A,Lamp,2023-05-01,10\n1,A,Lamp,2023-05-01,10\n2,B,Lamp,2023-05-01,-1\n"
    "2,C,Desk,2023-06-01,7\n,,Pen,2023-06-01,1\n"
)


def folder(warehouse: Loading) -> Path:
    return warehouse.settings.secrets_path


def every_key(warehouse: Loading) -> set[int]:
    query = rekeying.every_key(rekeying.pseudonym_tables())
    return {row[0] for row in warehouse.connection.execute(query.encode())}


def without_keys(warehouse: Loading) -> dict[str, list[str]]:
    pseudonyms = {
        name for table in TABLES.values() for name in (*rekeying.key_columns(table), "key_hash", "record", "value")
    }
    found = warehouse.contents(frozenset(pseudonyms))
    return {name: rows for name, rows in found.items() if not name.startswith("staging.pending")}


def test_every_key_changes_and_nothing_else(warehouse: Loading) -> None:
    before, others = every_key(warehouse), without_keys(warehouse)
    assert len(before) >= 7
    done = rotation.rotate(warehouse.connection, folder(warehouse))
    assert (done.keys, done.generation) == (len(before), 1)
    assert not every_key(warehouse) & before
    assert len(every_key(warehouse)) == len(before)
    assert without_keys(warehouse) == others


def test_every_id_goes_through_the_chain(warehouse: Loading) -> None:
    """The same records in another file: no key is new, and a load of everything again gives the same rows."""
    for _ in range(2):
        rotation.rotate(warehouse.connection, folder(warehouse))
    keys, rows = every_key(warehouse), warehouse.contents()
    warehouse.put("lines.csv", LINES + "2,C,Desk,2023-06-01,8\n")
    warehouse.load()
    assert len(every_key(warehouse) - keys) == 1
    assert keys <= every_key(warehouse)
    warehouse.put("lines.csv", LINES)
    warehouse.load()
    assert warehouse.contents() == rows


def test_every_mart_stays_the_same(database: Settings) -> None:
    """Row for row, with groups of any size shown; and every row of `dw` but for its keys."""
    small = replace(shop.shop_settings(database), minimum_group_size=1)
    with loading(small, "shop") as warehouse:
        shop.put_all(warehouse)
        warehouse.load()
        shop.build(warehouse)
        before = marts(warehouse)
        # Two months are no ground for a forecast.
        assert [name for name, rows in before.items() if not rows] == ["mart_sales.sales_forecast"]
        for _ in range(2):
            rotation.rotate(warehouse.connection, folder(warehouse))
            shop.build(warehouse)
        assert marts(warehouse) == before


def marts(warehouse: Loading) -> dict[str, list[str]]:
    return {
        name: sorted(row[0] for row in warehouse.connection.execute(f"select t::text from {name} as t".encode()))
        for name in TABLES
        if name.startswith("mart_")
    }


def test_a_rotation_cut_off_before_its_commit_is_completed(warehouse: Loading, monkeypatch: pytest.MonkeyPatch) -> None:
    before = warehouse.contents()

    def cut_off(*arguments: Any) -> None:
        raise psycopg.OperationalError("cut off")

    monkeypatch.setattr(rotation, "_note", cut_off)
    with pytest.raises(psycopg.OperationalError):
        rotation.rotate(warehouse.connection, folder(warehouse))
    monkeypatch.undo()
    assert warehouse.contents() == before
    assert open_secret(folder(warehouse), warehouse.connection).generation == 0
    assert [result.outcome for result in warehouse.load()] == ["unchanged"]
    written = read_keys(folder(warehouse) / SECRET_FILE)
    assert rotation.is_behind(warehouse.connection, folder(warehouse))
    assert rotation.rotate(warehouse.connection, folder(warehouse)).generation == 1
    assert read_keys(folder(warehouse) / SECRET_FILE) == written
    assert not rotation.is_behind(warehouse.connection, folder(warehouse))


def test_a_load_that_waited_for_a_rotation_writes_nothing(warehouse: Loading) -> None:
    from warehouse_assets.ingestion.sources.delivery import find_deliveries
    from warehouse_assets.ingestion.sources.source import read_source
    from warehouse_assets.ingestion.staging.loading import load_delivery
    from warehouse_assets_tests.integration.ingestion.loading import TODAY

    stale = open_secret(folder(warehouse), warehouse.connection)
    rotation.rotate(warehouse.connection, folder(warehouse))
    warehouse.put("lines.csv", LINES + "3,D,Desk,2023-06-01,8\n")
    rows = warehouse.contents()
    source = read_source(warehouse.settings.sources_path, "shop")
    [delivery] = find_deliveries(source, warehouse.settings.incoming_path)
    with pytest.raises(SecretError, match="rotated while this load waited"):
        load_delivery(warehouse.connection, warehouse.settings, delivery, stale, TODAY)
    assert warehouse.contents() == rows


def test_a_lost_secret_can_be_replaced_and_loses_no_sale(warehouse: Loading) -> None:
    sales = warehouse.rows("staging.sales", "sale_date, quantity, unit_price")
    with pytest.raises(SecretError, match="is not lost"):
        rotation.start_anew(warehouse.connection, folder(warehouse))
    (folder(warehouse) / SECRET_FILE).unlink()
    with pytest.raises(SecretError, match="Restore the file"):
        warehouse.load()
    rotation.start_anew(warehouse.connection, folder(warehouse))
    assert [result.outcome for result in warehouse.load()] == ["unchanged"]
    assert warehouse.rows("staging.sales", "sale_date, quantity, unit_price") == sales


@given(st.lists(st.integers(0, 2**63 - 1), min_size=1, max_size=5), st.integers(0, 2), st.integers(0, 2))
def test_keys_carried_in_steps_are_those_carried_at_once(keys: list[int], start: int, end: int) -> None:
    import numpy as np

    secret = secret_from(b"a" * 32, b"b" * 32, b"c" * 32)
    first = np.array(keys)
    middle = secret.keys(first, end=min(start, end))
    assert secret.keys(middle, start=min(start, end)).tolist() == secret.keys(first).tolist()
    assert secret.keys(np.array([-1, -2])).tolist() == [-1, -2]


def test_a_tombstone_that_was_cut_off_is_written_again(tmp_path: Path) -> None:
    subject = read_tombstones(tmp_path).subject(5)
    (tmp_path / "tombstones").write_text(f"0 {subject[:9]}")
    assert read_tombstones(tmp_path).by_generation == {}
    assert add_tombstones(tmp_path, 0, [subject]).matching(0, [4, 5]) == [5]
    assert add_tombstones(tmp_path, 0, [subject]).by_generation == {0: {subject}}
    (tmp_path / "tombstone.key").unlink()
    with pytest.raises(SecretError, match=r"tombstone.key is missing"):
        read_tombstones(tmp_path)
