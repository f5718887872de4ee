"""Months are replaced whole or not at all, keep their keys, and any history of deliveries ends the same."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from warehouse_assets.building.facts import MONTHLY_TABLES, build_month, build_partition
from warehouse_assets.building.migrate import create_schema
from warehouse_assets.building.months import ensure_partitions
from warehouse_assets.building.queues import pending_months, rebuild_all
from warehouse_assets.database import DatabaseUrls, connect
from warehouse_assets.schemas import TABLES
from warehouse_assets_tests.integration.deliveries import (
    Connection,
    Delivery,
    Row,
    at,
    build_all,
    clear,
    cleared,
    deliver,
    empty_warehouse,
    rows_of,
    snapshot,
    withdraw,
)

JANUARY = date(2023, 1, 1)


@pytest.fixture(scope="module")
def url(server: DatabaseUrls) -> Iterator[str]:
    with empty_warehouse(server) as url:
        yield url


@pytest.fixture
def shop(url: str) -> Iterator[Connection]:
    with cleared(url) as connection:
        yield connection


class RefusedError(Exception):
    """Raised by a check of the test."""


def refuse(connection: Connection, partition: str) -> None:
    rows = connection.execute(f"select count(*) from {partition}".encode()).fetchone()
    assert rows == (2,)
    raise RefusedError


@pytest.mark.parametrize(
    "other",
    [
        "alter table dw.agg_order_month rename sold_order_count to has_sale",
        "alter table dw.agg_order_month drop constraint agg_order_month_pkey, add constraint agg_order_month_pkey"
        " primary key (month, order_key, product_key, country, customer_key, currency_code, is_product)",
    ],
)
def test_an_aggregate_of_another_version_is_made_again(shop: Connection, other: str) -> None:
    deliver(shop, Delivery(1, sales=[{}]))
    build_all(shop)
    before = rows_of(shop, "dw.agg_order_month", "month, order_key, sold_order_count")
    create_schema(shop)
    assert pending_months(shop) == []
    shop.execute(other.encode())
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


def test_months_of_one_table_are_swapped_one_after_the_other(shop: Connection, url: str) -> None:
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


def test_month_without_rows_has_no_partition(shop: Connection) -> None:
    deliver(shop, Delivery(1, sales=[{"rating": 4}]))
    build_all(shop)
    withdraw(shop, 1)
    build_all(shop)
    partitions = shop.execute("select count(*) from pg_inherits where inhparent = 'dw.fct_sales'::regclass")
    assert partitions.fetchone() == (0,)
    builds = shop.execute("select distinct row_count from ops.table_builds where partition_name = '2023-01'")
    assert builds.fetchall() == [(0,)]


def test_partitions_are_made_once(shop: Connection) -> None:
    for _ in range(2):
        ensure_partitions(shop, "staging.sales", [date(2021, 5, 17), JANUARY])
    partitions = shop.execute("select count(*) from pg_inherits where inhparent = 'staging.sales'::regclass")
    assert partitions.fetchone() == (2,)
    assert constraints(shop, "staging.sales_2021_05") == constraints(shop, "staging.sales")


def random_delivery(chance: random.Random, file_key: int) -> Delivery:
    source = chance.choice(["shop", "shop", "market"])
    return Delivery(
        file_key,
        sales=[_random_sale(chance) for _ in range(chance.randrange(0, 9))],
        customers=[_random_customer(chance) for _ in range(chance.randrange(0, 5))],
        reviews=[{"review_key": chance.randrange(5)} for _ in range(chance.randrange(0, 2))],
        products=[
            {
                "product_key": chance.choice([100, 101]),
                "product_name": chance.choice(["", "Lamp", "lamp"]),
                "last_sold_at": at(chance.randrange(1, 4)),
            }
        ],
        source_name=source,
        exported_on=chance.choice([None, date(2023, 5, 1), date(2023, 5, 2)]),
    )


def _random_sale(chance: random.Random) -> Row:
    has_order_id = chance.random() < 0.7
    order = chance.randrange(1, 5)
    has_line_number = has_order_id and order % 2 == 0
    line = order * 10 + chance.randrange(3) if has_order_id else 1000 + chance.randrange(6)
    return {
        "has_order_id": has_order_id,
        "has_line_number": has_line_number,
        "order_key": order if has_order_id else line,
        "line_key": line,
        # Without an order number the content, the day among it, is the identity.
        "sale_date": date(2023, (chance.randrange(3) if has_order_id else line % 3) + 1, 10),
        "customer_key": chance.choice([-1, 10, 11, 12, 13]),
        "product_key": chance.choice([-1, 100, 101]),
        "geography_key": chance.choice([None, None, None, 20, 30]),
        "quantity": chance.choice([1, 2, -1]),
        "unit_price": chance.choice([10, 3]),
        "is_cancelled": chance.random() < 0.2,
        "rating": chance.choice([None, 3, 5]),
        "order_discount_amount": chance.choice([None, None, 1, 2]),
        "updated_at": chance.choice([None, at(1), at(2), at(3)]),
    }


def _random_customer(chance: random.Random) -> Row:
    return {
        "customer_key": chance.choice([10, 11, 12]),
        "observed_at": at(chance.choice([1, 5, 10, 20]), chance.randrange(1, 4)),
        "geography_key": chance.choice([-1, 20, 30, 40]),
        "channel_key": chance.choice([-1, 1, 2]),
        "segment": chance.choice([None, "", "A", "B"]),
        "age": chance.choice([None, 20, 30]),
        "signup_date": chance.choice([None, date(2022, 1, 1), date(2022, 2, 1)]),
        "status": chance.choice([None, "active", "gone"]),
    }


@pytest.mark.parametrize("seed", range(6))
def test_any_history_of_deliveries_equals_one_full_build(shop: Connection, seed: int) -> None:
    chance = random.Random(seed)
    current: list[int] = []
    for file_key in range(1, 13):
        if current and chance.random() < 0.35:
            withdraw(shop, current.pop(chance.randrange(len(current))))
        deliver(shop, random_delivery(chance, file_key))
        current.append(file_key)
        if chance.random() < 0.6:
            build_all(shop)
    build_all(shop)
    incremental = snapshot(shop)
    rebuild_all(shop)
    build_all(shop)
    assert snapshot(shop) == incremental
    clear(shop, ("dw.", "ops.table_builds"))
    rebuild_all(shop)
    build_all(shop)
    assert snapshot(shop) == incremental
