"""Sources whose tables are in a database: what is new is read, nothing is lost or doubled."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from warehouse_assets.ingestion.errors import SourceError
from warehouse_assets.ingestion.readers.cells import text_of
from warehouse_assets.ingestion.readers.shop_databases import find_offer, land_offer
from warehouse_assets.ingestion.sources.source import read_source
from warehouse_assets.ingestion.staging.removal import forget_delivery
from warehouse_assets.settings import Settings
from warehouse_assets_tests.integration.ingestion.loading import Loading, loading, own_source

ORDERS = """
select
    l.source_line, o.id as order_id, l.id as line_number, o.person as customer_id, l.product as product_id,
    o.sold_at, l.quantity, l.price as unit_price, o.updated_at
from lines as l inner join orders as o on l.order_id = o.id
"""
PEOPLE = "select source_line, id as customer_id, country from people"
TABLES = """
[database]
url_variable = "TEST_SHOP_DATABASE"

[sales]
driving = "lines"

[customers]
driving = "people"

[tables.orders]
table = "{schema}orders"
watermark = "updated_at"

[tables.lines]
query = "select l.*, o.updated_at as u from {schema}lines as l join {schema}orders as o on o.id = l.order_id"
watermark = "u"

[tables.people]
table = "{schema}people"
"""
START = datetime(2023, 5, 1, 12, tzinfo=UTC)
Execute = Callable[..., Any]


def day(number: int) -> datetime:
    return START + timedelta(days=number)


@pytest.fixture(params=["sqlite", "postgresql"])
def shop(request: pytest.FixtureRequest, database: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """(warehouse, execute): a shop's database of each kind beside an empty warehouse."""
    is_server = request.param == "postgresql"
    url = str(database.database_url) if is_server else f"sqlite:///{database.home}/shop.db"
    monkeypatch.setenv("TEST_SHOP_DATABASE", url.replace("postgresql://", "postgresql+psycopg://"))
    prefix = "shop." if is_server else ""
    settings = own_source(database, "shop", TABLES.format(schema=prefix), sales=ORDERS, customers=PEOPLE)
    with loading(settings, "shop") as warehouse, _opened(url, is_server) as execute:
        time = "timestamptz" if is_server else "text"
        execute(f"create table {prefix}orders (id int, person int, sold_at {time}, updated_at {time}, card text)")
        execute(f"create table {prefix}lines (id int, order_id int, product text, quantity int, price numeric(9, 2))")
        execute(f"create table {prefix}people (id int, name text, country text)")
        execute(f"insert into {prefix}people values (7, 'Ann', 'France'), (8, 'Bob', 'Spain')")
        yield warehouse, lambda statement, *values: execute(statement.replace("shop.", prefix), *values)


class _opened:  # noqa: N801
    def __init__(self, url: str, is_server: bool) -> None:
        self._connection: Any = (
            psycopg.connect(url, autocommit=True)
            if is_server
            else sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        )
        self._is_server = is_server
        if is_server:
            self._connection.execute("create schema shop")

    def __enter__(self) -> Execute:
        return self._execute

    def _execute(self, statement: str, *values: Any) -> None:
        mark = "%s" if self._is_server else "?"
        kept = [value if self._is_server else text_of(value) for value in values]
        self._connection.execute(statement.replace("?", mark), kept)

    def __exit__(self, *_: object) -> None:
        self._connection.close()


def order(execute: Execute, number: int, at: int, *lines: tuple[int, str]) -> None:
    execute("insert into shop.orders values (?, ?, ?, ?, '4111')", number, 7, day(at), day(at))
    for place, (quantity, price) in enumerate(lines, 1):
        execute("insert into shop.lines values (?, ?, 'lamp', ?, ?)", place, number, quantity, price)


def bring(warehouse: Loading) -> str | None:
    """Reads what the database offers and loads it."""
    source = read_source(warehouse.settings.sources_path, "shop")
    offer = find_offer(source, warehouse.settings.incoming_path, warehouse.connection)
    if offer is None:
        return None
    name = land_offer(source, offer, warehouse.settings.incoming_path)
    warehouse.load()
    return name


def test_only_what_lies_beyond_the_watermark_is_read(shop: Any) -> None:
    warehouse, execute = shop
    order(execute, 1, 0, (1, "5.00"), (2, "7.50"))
    first = bring(warehouse)
    assert first is not None and first.startswith("2023-05-01")
    assert bring(warehouse) is None
    order(execute, 2, 3, (4, "1.25"))
    order(execute, 3, 3, (1, "2"))
    assert bring(warehouse) not in (None, first)
    assert bring(warehouse) is None
    found = warehouse.rows("staging.sales", "sale_date::text, quantity::float, unit_price::float")
    assert set(found) == {
        ("2023-05-01", 1, 5), ("2023-05-01", 2, 7.5), ("2023-05-04", 4, 1.25), ("2023-05-04", 1, 2),
    }  # fmt: skip
    assert warehouse.one("select count(*) from staging.sales") == 6, "the row at the watermark is read again"
    assert warehouse.one("select count(distinct line_key) from staging.sales") == 4
    assert warehouse.one("select count(*) from ops.watermarks") == 4


