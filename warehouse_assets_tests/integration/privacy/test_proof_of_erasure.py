"""The proof of an erasure on an embedded cluster: what DELETE leaves behind is found, and then it is gone."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from warehouse_assets import database
from warehouse_assets.privacy import rights
from warehouse_assets.privacy.erasure_proof import certificate
from warehouse_assets.privacy.erasure_proof.scrubbing import scrub
from warehouse_assets.privacy.erasure_proof.search import Search, search_databases, search_files
from warehouse_assets.privacy.identifying_values import key_needle, text_needle
from warehouse_assets.settings import Settings
from warehouse_assets_tests.conftest import remove_warehouse
from warehouse_assets_tests.integration.ingestion import orders_shop as shop
from warehouse_assets_tests.integration.ingestion.loading import Loading, loading
from warehouse_assets_tests.pipeline.debian import debian_server

NOW = datetime(2023, 9, 2, 12, tzinfo=UTC)


@pytest.fixture
def embedded() -> Iterator[Settings]:
    settings = Settings(home=Path(tempfile.mkdtemp(prefix="wh-proof-")))
    try:
        yield settings
    finally:
        remove_warehouse(settings)


def test_nothing_is_left_anywhere(embedded: Settings) -> None:
    settings = shop.shop_settings(embedded)
    with loading(settings, "shop") as warehouse:
        warehouse.connection.execute("alter system set fsync = off")  # for speed: nothing outlives the test
        warehouse.connection.execute("select pg_reload_conf()")
        shop.put_all(warehouse)
        warehouse.load()
        shop.build(warehouse)
        warehouse.connection.execute("analyze")
        erasure = _erase(warehouse)
        shop.build(warehouse)
    kinds = {value.kind for value in erasure.values}
    assert kinds == {"full_name", "email", "customer_key", "order_key", "line_key", "review_key"}
    urls = database.ensure_running(settings)
    data = database.status(settings).data_path
    assert data is not None
    before = certificate.search_everything(settings, urls, data, erasure.values)
    left = "\n".join(before.found)
    assert all(kind in left for kind in ("full_name", "email", "customer_key"))
    assert "pg_wal" in left
    assert "statistics of vault.identities.email" in left
    search, path = certificate.prove(settings, urls, erasure, NOW)
    assert search.found == []
    assert search.places["warehouse: tables"] > 40
    assert search.size_bytes > 20_000_000
    text = path.read_text()
    assert '"nothing was found": true' in text
    assert not any(value.text in text for value in erasure.values)
    with database.connect(urls.warehouse) as connection:
        assert connection.execute("select is_clean from governance.certificates").fetchall() == [(True,)]


def _erase(warehouse: Loading) -> rights.Erasure:
    session = shop.session(warehouse)
    return rights.erase(session, session.person("shop", "ann77"), date(2023, 9, 2))


def test_a_certificate_says_what_is_left(database_settings: Settings) -> None:
    """On a server that is not the embedded one: somebody has put the name where no eraser looks."""
    with loading(shop.shop_settings(database_settings), "shop") as warehouse:
        shop.put_all(warehouse)
        warehouse.load()
        warehouse.connection.execute("create table dw.notes as select %s::text as note", [f"call {shop.NAME}!"])
        erasure = _erase(warehouse)
        urls = database.ensure_running(warehouse.settings)
        search, path = certificate.prove(warehouse.settings, urls, erasure, NOW)
    assert [place.partition(", ")[0] for place in search.found if "notes" in place][:1] == ["warehouse: dw.notes"]
    assert '"nothing was found": false' in path.read_text()
    assert certificate.NOT_SEARCHED in path.read_text()


@pytest.fixture
def database_settings(database: Settings) -> Settings:
    return database


def test_bytes_are_found_wherever_they_stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warehouse_assets.privacy.erasure_proof.search._BLOCK", 7)
    key = 2**62 + 12345
    values = [
        text_needle("full_name", "Zoë Müller"),
        key_needle("customer_key", key),
        text_needle("customer_id", "123456"),
    ]
    for name, content in {
        "text": b"xx" + "Zoë Müller".encode() + b"yy",
        "little": b"1234" + key.to_bytes(8, "little"),
        "big": key.to_bytes(8, "big") + b"12",
        "figures": f"key={key},".encode(),
        "value": b"..\x0f123456..",
        "chance": b"0.123456789",
    }.items():
        (tmp_path / name).write_bytes(content)
    search = Search()
    search_files(tmp_path, "home", values, search)
    assert sorted(search.found) == [
        "home: big, customer_key",
        "home: figures, customer_key",
        "home: little, customer_key",
        "home: text, full_name",
        "home: value, customer_id",
    ]


def test_a_short_number_counts_in_a_table_where_it_is_the_value(database_settings: Settings) -> None:
    urls = database.ensure_running(database_settings)
    with database.connect(urls.warehouse, autocommit=True) as connection:
        connection.execute("create schema s")
        connection.execute("create table s.ids as select '123456'::text as id")
        connection.execute("create table s.sums as select 0.123456::numeric as share, '1234567'::text as other")
    search = Search()
    search_databases(urls, [text_needle("customer_id", "123456")], search)
    assert {place for place in search.found if "warehouse:" in place} == {"warehouse: s.ids, 1 rows"}


def test_nothing_is_known_any_more_of_a_queue_that_was_emptied_on_a_plain_server() -> None:
    """ANALYZE passes an empty table over, and not every server can clear statistics by a function."""
    with debian_server() as url:
        urls = database.ensure_running(Settings(home=Path("not used"), database_url=url))
        with psycopg.connect(urls.warehouse, autocommit=True) as connection:
            connection.execute("create schema staging")
            connection.execute('create table staging.emptied (customer_key bigint, name text collate "C" unique)')
            connection.execute("insert into staging.emptied select n, 'name ' || n from generate_series(1, 50) as n")
            connection.execute("analyze staging.emptied")
            connection.execute("delete from staging.emptied")
            assert _statistics(connection) == 2
            before = connection.execute("select pg_get_indexdef('staging.emptied_name_key'::regclass)").fetchone()
            scrub(urls, None, [])
            assert _statistics(connection) == 0
            column = "select collation_name from information_schema.columns where column_name = 'name'"
            assert connection.execute(f"{column} and table_name = 'emptied'".encode()).fetchone() == ("C",)
            after = connection.execute("select pg_get_indexdef('staging.emptied_name_key'::regclass)").fetchone()
            assert after == before


def _statistics(connection: psycopg.Connection[Any]) -> int:
    row = connection.execute("select count(*) from pg_stats where tablename = 'emptied'").fetchone()
    return int(row[0]) if row else 0
