"""Marts that keep the rows of unchanged months are those of a whole build, whatever came before."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from warehouse_assets.building import marts
from warehouse_assets.building.kept_months import KEPT, NEEDED
from warehouse_assets.building.marts import MART_GROUPS, MartBuild, build_marts, find_as_of
from warehouse_assets.building.select import computed_once
from warehouse_assets.settings import Settings
from warehouse_assets_tests.integration.deliveries import (
    Connection,
    Delivery,
    Row,
    at,
    build_all,
    deliver,
    rows_of,
    withdraw,
)

MONTHS = [
    *(date(2022, month, 1) for month in (10, 11, 12)),
    *(date(2023, month, 1) for month in (1, 3, 5, 6, 12)),
    date(2024, 2, 1),
]
"""Months that follow each other, within a quarter and beyond, and over two turns of the year."""
NOTES = "from ops.table_builds where table_name = any(%s) and partition_name <> 'all'"


def random_delivery(chance: random.Random, file_key: int) -> Delivery:
    products = [
        {
            "product_key": key,
            "product_name": chance.choice(["Lamp", "lamp", f"Product {key}"]),
            "category": chance.choice(["Light", "Light", "Home"]),
            "subcategory": chance.choice(["Some", "Other", "All"]),
            "last_sold_at": at(chance.randrange(1, 9), chance.randrange(1, 13), chance.choice([2022, 2023])),
        }
        for key in (100, 101, 102, 103)
        if chance.random() < 0.4
    ]
    months = chance.sample(MONTHS, chance.choice([0, 1, 1, 2, 4]))
    return Delivery(
        file_key,
        sales=[_random_sale(chance, file_key, months) for _ in range(chance.randrange(1, 15) if months else 0)],
        customers=[
            {"customer_key": chance.randrange(10, 16), "last_login_date": date(2023, chance.randrange(1, 13), 28)}
            for _ in range(chance.randrange(2))
        ],
        reviews=[
            {
                "review_key": 100 * file_key + number,
                "product_key": chance.choice([100, 101]),
                "customer_key": chance.randrange(10, 16),
                "reviewed_date": chance.choice([None, chance.choice(MONTHS).replace(day=12)]),
                "rating": chance.randrange(1, 6),
            }
            for number in range(chance.randrange(3))
        ],
        products=products,
        source_name=chance.choice(["shop", "shop", "shop", "market"]),
    )


def _random_sale(chance: random.Random, file_key: int, months: Sequence[date]) -> Row:
    has_order_id = chance.random() < 0.7
    line = 10_000 * file_key + chance.randrange(10_000)
    return {
        "has_order_id": has_order_id,
        "order_key": chance.randrange(1, 8) if has_order_id else line,
        "line_key": line,
        "sale_date": chance.choice(months).replace(day=chance.choice([1, 10, 28])),
        "customer_key": chance.choice([-1, *range(10, 16)]),
        "product_key": chance.choice([100, 101, 102, 103]),
        "line_type": chance.choice(["product"] * 4 + ["shipping"]),
        "geography_key": chance.choice([20, 30]),
        "quantity": chance.choice([1, 2, -1]),
        "unit_price": chance.choice([10, 3]),
        "is_cancelled": chance.random() < 0.2,
        "currency_code": chance.choice(["EUR"] * 6 + ["USD"]),
        "rating": chance.choice([None, None, 3, 5]),
    }


def build(
    connection: Connection, settings: Settings, names: Sequence[str] = KEPT, limit: date | None = None
) -> list[MartBuild]:
    return build_marts(connection, names, settings, find_as_of(connection, limit), {})


def contents(connection: Connection) -> Mapping[str, Sequence[Any]]:
    return {name: rows_of(connection, name) for name in KEPT}


def whole(connection: Connection, settings: Settings, limit: date | None) -> Mapping[str, Sequence[Any]]:
    """What a build without what was there before gives; nothing is changed."""
    with connection.transaction(force_rollback=True):
        connection.execute(f"delete {NOTES}".encode(), [list(KEPT)])
        for name in KEPT:
            connection.execute(f"delete from {name}".encode())
        build(connection, settings, limit=limit)
        return contents(connection)


@pytest.mark.parametrize("seed", range(6))
def test_any_history_gives_the_rows_of_a_whole_build(shop: Connection, prepared_database: Settings, seed: int) -> None:
    chance = random.Random(seed)
    current, settings, limit = list[int](), replace(prepared_database, minimum_group_size=2), None
    for file_key in range(1, 13):
        if current and chance.random() < 0.3:
            withdraw(shop, current.pop(chance.randrange(len(current))))
        deliver(shop, random_delivery(chance, file_key))
        current.append(file_key)
        if chance.random() < 0.2:
            settings = replace(settings, minimum_group_size=chance.randrange(1, 4))
        if chance.random() < 0.3:
            limit = chance.choice([None, None, chance.choice(MONTHS).replace(day=15)])
        build_all(shop)
        if chance.random() < 0.2:
            build(shop, settings, KEPT[: chance.randrange(2)] or KEPT[1:], limit)
        if chance.random() < 0.8:
            build(shop, settings, limit=limit)
            assert contents(shop) == whole(shop, settings, limit)


@pytest.fixture
def two_years(shop: Connection, prepared_database: Settings) -> Settings:
    """A shop with sales of one product in each month, built."""
    settings = replace(prepared_database, minimum_group_size=1)
    months = enumerate(MONTHS, 1)
    deliver(shop, Delivery(1, sales=[{"line_key": n, "order_key": n, "sale_date": month} for n, month in months]))
    build_all(shop)
    build(shop, settings)
    return settings


def written(connection: Connection, name: str, before: Sequence[Any]) -> set[tuple[str, date]]:
    """The periods with a row that was written after the rows `before`."""
    return {row[:2] for row in set(versions(connection, name)) - set(before)}


def versions(connection: Connection, name: str) -> list[Any]:
    return rows_of(connection, name, "period_kind, period_start, ctid::text, xmin::text")


@pytest.mark.parametrize("name", KEPT)
def test_a_month_writes_its_periods_and_the_next_ones(shop: Connection, two_years: Settings, name: str) -> None:
    before = versions(shop, name)
    deliver(shop, Delivery(2, sales=[{"line_key": 99, "order_key": 99, "sale_date": date(2022, 11, 2)}]))
    build_all(shop)
    build(shop, two_years)
    assert written(shop, name, before) == {
        ("month", date(2022, 11, 1)),
        ("month", date(2022, 12, 1)),
        ("quarter", date(2022, 10, 1)),
        ("quarter", date(2023, 1, 1)),
        ("year", date(2022, 1, 1)),
        ("year", date(2023, 1, 1)),
        ("all", date(2022, 10, 1)),
    }


@pytest.mark.parametrize("name", KEPT)
def test_without_a_change_nothing_is_written(shop: Connection, two_years: Settings, name: str) -> None:
    before = versions(shop, name)
    build(shop, two_years)
    assert versions(shop, name) == before


def test_what_months_are_worked_out_from_is_asked_for_only_where_one_changed(
    shop: Connection, two_years: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = list[str]()

    def noted(connection: Connection, selects: Any, parameters: Any, names: Sequence[str], spread: Any = ()) -> Any:
        stored.extend(names)
        return computed_once(connection, selects, parameters, names, spread)

    monkeypatch.setattr(marts, "computed_once", noted)
    build(shop, two_years)
    assert "rating_cells" in stored
    assert set(stored).isdisjoint({"spanning_orders", "product_sums", NEEDED})
    deliver(shop, Delivery(2, sales=[{"line_key": 99, "order_key": 99, "sale_date": date(2022, 11, 2)}]))
    build_all(shop)
    build(shop, two_years)
    assert {"spanning_orders", "product_sums", NEEDED} <= set(stored)


def test_a_product_that_is_renamed_is_renamed_in_all_periods(shop: Connection, two_years: Settings) -> None:
    product = {"product_key": 100, "product_name": "New", "category": "New", "last_sold_at": at(1, 5, 2024)}
    deliver(shop, Delivery(2, products=[product]))
    build_all(shop)
    build(shop, two_years)
    assert {row for (row,) in rows_of(shop, KEPT[0], "product_name")} == {"New"}
    assert {row for (row,) in rows_of(shop, KEPT[1], "category")} == {"New"}


@pytest.mark.parametrize("name", KEPT)
def test_a_table_that_was_built_alone_is_built_whole_with_the_other(
    shop: Connection, two_years: Settings, name: str
) -> None:
    """Else the other would not be compared with what this one no longer shows."""
    build(shop, two_years, [name])
    assert shop.execute(f"select count(*) {NOTES}".encode(), [[name]]).fetchone() == (0,)
    before = {kept: versions(shop, kept) for kept in KEPT}
    build(shop, two_years)
    assert all(set(versions(shop, kept)).isdisjoint(before[kept]) for kept in KEPT)


def test_the_kept_tables_are_built_together() -> None:
    assert any(set(KEPT) <= set(group) for group in MART_GROUPS)


@pytest.mark.parametrize("name", KEPT)
def test_a_comparison_with_a_whole_build_finds_and_replaces_what_is_stale(
    shop: Connection, two_years: Settings, name: str
) -> None:
    right = contents(shop)
    shop.execute(f"update {name} set units_sold = units_sold + 1 where period_start = '2023-03-01'".encode())
    shop.execute(f"delete from {name} where period_kind = 'year' and period_start = '2024-01-01'".encode())
    wrong = contents(shop)
    assert {done.stale_rows for done in build(shop, two_years)} == {0}
    assert contents(shop) == wrong != right
    [group] = [group for group in MART_GROUPS if name in group]
    done = build_marts(shop, group, two_years, find_as_of(shop), {}, compares=True)
    assert {one.table_name for one in done if one.stale_rows} == {name}
    assert contents(shop) == right
    assert all(one.row_count == len(rows_of(shop, one.table_name)) for one in done)
    assert {one.stale_rows for one in build_marts(shop, group, two_years, find_as_of(shop), {}, compares=True)} == {0}
