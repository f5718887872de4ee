"""A star of two shops with the sales mart built from it: two currencies, returns, cancellations, a leap year."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import psycopg

from warehouse_assets.building.sales_mart import SALES_SELECTS
from warehouse_assets_tests.integration.bi.evaluators import Rows, imported
from warehouse_assets_tests.integration.marts.sales_mart_shop import Line, Review, Shop, build, fill

FIRST, LAST = date(2023, 11, 3), date(2025, 3, 20)
SHOP_DATES = {"north": LAST, "south": date(2025, 3, 14)}
SMALLEST_GROUP = 3
_COUNTRIES = ("France", "Côte d'Ivoire", "Spain")
_CHANNELS = ("email", "search")
_PRODUCTS = {
    1: ("Novel", "Books", "Novels"),
    2: ("Atlas", "Books", "Maps"),
    3: ("Kettle", "L'été", "Kitchen"),
    9: ("Shipping", "Unknown", "Unknown"),
}


def star_shop() -> Shop:
    """The same lines and reviews in every run."""
    dice = random.Random(7)
    lines = [*_lines(dice, 900), Line(FIRST, order=-1000, shop="north"), Line(FIRST, order=-1001, shop="south")]
    reviews = [
        Review(dice.choice((1, 2, 3)), Decimal(dice.randint(2, 10)) / 2, _day(dice), dice.randint(1, 12), shop)
        for shop in SHOP_DATES
        for _ in range(40)
    ]
    return Shop(lines, LAST, reviews, _PRODUCTS, SMALLEST_GROUP, SHOP_DATES)


def _day(dice: random.Random) -> date:
    return FIRST + timedelta(days=dice.randint(0, (date(2025, 3, 14) - FIRST).days))


def _lines(dice: random.Random, count: int) -> Iterator[Line]:
    for number in range(count):
        shop = dice.choice(list(SHOP_DATES))
        # an order has one customer; some have several lines, on several days
        order = -1 - number if dice.random() < 0.2 else 2 * dice.randint(0, 300) + (shop == "south")
        net = Decimal(dice.randint(100, 9_999_999)) / 10_000
        is_return, is_product = dice.random() < 0.15, dice.random() < 0.9
        yield Line(
            date(2024, 2, 29) if dice.random() < 0.02 else _day(dice),
            order=order,
            net=-net if is_return else net,
            units=Decimal(-1 if is_return else dice.randint(1, 4)),
            discount=Decimal(0) if is_return else Decimal(dice.randint(0, 30_000)) / 10_000,
            product=dice.choice((1, 2, 3)) if is_product else 9,
            customer=-1 if order % 7 == 0 else order % 13,
            currency="USD" if order % 5 == 0 else "EUR",
            country=dice.choice(_COUNTRIES),
            is_product=is_product,
            is_cancelled=dice.random() < 0.1,
            rating=Decimal(dice.randint(1, 5)) if is_product and not is_return and dice.random() < 0.3 else None,
            shop=shop,
        )


def fill_star(connection: psycopg.Connection[Any], shop: Shop) -> None:
    """Facts, dimensions and aggregates, and the sales mart that is built from them."""
    fill(connection, shop)
    connection.execute("create table dw.fct_sales_all partition of dw.fct_sales default")
    for table, rows in (
        ("dim_geography", [(key, name, "", "", None, None, "Unknown") for key, name in enumerate(_COUNTRIES)]),
        ("dim_channel", list(enumerate(_CHANNELS))),
        ("dim_customer", [_customer(key) for key in (-1, *range(13))]),
        ("dim_date", [_date(FIRST.replace(month=1, day=1) + timedelta(days=day)) for day in range(3 * 365 + 1)]),
        ("fct_sales", [_sale(number, line) for number, line in enumerate(shop.lines)]),
    ):
        places = ", ".join(["%s"] * len(rows[0]))
        with connection.cursor() as cursor:
            cursor.executemany(f"insert into dw.{table} values ({places})".encode(), rows)
    for name in SALES_SELECTS:
        build(connection, shop, name.split(".")[1])


def _customer(key: int) -> Sequence[Any]:
    words = ("25-34", "F", key % 3 if key >= 0 else 0, key % 2 if key >= 0 else 0, "Unknown", "Unknown", "Unknown")
    return (key, "north", None, None, *words, None)


def _date(day: date) -> Sequence[Any]:
    quarter = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    names = [day.strftime("%B"), day.strftime("%B"), day.strftime("%A"), day.strftime("%A")]
    week = day.isocalendar()
    return (day, day.replace(day=1), quarter, day.replace(month=1, day=1), week.year, week.week, week.weekday, *names)


def _sale(number: int, line: Line) -> Sequence[Any]:
    order = line.order if line.order >= 0 else 1_000_000 + number
    return (
        line.day,
        line.customer,
        line.product,
        _COUNTRIES.index(line.country),
        order,
        order if line.order < 0 else 1_000_000 + number,
        "product" if line.is_product else "shipping",
        "cancelled" if line.is_cancelled else "done",
        line.units,
        None,
        line.gross,
        line.discount,
        line.net,
        None,
        line.currency,
        line.is_return,
        line.is_cancelled,
        line.rating,
        line.shop,
    )


STATEMENTS = {
    "fct_sales": "select {columns} from dw.fct_sales as rows inner join"
    " (select customer_key as own_key, channel_key from dw.dim_customer) as own on own_key = customer_key"
    " where not is_cancelled",
    "fct_reviews": "select {columns} from dw.fct_reviews inner join"
    " (select customer_key as own_key, channel_key, geography_key from dw.dim_customer) as own"
    " on own_key = customer_key",
    "dim_date": "select {columns} from (select *, extract(year from date_key)::int as year,"
    " extract(month from date_key)::int as month_of_year from dw.dim_date) as days",
    "shop": "select {columns} from unnest(%(names)s::text[], %(dates)s::date[]) as shops (source_name, as_of_date)",
    "currency": "select distinct {columns} from dw.agg_sales_day",
}
"""What the model's Power Query reads, as SQL; other tables are read as they are."""


def imported_star(connection: psycopg.Connection[Any], columns: dict[str, tuple[str, ...]]) -> dict[str, Rows]:
    """Rows of each table of the model."""
    values = {"names": list(SHOP_DATES), "dates": list(SHOP_DATES.values())}
    return {
        table: imported(
            connection,
            names,
            STATEMENTS.get(table, f"select {{columns}} from dw.{table}").format(columns=", ".join(names)),
            values,
        )
        for table, names in columns.items()
    }