def test_a_changed_order_and_one_without_a_watermark_come_again(shop: Any) -> None:
    warehouse, execute = shop
    order(execute, 1, 0, (1, "5"))
    order(execute, 2, 1, (1, "6"))
    execute("update shop.orders set updated_at = null where id = 1")
    bring(warehouse)
    assert warehouse.one("select count(*) from staging.sales") == 2
    execute("update shop.orders set updated_at = ? where id = 2", day(9))
    execute("update shop.lines set price = 8 where order_id = 2")
    bring(warehouse)
    prices = warehouse.rows("staging.sales", "unit_price::int")
    assert [price for (price,) in prices] == [5, 5, 6, 8]


def test_what_was_landed_and_not_loaded_is_not_read_twice(shop: Any) -> None:
    warehouse, execute = shop
    order(execute, 1, 0, (1, "5"))
    source = read_source(warehouse.settings.sources_path, "shop")
    offer = find_offer(source, warehouse.settings.incoming_path, warehouse.connection)
    assert offer is not None
    land_offer(source, offer, warehouse.settings.incoming_path)
    assert find_offer(source, warehouse.settings.incoming_path, warehouse.connection) is None
    landed = "".join(path.read_text() for path in warehouse.folder.rglob("*.csv"))
    assert "4111" not in landed and "Ann" not in landed, "columns that no SELECT mentions are never read"


def test_forgetting_does_not_bring_it_back(shop: Any) -> None:
    warehouse, execute = shop
    order(execute, 1, 0, (1, "5"))
    name = bring(warehouse)
    forget_delivery(warehouse.connection, "shop", str(name))
    assert bring(warehouse) is None


def test_an_overlap_reads_what_was_committed_late(shop: Any) -> None:
    warehouse, execute = shop
    order(execute, 1, 5, (1, "5"))
    bring(warehouse)
    order(execute, 2, 4, (1, "6"))
    order(execute, 3, 6, (1, "7"))
    toml = Path(warehouse.settings.sources_path / "shop" / "source.toml")
    overlapping = toml.read_text().replace('watermark = "', 'watermark_overlap = 172800\nwatermark = "')
    toml.write_text(overlapping)
    if _is_text(warehouse):
        with pytest.raises(SourceError, match="watermark_overlap needs a watermark that is a time or a number"):
            bring(warehouse)
    else:
        bring(warehouse)
        assert warehouse.one("select count(distinct order_key) from staging.sales") == 3


def _is_text(warehouse: Loading) -> bool:
    return bool(warehouse.one("select count(*) from ops.watermarks where watermark like 'text %'"))


def test_a_database_without_watermarks_is_a_snapshot(database: Settings) -> None:
    toml = '[database]\nurl = "sqlite:///{path}"\n[tables.sold]\ntable = "sold"\n'
    path = database.home / "shop.db"
    select = "select source_line, id as customer_id, day as sold_at, n as quantity, price as unit_price from sold"
    settings = own_source(database, "shop", toml.replace("{path}", str(path)), sales=select)
    with closing(sqlite3.connect(path)) as connection, loading(settings, "shop") as warehouse:
        connection.execute("create table sold (id, day, n, price)")
        connection.execute("insert into sold values (1, '2023-01-01', 1, 9.99), (2, '2023-01-02', 1, 5.0)")
        connection.commit()
        assert bring(warehouse) == "snapshot"
        connection.execute("delete from sold where id = 1")
        connection.commit()
        assert bring(warehouse) == "snapshot"
        assert warehouse.rows("staging.sales", "unit_price::text") == [("5",)]
        assert warehouse.rows("ops.ingested_files", "delivery_status") == [("current",), ("replaced",)]


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ('[database]\nurl = "sqlite:////nowhere/shop.db"\n', "there is no SQLite file /nowhere/shop.db"),
        ('[database]\nurl = "oracel://x"\n', "is none that SQLAlchemy knows"),
        ('[database]\nurl_variable = "NOT_SET_HERE"\n', "NOT_SET_HERE is not set"),
        ('[database]\nurl = "postgresql+psycopg://nobody@127.0.0.1:1/x"\n', "the database cannot be read: connection"),
        ('[database]\nurl = "postgresql://a:secret@h/x"\n', "holds a password"),
        ("", "is of a database; name it under [database]"),
    ],
)
def test_a_database_that_cannot_be_read(database: Settings, toml: str, message: str) -> None:
    settings = own_source(
        database, "shop", f'{toml}[tables.sold]\ntable = "sold"\nwatermark = "id"\n', sales="select 1"
    )
    with loading(settings, "shop") as warehouse, pytest.raises(SourceError) as raised:
        bring(warehouse)
    assert message in str(raised.value)
    assert "source.toml" in str(raised.value)
    assert "secret" not in str(raised.value)
