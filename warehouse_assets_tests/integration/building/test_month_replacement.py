"""Months are replaced whole or not at all, and keep their keys."""

from __future__ import annotations

import threading
from datetime import date
from typing import Any

import psycopg
import pytest

from warehouse_assets.building import month_replacement
from warehouse_assets.building.build_log import count_rows
from warehouse_assets.building.facts import MONTHLY_TABLES, build_month, build_partition
from warehouse_assets.building.migrations import create_schema
from warehouse_assets.building.rebuild_queue import pending_months
from warehouse_assets.database import connect, month_partitions
from warehouse_assets.database.month_partitions import ensure_partitions
from warehouse_assets.schemas import TABLES, Table
from warehouse_assets_tests.integration.deliveries import (
    Connection,
    Delivery,
    build_all,
    deliver,
    rows_of,
    snapshot,
    withdraw,
)

JANUARY = date(2023, 1, 1)


class RefusedError(Exception):
    """Raised by a check of the test."""


def refuse(connection: Connection, partition: str) -> None:
    rows = connection.execute(f"select count(*) from {partition}".encode()).fetchone()
    assert rows == (2,)
    raise RefusedError


OTHER_KEY = "(month, order_key, product_key, country, customer_key, currency_code, is_product)"


@pytest.mark.parametrize(
    "other",
    ["rename sold_order_count to has_sale", f"drop constraint agg_order_month_pkey, add primary key {OTHER_KEY}"],
)
def test_an_aggregate_of_another_version_is_made_again(shop: Connection, other: str) -> None:
    deliver(shop, Delivery(1, sales=[{}]))
    build_all(shop)
    before = rows_of(shop, "dw.agg_order_month", "month, order_key, sold_order_count")
    create_schema(shop)
    assert pending_months(shop) == []
    shop.execute(f"alter table dw.agg_order_month {other}".encode())
    create_schema(shop)
    assert pending_months(shop) == [JANUARY]
    build_all(shop)
    assert rows_of(shop, "dw.agg_order_month", "month, order_key, sold_order_count") == before != []


def test_failed_check_leaves_the_month_as_it_was(shop: Connection) -> None:
    deliver(shop, Delivery(1, sales=[{}]))
    build_all(shop)
    before, builds = snapshot(shop), rows_of(shop, "ops.table_builds")
    deliver(shop, Delivery(2, sales=[{"line_key": 2, "order_key": 2, "product_key": 101}]))
    with pytest.raises(RefusedError):
        build_month(shop, JANUARY, checks=refuse)
    assert pending_months(shop) == [JANUARY]
    after = snapshot(shop)
    assert {name: after[name] for name in MONTHLY_TABLES} == {name: before[name] for name in MONTHLY_TABLES}
    assert [row for row in rows_of(shop, "ops.table_builds") if row[1] != "all"] == [
        row for row in builds if row[1] != "all"
    ]
    assert build_month(shop, JANUARY).rows["dw.fct_sales"] == 2
    assert pending_months(shop) == []


def test_reader_sees_the_old_month_or_the_new_one(shop: Connection, url: str) -> None:
    lines = [{"line_key": key, "order_key": key} for key in range(1, 41)]
    deliver(shop, Delivery(1, sales=lines))
    build_all(shop)
    seen: set[Any] = set()
    done = threading.Event()

    def read() -> None:
        with connect(url, autocommit=True) as reader:
            while not done.is_set():
                seen.add(reader.execute("select count(*) from dw.fct_sales where sale_date < '2023-02-01'").fetchone())
                seen.add(reader.execute("select sum(line_count)::int from dw.agg_sales_month").fetchone())

    thread = threading.Thread(target=read)
    thread.start()
    try:
        for turn in range(8):
            if turn % 2:
                withdraw(shop, 2)
            else:
                deliver(shop, Delivery(2, sales=[{"line_key": key, "order_key": key} for key in range(41, 61)]))
            build_all(shop)
    finally:
        done.set()
        thread.join()
    assert seen == {(40,), (60,)}


def test_a_snapshot_keeps_its_rows_while_a_month_is_replaced(shop: Connection, url: str) -> None:
    """A repeatable-read reader sees the recorded number of rows, and holds up no builder while it is open."""
    deliver(shop, Delivery(1, sales=[{"line_key": key, "order_key": key} for key in range(1, 41)]))
    build_all(shop)
    with connect(url) as reader:
        reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        recorded = "select row_count::int from ops.table_builds where table_name = 'dw.fct_sales'"
        assert reader.execute(recorded).fetchone() == (40,)
        deliver(shop, Delivery(2, sales=[{"line_key": key, "order_key": key} for key in range(41, 61)]))
        build_all(shop)
        withdraw(shop, 1)
        build_all(shop)
        assert reader.execute("select count(*) from dw.fct_sales").fetchone() == (40,)
        assert reader.execute("select sum(line_count)::int from dw.agg_sales_month").fetchone() == (40,)
    assert len(rows_of(shop, "dw.fct_sales")) == 20


def test_a_snapshot_from_before_a_month_sees_neither_its_record_nor_its_rows(shop: Connection, url: str) -> None:
    with connect(url) as reader:
        reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        assert reader.execute("select count(*) from ops.table_builds").fetchone() == (0,)
        deliver(shop, Delivery(1, sales=[{}]))
        build_all(shop)
        assert reader.execute("select count(*) from dw.fct_sales").fetchone() == (0,)


def test_a_replaced_month_writes_only_the_rows_that_differ(shop: Connection) -> None:
    deliver(shop, Delivery(1, sales=[{"line_key": key, "order_key": key} for key in range(1, 41)]))
    build_all(shop)
    before = set(rows_of(shop, "dw.fct_sales", "line_key, xmin::text"))
    deliver(shop, Delivery(2, sales=[{"line_key": 41, "order_key": 41}]))
    build_all(shop)
    after = set(rows_of(shop, "dw.fct_sales", "line_key, xmin::text"))
    assert len(after - before) == 1
    assert before <= after


