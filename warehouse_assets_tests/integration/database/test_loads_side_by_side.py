"""Two deliveries under way at once in one database: neither waits for the other, and the result is that of an order."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from itertools import count

import psycopg
import pytest

from warehouse_assets import database as server_of
from warehouse_assets.database import month_partitions
from warehouse_assets.ingestion.sources.delivery import find_deliveries
from warehouse_assets.ingestion.sources.source import read_source
from warehouse_assets.ingestion.staging.ledger import LoadResult
from warehouse_assets.ingestion.staging.loading import load_delivery
from warehouse_assets.ingestion.staging.removal import forget_delivery
from warehouse_assets.pseudonyms.secret import open_secret
from warehouse_assets.settings import Settings
from warehouse_assets_tests.integration.ingestion.loading import TODAY, Connection, Loading, loading, own_source

TOML = '[tables.lines]\nfiles = ["*.csv"]\n'
SALES = """
select source_line, who as customer_id, number as order_id, product as product_name, day as sold_at, '1' as quantity,
    '10' as unit_price
from lines
"""
HEADER = "who,number,product,day\n"
MAY, JUNE = date(2023, 5, 1), date(2023, 6, 1)
FILES = {
    "may.csv": "ann,A,Lamp,2023-05-03\nbob,B,Lamp,2023-05-04\n",
    "june.csv": "ann,A,Lamp,2023-06-03\neve,C,Desk,2023-06-04\n",
    "july.csv": "ann,D,Lamp,2023-07-03\n",
}
"""The order A stands in two files, and Ann in all."""
_PATIENCE_SECONDS = 30
_WAITING = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"


@pytest.fixture
def shop(prepared_database: Settings) -> Iterator[Loading]:
    with loading(own_source(prepared_database, "shop", TOML, sales=SALES), "shop") as found:
        open_secret(found.settings.secrets_path, found.connection)
        for name, lines in FILES.items():
            found.put(name, HEADER + lines)
        yield found


def load(shop: Loading, connection: Connection, name: str, at_sales: Callable[[], object] = lambda: None) -> LoadResult:
    """Loads one file; `at_sales` is called once its sales are read, before its end."""
    source = read_source(shop.settings.sources_path, shop.source_name)
    [delivery] = [one for one in find_deliveries(source, shop.settings.incoming_path) if one.name == name]
    secret = open_secret(shop.settings.secrets_path, connection)

    def progress(what: str, done: int, total: int) -> None:
        if what == "sales":
            at_sales()

    return load_delivery(connection, shop.settings, delivery, secret, TODAY, progress)


@contextmanager
def under_way(shop: Loading, name: str) -> Iterator[tuple[threading.Event, Future[LoadResult]]]:
    """A load in another session that waits after its sales until the event is set."""
    has_come, may_go = threading.Event(), threading.Event()

    def stop() -> None:
        has_come.set()
        assert may_go.wait(_PATIENCE_SECONDS)

    with server_of.connect(shop.settings, autocommit=True) as connection, ThreadPoolExecutor(1) as thread:
        try:
            running = thread.submit(load, shop, connection, name, stop)
            assert has_come.wait(_PATIENCE_SECONDS)
            yield may_go, running
        finally:
            may_go.set()


def pending(shop: Loading) -> set[date]:
    return {month for (month,) in shop.rows("staging.pending_months", "month")}


def is_somebody_waiting(shop: Loading, number: int = 1) -> bool:
    """Whether so many sessions wait, within some seconds."""
    for _ in range(100):
        if shop.one(_WAITING) == number:
            return True
        threading.Event().wait(0.1)
    return False


def test_neither_waits_for_the_other(shop: Loading) -> None:
    """Though both add partitions, and the same customer and order."""
    with under_way(shop, "may.csv") as (may_go, running):
        shop.connection.execute(f"set lock_timeout = '{_PATIENCE_SECONDS}s'")
        assert load(shop, shop.connection, "june.csv").outcome == "loaded"
        assert not running.done()
        may_go.set()
        assert running.result().outcome == "loaded"
    load(shop, shop.connection, "july.csv")
    at_once = shop.contents()
    for name in FILES:
        forget_delivery(shop.connection, shop.source_name, name)
    shop.connection.execute("truncate staging.pending_months, staging.pending_customers")
    shop.load()
    assert shop.contents() == at_once


def test_months_that_were_built_meanwhile_are_queued_again(shop: Loading) -> None:
    """The load that ends last has a line of an order that the other brought while it was under way."""
    with under_way(shop, "may.csv") as (may_go, running):
        load(shop, shop.connection, "june.csv")
        assert pending(shop) == {JUNE}
        shop.connection.execute("truncate staging.pending_months")
        may_go.set()
        running.result()
    assert pending(shop) == {MAY, JUNE}


def test_what_takes_away_waits_for_a_load_under_way(shop: Loading) -> None:
    load(shop, shop.connection, "june.csv")
    with (
        under_way(shop, "may.csv") as (may_go, running),
        server_of.connect(shop.settings, autocommit=True) as other,
        ThreadPoolExecutor(1) as thread,
    ):
        forgotten = thread.submit(forget_delivery, other, shop.source_name, "june.csv")
        assert is_somebody_waiting(shop)
        assert not forgotten.done()
        may_go.set()
        assert (running.result().outcome, forgotten.result()) == ("loaded", 1)
    keys = "select count(*) from vault.customer_keys where not exists (select from staging.sales where {})"
    assert shop.one(keys.format("sales.customer_key = customer_keys.customer_key")) == 0


def test_no_load_passes_what_takes_away(shop: Loading) -> None:
    """Loads that overlap without an end would keep an erasure waiting for ever."""
    load(shop, shop.connection, "june.csv")
    with (
        under_way(shop, "may.csv") as (may_go, running),
        server_of.connect(shop.settings, autocommit=True) as one,
        server_of.connect(shop.settings, autocommit=True) as other,
        ThreadPoolExecutor(2) as threads,
    ):
        forgotten = threads.submit(forget_delivery, one, shop.source_name, "june.csv")
        assert is_somebody_waiting(shop)
        later = threads.submit(load, shop, other, "july.csv")
        assert is_somebody_waiting(shop, 2)
        assert not later.done()
        may_go.set()
        assert (running.result().outcome, forgotten.result(), later.result().outcome) == ("loaded", 1, "loaded")


def test_names_of_deliveries_leave_no_lock_behind(shop: Loading) -> None:
    rows = "select count(*) from ops.locks where lock_name like 'delivery%'"
    before = shop.one(rows)
    shop.load()
    assert shop.one(rows) == before


def test_a_correction_waits_for_a_load_under_way(shop: Loading) -> None:
    load(shop, shop.connection, "june.csv")
    shop.put("june.csv", HEADER + "bob,E,Lamp,2023-06-05\n")
    with (
        under_way(shop, "may.csv") as (may_go, running),
        server_of.connect(shop.settings, autocommit=True) as other,
        ThreadPoolExecutor(1) as thread,
    ):
        corrected = thread.submit(load, shop, other, "june.csv")
        assert is_somebody_waiting(shop)
        assert not corrected.done()
        may_go.set()
        assert (running.result().outcome, corrected.result().outcome) == ("loaded", "corrected")
    assert len(shop.rows("vault.customer_keys")) == 2


def test_who_waits_for_the_table_stops_no_load(shop: Loading, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another session waits for this load, and a transaction that makes partitions beside it would wait for that."""
    monkeypatch.setattr(month_partitions, "_PATIENCE_MS", 500)
    lines = [f"ann,{n},Lamp,{day}" for day in ("2023-05-03", "2023-06-03") for n in range(20)]
    shop.put("both.csv", HEADER + "\n".join(lines) + "\n")
    frames = count()

    def want() -> None:
        with server_of.connect(shop.settings) as other:
            other.execute("lock table staging.sales in access exclusive mode")

    def after_ten_frames() -> None:
        if next(frames) == 10:
            threads.submit(want)
            assert is_somebody_waiting(shop)

    with server_of.connect(shop.settings, autocommit=True) as connection, ThreadPoolExecutor(1) as threads:
        small = Loading(replace(shop.settings, frame_rows=1), connection, shop.source_name)
        assert load(small, connection, "both.csv", after_ten_frames).months == [MAY, JUNE]
    assert shop.one("select count(*) from staging.sales") == 40


def test_a_load_that_fails_leaves_partitions_alone(shop: Loading) -> None:
    def fail() -> None:
        raise psycopg.OperationalError

    with pytest.raises(psycopg.OperationalError):
        load(shop, shop.connection, "may.csv", fail)
    left = {name for name, rows in shop.contents().items() if rows}
    assert left == {"ops.fingerprints"}
