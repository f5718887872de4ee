"""Several small months are built together, with the rows, records and locks that each would have alone."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import psycopg
import pytest

from warehouse_assets.building import small_months
from warehouse_assets.building.dimensions import build_dimensions
from warehouse_assets.building.facts import FCT_SALES, MONTHLY_TABLES, build_partition, build_partitions
from warehouse_assets.building.rebuild_queue import pending_months
from warehouse_assets.building.small_months import together
from warehouse_assets.database import connect
from warehouse_assets_tests.integration.deliveries import (
    Connection,
    Delivery,
    Row,
    clear,
    deliver,
    rows_of,
    withdraw,
)

MONTHS = [date(2022, 11, 1), date(2022, 12, 1), date(2023, 1, 1), date(2023, 3, 1)]
BUILT = (*MONTHLY_TABLES, "ops.record_outcomes")


class RefusedError(Exception):
    """Raised by a check of the test."""


def line(number: int, chosen: random.Random) -> Row:
    cancelled = chosen.random() < 0.2
    return {
        "line_key": 1000 + number,
        "order_key": chosen.choice((number, number // 2)),
        "has_order_id": chosen.random() < 0.6,
        "sale_date": chosen.choice(MONTHS).replace(day=chosen.choice((1, 15, 28))),
        "product_key": chosen.choice((100, 101)),
        "customer_key": chosen.choice((10, 11, -1)),
        "geography_key": chosen.choice((None, 7)),
        "quantity": chosen.choice((1, 3, -1)),
        "discount_amount": chosen.choice((0, 1)),
        "order_discount_amount": 5 if chosen.random() < 0.1 else None,
        "is_cancelled": cancelled,
        "is_returned": not cancelled and chosen.random() < 0.2,
        "rating": chosen.choice((None, 4)),
    }


def random_deliveries(seed: int) -> list[Delivery]:
    """Three, of which each tells some lines of the one before again."""
    chosen = random.Random(seed)
    deliveries, told = [], list[Row]()
    for key in range(1, 4):
        rows = [line(key * 100 + number, chosen) for number in range(chosen.randint(1, 9))]
        again = [row | {"quantity": chosen.choice((1, 2))} for row in told if chosen.random() < 0.3]
        deliveries.append(Delivery(key, sales=rows + again))
        told = rows
    return deliveries


def built(shop: Connection) -> dict[str, list[Any]]:
    """All rows, as text; of the log of builds what does not depend on when and how often it was built."""
    rows = {name: rows_of(shop, name) for name in BUILT}
    return rows | {"log": rows_of(shop, "ops.table_builds", "table_name, partition_name, row_count, as_of_date")}


def build(shop: Connection, builds: list[tuple[date, ...]], as_of: date | None = None) -> None:
    for months in builds:
        for name in MONTHLY_TABLES:
            build_partitions(shop, name, months, as_of=as_of)


@pytest.mark.parametrize("seeds", [range(start, start + 5) for start in range(0, 30, 5)], ids=str)
def test_months_together_equal_months_alone(shop: Connection, seeds: range) -> None:
    """After the first build, after later deliveries, and after one of them is taken out again."""
    for seed in seeds:
        steps = [*random_deliveries(seed), 2]
        as_of = random.Random(seed).choice((None, date(2022, 12, 20)))
        ways = list[list[Any]]()
        for is_together in (False, True):
            states = list[Any]()
            for step in steps:
                if isinstance(step, Delivery):
                    deliver(shop, step)
                else:
                    withdraw(shop, step)
                build_dimensions(shop)
                months = pending_months(shop)
                build(shop, [tuple(months)] if is_together and months else [(month,) for month in months], as_of)
                assert pending_months(shop) == []
                states.append(built(shop))
            ways.append(states)
            clear(shop, ("staging.", "dw.", "ops."))
        assert ways[0] == ways[1], seed


def test_a_month_between_that_is_not_built_stays(shop: Connection) -> None:
    deliver(shop, Delivery(1, sales=[{"line_key": n, "order_key": n, "sale_date": m} for n, m in enumerate(MONTHS)]))
    build_dimensions(shop)
    build(shop, [tuple(MONTHS)])
    before = rows_of(shop, "ops.table_builds", "table_name, partition_name, build_id")
    shop.execute("delete from staging.sales where sale_date = '2022-12-01'")
    build(shop, [(MONTHS[0], MONTHS[2])])
    assert len(rows_of(shop, FCT_SALES)) == 4
    after = rows_of(shop, "ops.table_builds", "table_name, partition_name, build_id")
    assert {row for row in before if row[1] in ("2022-12", "2023-03")} <= set(after)
    assert not {row for row in before if row[1] in ("2022-11", "2023-01")} & set(after)
    build(shop, [(MONTHS[0], MONTHS[1])])
    assert len(rows_of(shop, FCT_SALES)) == 3


def test_the_months_between_are_not_read(shop: Connection) -> None:
    sales = [{"line_key": n, "sale_date": m, "has_order_id": False} for n, m in enumerate(MONTHS)]
    deliver(shop, Delivery(1, sales=sales))
    build_dimensions(shop)
    build(shop, [tuple(MONTHS)])
    reads = "select relname, coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) from pg_stat_xact_user_tables"
    with shop.transaction():
        before = dict(shop.execute(reads).fetchall())
        build(shop, [(MONTHS[0], MONTHS[3])])
        read = {name for name, number in shop.execute(reads) if number > before.get(name, 0)}
    assert {"sales_2022_11", "sales_2023_03", "fct_sales_2022_11", "fct_sales_2023_03"} <= read
    assert not {name for name in read if name.endswith(("_2022_12", "_2023_01"))}


@pytest.mark.parametrize("discount", [0, 5])
def test_other_months_are_looked_through_once(shop: Connection, discount: int) -> None:
    sales = [{"line_key": n, "order_key": n, "sale_date": m} for n, m in enumerate(MONTHS)]
    sales[0]["order_discount_amount"] = discount
    deliver(shop, Delivery(1, sales=sales))
    build_dimensions(shop)
    build(shop, [tuple(MONTHS)])
    reads = "select seq_tup_read + idx_tup_fetch from pg_stat_xact_user_tables where relname = 'sales_2023_03'"
    with shop.transaction():
        [before] = shop.execute(reads).fetchall()
        build(shop, [tuple(MONTHS[:3])])
        assert shop.execute(reads).fetchall() == [(before[0] + 1,)]


@pytest.mark.parametrize("seed", range(6))
def test_any_months_together_equal_them_alone(shop: Connection, seed: int) -> None:
    """Also some that are not pending, beside others that their orders span and that are built apart."""
    chosen = random.Random(seed)
    steps = random_deliveries(seed)
    for row in steps[2].sale_rows[-3:]:
        row["sale_date"] = chosen.choice(MONTHS)
    some = chosen.sample(MONTHS, 2)
    ways = list[list[Any]]()
    for builds in ([(month,) for month in MONTHS], [tuple(sorted(some)), tuple(m for m in MONTHS if m not in some)]):
        states = list[Any]()
        for step in steps:
            deliver(shop, step)
            build_dimensions(shop)
            build(shop, builds)
            states.append(built(shop))
        ways.append(states)
        clear(shop, ("staging.", "dw.", "ops."))
    assert ways[0] == ways[1]


def test_rows_that_stay_are_not_written_again(shop: Connection) -> None:
    deliver(shop, Delivery(1, sales=[{"line_key": n, "order_key": n, "sale_date": m} for n, m in enumerate(MONTHS)]))
    build_dimensions(shop)
    build(shop, [tuple(MONTHS)])
    places = {name: rows_of(shop, name, "tableoid::regclass::text, ctid::text, xmin::text") for name in MONTHLY_TABLES}
    build(shop, [tuple(MONTHS)])
    assert places == {
        name: rows_of(shop, name, "tableoid::regclass::text, ctid::text, xmin::text") for name in MONTHLY_TABLES
    }


def test_failed_check_leaves_all_months_as_they_were(shop: Connection) -> None:
    sales = [{"line_key": n, "order_key": n, "sale_date": month} for n, month in enumerate(MONTHS)]
    deliver(shop, Delivery(1, sales=sales[:2]))
    build_dimensions(shop)
    build(shop, [tuple(MONTHS[:2])])
    before = built(shop)
    deliver(shop, Delivery(2, sales=[row | {"line_key": row["line_key"] + 50, "order_key": 60} for row in sales]))
    build_dimensions(shop)
    before["log"] = built(shop)["log"]

    def refuse(connection: Connection, relation: str) -> None:
        assert connection.execute(f"select count(*) from {relation}".encode()).fetchone() == (6,)
        raise RefusedError

    with pytest.raises(RefusedError):
        build_partitions(shop, FCT_SALES, MONTHS, checks=refuse)
    assert built(shop) == before
    assert pending_months(shop) == MONTHS


def test_an_aggregate_of_a_month_without_facts_is_refused(shop: Connection) -> None:
    deliver(shop, Delivery(1, sales=[{"line_key": n, "order_key": n, "sale_date": m} for n, m in enumerate(MONTHS)]))
    build_dimensions(shop)
    build(shop, [tuple(MONTHS[:2])])
    with pytest.raises(Exception, match="2023-01 was never built"):
        build_partitions(shop, "dw.agg_sales_month", MONTHS[:3])


def test_keys_that_the_dimensions_lack_update_them_first(shop: Connection) -> None:
    deliver(shop, Delivery(1, sales=[{"sale_date": month, "line_key": n} for n, month in enumerate(MONTHS[:2])]))
    builds = build_partitions(shop, FCT_SALES, MONTHS[:2])
    assert [(one.month, one.row_count) for one in builds] == [(MONTHS[0], 1), (MONTHS[1], 1)]


def test_small_months_are_built_together(shop: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    large = [{"line_key": n, "order_key": n, "sale_date": date(2023, 2, 1)} for n in range(2000)]
    deliver(shop, Delivery(1, sales=[*large, *({"line_key": 5000 + n, "sale_date": m} for n, m in enumerate(MONTHS))]))
    months = pending_months(shop)
    assert together(shop, months) == [tuple(MONTHS[:3]), (date(2023, 2, 1),), (MONTHS[3],)]
    monkeypatch.setattr(small_months, "_MOST_TOGETHER", 2)
    assert together(shop, MONTHS) == [tuple(MONTHS[:2]), tuple(MONTHS[2:])]
    assert together(shop, []) == []


def test_a_build_of_one_of_the_months_is_waited_for(shop: Connection, url: str) -> None:
    deliver(shop, Delivery(1, sales=[{"line_key": n, "order_key": n, "sale_date": m} for n, m in enumerate(MONTHS)]))
    build_dimensions(shop)
    build(shop, [tuple(MONTHS)])
    shop.execute("set lock_timeout = '200ms'")
    try:
        with connect(url) as other, other.transaction():
            build_partition(other, "dw.agg_sales_month", MONTHS[1])
            with pytest.raises(psycopg.errors.LockNotAvailable):
                build_partitions(shop, "dw.agg_sales_month", MONTHS[:3])
        assert len(build_partitions(shop, "dw.agg_sales_month", MONTHS[:3])) == 3
    finally:
        shop.execute("reset lock_timeout")