def test_builders_of_one_month_wait_for_each_other(shop: Connection, url: str) -> None:
    deliver(shop, Delivery(1, sales=[{"line_key": key, "order_key": key} for key in range(1, 200)]))
    build_all(shop)
    failures: list[Exception] = []

    def build() -> None:
        try:
            with connect(url, bulk=True, autocommit=True) as connection:
                for _ in range(3):
                    build_all(connection)
                    for name in MONTHLY_TABLES:
                        build_partition(connection, name, JANUARY)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=build) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(rows_of(shop, "dw.fct_sales")) == 199


def test_months_of_one_table_are_built_at_once(shop: Connection, url: str) -> None:
    february = date(2023, 2, 1)
    sales = [{}, {"line_key": 2, "order_key": 2, "sale_date": february, "sold_at": "2023-02-01 10:00+00"}]
    deliver(shop, Delivery(1, sales=sales))
    build_all(shop)
    failures: list[Exception] = []

    def build(month: date) -> None:
        def wait(connection: Connection, partition: str) -> None:
            connection.execute("select pg_sleep(0.5)")

        try:
            with connect(url, bulk=True, autocommit=True) as connection:
                build_partition(connection, "dw.agg_customer_month", month, checks=wait)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=build, args=[month]) for month in (JANUARY, february)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_delivery_that_commits_during_a_build_is_not_lost(shop: Connection, url: str) -> None:
    deliver(shop, Delivery(1, sales=[{}]))
    with connect(url, bulk=True, autocommit=True) as builder, connect(url, bulk=True) as ingestion:
        thread = threading.Thread(target=build_all, args=[builder])
        with ingestion.transaction():
            # January is in the queue already, so this adds no row to it.
            deliver(ingestion, Delivery(2, sales=[{"line_key": 2, "order_key": 2, "customer_key": 11}]))
            thread.start()
            thread.join(timeout=0.5)
            assert thread.is_alive()
        thread.join()
    build_all(shop)
    assert rows_of(shop, "dw.fct_sales", "customer_key") == [(10,), (11,)]


def constraints(shop: Connection, relation: str) -> dict[str, int]:
    rows = shop.execute(
        "select contype::text, count(*) from pg_constraint where conrelid = %s::regclass and convalidated"
        " and contype in ('p', 'f', 'c') group by contype",
        [relation],
    )
    return dict(rows.fetchall())


@pytest.mark.parametrize("times", [1, 2])
def test_partitions_have_the_keys_and_rules_of_their_table(shop: Connection, times: int) -> None:
    deliver(shop, Delivery(1, sales=[{"rating": 4}]))
    build_all(shop)
    for _ in range(times - 1):
        build_month(shop, JANUARY)
    for name in MONTHLY_TABLES:
        partition = constraints(shop, f"{name}_2023_01")
        assert partition == constraints(shop, name)
        assert partition["p"] == 1
        assert partition.get("f", 0) == len(TABLES[name].foreign_keys)
    kept = shop.execute("select count(*) from pg_class where relname like '%%\\_new%%'").fetchone()
    assert kept == (0,)


def test_month_whose_rows_are_gone_is_empty(shop: Connection) -> None:
    deliver(shop, Delivery(1, sales=[{"rating": 4}]))
    build_all(shop)
    withdraw(shop, 1)
    build_all(shop)
    assert rows_of(shop, "dw.fct_sales") == []
    builds = shop.execute("select distinct row_count from ops.table_builds where partition_name = '2023-01'")
    assert builds.fetchall() == [(0,)]


def test_partitions_are_made_once(shop: Connection) -> None:
    for _ in range(2):
        ensure_partitions(shop, "staging.sales", [date(2021, 5, 17), JANUARY])
    partitions = shop.execute("select count(*) from pg_inherits where inhparent = 'staging.sales'::regclass")
    assert partitions.fetchone() == (2,)
    assert constraints(shop, "staging.sales_2021_05") == constraints(shop, "staging.sales")


def test_a_month_that_is_attached_or_spread_empty_has_the_same_rows(
    shop: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a cluster, where a filled table that is attached or spread would leave its rows on the coordinator."""
    deliver(shop, Delivery(1, sales=[{}]))
    build_all(shop)
    expected = {name: rows_of(shop, name) for name in MONTHLY_TABLES}
    for name in MONTHLY_TABLES:
        shop.execute(f"drop table if exists {name}_2023_01".encode())
    monkeypatch.setattr(month_replacement, "is_spread", lambda connection, name: True)
    attached, spread = list[tuple[str, int]](), dict[str, int]()

    def spread_like(connection: Connection, name: str, table: str) -> None:
        spread[name] = count_rows(connection, name)

    def attach(connection: Connection, table: Table, name: str, month: date) -> None:
        attached.append((name, count_rows(connection, name)))
        month_partitions.attach(connection, table, name, month)

    monkeypatch.setattr(month_replacement, "attach", attach)
    monkeypatch.setattr(month_replacement, "spread_like", spread_like)
    build_month(shop, JANUARY)
    assert {name: rows_of(shop, name) for name in MONTHLY_TABLES} == expected
    assert [name for name, _ in attached] == [f"{name}_2023_01" for name in MONTHLY_TABLES if expected[name]]
    assert all(rows == 0 or name in spread for name, rows in attached)
    assert set(spread.values()) == {0}
    assert dict(attached)["dw.fct_sales_2023_01"] == 0
    assert shop.execute("select to_regclass('dw.fct_sales_2023_01_new')").fetchone() == (None,)
