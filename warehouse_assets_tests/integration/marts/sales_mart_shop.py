"""A shop of sale lines and reviews, summed up into the tables that the sales mart reads."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg

from warehouse_assets.building.facts import AGGREGATES
from warehouse_assets.building.marts import mart_parameters
from warehouse_assets.building.sales_mart import SALES_SELECTS
from warehouse_assets.building.select import replace_table
from warehouse_assets.database import DatabaseUrls, connect
from warehouse_assets.schemas import TABLES
from warehouse_assets.settings import Settings
from warehouse_assets_tests.databases import new_database, with_schema

Row = dict[str, Any]
Key = tuple[Any, ...]
_FILLED = tuple(name.removeprefix("dw.") for name in AGGREGATES)
UNKNOWN = -1


@dataclass(frozen=True)
class Line:
    """A sale line of one order; units and amounts of a return are negative.

    An order below 0 has no number in the export: it is this line alone.
    """

    day: date
    order: int = 1
    net: Decimal = Decimal(10)
    units: Decimal = Decimal(1)
    discount: Decimal = Decimal(0)
    product: int = 1
    customer: int = UNKNOWN
    currency: str = "EUR"
    country: str = "France"
    is_product: bool = True
    is_cancelled: bool = False
    rating: Decimal | None = None
    shop: str = "shop"

    @property
    def month(self) -> date:
        return self.day.replace(day=1)

    @property
    def order_and_customer(self) -> tuple[int, int]:
        """What the lines of an order are known by; those without a number are kept together."""
        return (self.order, self.customer) if self.order >= 0 else (UNKNOWN, UNKNOWN)

    @property
    def is_sold(self) -> bool:
        return not self.is_return and not self.is_cancelled

    @property
    def gross(self) -> Decimal:
        return self.net + self.discount

    @property
    def is_return(self) -> bool:
        return self.units < 0 or self.gross < 0


@dataclass(frozen=True)
class Review:
    product: int
    rating: Decimal
    day: date | None = None
    customer: int = UNKNOWN
    shop: str = "shop"


@dataclass(frozen=True)
class Shop:
    lines: Sequence[Line]
    as_of: date
    reviews: Sequence[Review] = ()
    products: Mapping[int, tuple[str, str, str]] = field(default_factory=dict)
    """Name, category, subcategory; what is missing is called after its number."""
    k: int = 3
    dates: Mapping[str, date] = field(default_factory=dict)
    """Of several shops: the date that each one's data reach. Lines are of the shop "shop" otherwise."""

    @property
    def shop_dates(self) -> Mapping[str, date]:
        return self.dates or {"shop": self.as_of}

    def names(self, product: int) -> tuple[str, str, str]:
        return self.products.get(product, (f"Product {product}", "Things", "Some"))


@contextmanager
def prepared(server: DatabaseUrls) -> Iterator[psycopg.Connection[Any]]:
    """A database for the tests of a module: one partition for all months, and no foreign keys enforced."""
    with (
        new_database(server, f"test_{uuid.uuid4().hex[:12]}", with_schema(server)) as url,
        connect(url, autocommit=True) as connection,
    ):
        connection.execute("set session_replication_role = replica")
        for table in _FILLED:
            connection.execute(f"create table dw.{table}_all partition of dw.{table} default".encode())
        yield connection


def fill(connection: psycopg.Connection[Any], shop: Shop) -> None:
    """Replaces what the mart reads."""
    for name in (*_FILLED, "fct_reviews", "dim_product"):
        connection.execute(f"delete from dw.{name}".encode())
    live = [line for line in shop.lines if not line.is_cancelled]
    _insert(connection, "dw.agg_sales_day", _days(live))
    _insert(connection, "dw.agg_sales_month", _sales(live))
    _insert(connection, "dw.agg_country_month", [*_countries(shop.lines), *_countries(shop.lines, is_total=True)])
    _insert(connection, "dw.agg_product_month", _products(live))
    _insert(connection, "dw.agg_customer_month", _customers(live))
    _insert(connection, "dw.agg_order_month", _orders(shop.lines))
    _insert(connection, "dw.agg_rating_month", _ratings(live))
    reviews = enumerate(shop.reviews)
    _insert(
        connection,
        "dw.fct_reviews (review_key, product_key, customer_key, reviewed_date, rating, source_name)",
        [(number, r.product, r.customer, r.day, r.rating, r.shop) for number, r in reviews],
    )
    sold = {line.product for line in shop.lines} | {review.product for review in shop.reviews}
    products = [(product, "shop", str(product), *shop.names(product)) for product in sorted(sold)]
    _insert(connection, "dw.dim_product", products)


def build(connection: psycopg.Connection[Any], shop: Shop, table: str) -> list[Row]:
    """The table's rows as built from the shop."""
    name = f"mart_sales.{table}"
    settings = Settings(home=Path(), minimum_group_size=shop.k)
    parameters = mart_parameters(settings, shop.as_of, shop.shop_dates)
    replace_table(connection, TABLES[name], SALES_SELECTS[name], parameters)
    columns = TABLES[name].column_names
    rows = connection.execute(f"select {', '.join(columns)} from {name}".encode()).fetchall()
    return [dict(zip(columns, row, strict=True)) for row in rows]


def built(connection: psycopg.Connection[Any], shop: Shop, table: str) -> list[Row]:
    """The table's rows as built from the shop alone, in the order of their columns."""
    fill(connection, shop)
    return sorted(build(connection, shop, table), key=lambda row: [str(value) for value in row.values()])


def _grouped(lines: Iterable[Line], key: Callable[[Line], Hashable]) -> dict[Any, list[Line]]:
    groups: dict[Any, list[Line]] = defaultdict(list)
    for line in lines:
        groups[key(line)].append(line)
    return groups


def _sales(lines: Iterable[Line]) -> list[Key]:
    groups = _grouped(lines, lambda a: (a.month, a.shop, a.currency, a.country, a.product, a.is_product))
    return [
        (
            *key,
            len(own),
            sum(line.units for line in own if line.is_product and not line.is_return),
            sum(line.gross for line in own if not line.is_return),
            -sum(line.net for line in own if line.is_return),
            sum(line.net for line in own if not line.is_return),
            sum(line.net for line in own),
        )
        for key, own in groups.items()
    ]


def _countries(lines: Iterable[Line], *, is_total: bool = False) -> list[Key]:
    groups = _grouped(lines, lambda a: (a.month, a.shop, a.currency, "All" if is_total else a.country, is_total))
    rows = []
    for key, own in groups.items():
        live = [line for line in own if not line.is_cancelled]
        sold = [line for line in live if not line.is_return]
        sums = (
            len(live),
            sum(line.units for line in sold if line.is_product),
            sum(line.gross for line in sold),
            -sum(line.net for line in live if line.is_return),
            sum(line.net for line in sold),
            sum(line.net for line in live),
        )
        orders = (len({line.order for line in sold}), len({line.order for line in own if line.is_cancelled}))
        rows.append((*key, *sums, *orders, len({line.customer for line in sold if line.customer >= 0})))
    return rows


def _products(lines: Iterable[Line]) -> list[Key]:
    groups = _grouped(lines, lambda a: (a.month, a.shop, a.currency, a.product, a.is_product))
    return [
        (
            *key,
            len(own),
            sum(line.units for line in own if line.is_product and not line.is_return),
            -sum(line.net for line in own if line.is_return),
            sum(line.net for line in own),
            len({line.order for line in own if not line.is_return}),
        )
        for key, own in groups.items()
    ]


def _days(lines: Iterable[Line]) -> list[Key]:
    groups = _grouped(lines, lambda a: (a.day, a.shop, a.currency))
    return [
        (
            *key,
            len({line.order for line in own if not line.is_return}),
            len(own),
            sum(line.units for line in own if line.is_product and not line.is_return),
            sum(line.gross for line in own if not line.is_return),
            -sum(line.net for line in own if line.is_return),
            sum(line.net for line in own),
        )
        for key, own in groups.items()
    ]


def _customers(lines: Iterable[Line]) -> list[Key]:
    known = (line for line in lines if line.customer >= 0)
    rows = []
    for key, own in _grouped(known, lambda a: (a.month, a.shop, a.currency, a.country, a.customer)).items():
        days = [line.day for line in own if not line.is_return]
        net_of_sales = sum(line.net for line in own if not line.is_return)
        dates = (min(days, default=None), max(days, default=None), max(line.day for line in own))
        alone = sum(line.is_sold and line.order < 0 for line in own)
        rows.append((*key, len(own), alone, net_of_sales, sum(line.net for line in own), bool(days), *dates))
    return rows


def _orders(lines: Iterable[Line]) -> list[Key]:
    groups = _grouped(
        lines, lambda a: (a.month, a.shop, a.currency, a.country, a.product, a.is_product, *a.order_and_customer)
    )
    rows = []
    for (*key, order, customer), own in groups.items():
        most = len(own) if order == UNKNOWN else 1
        counts = (sum(line.is_sold for line in own), sum(line.is_cancelled for line in own))
        rows.append((*key[:4], order, *key[4:], customer, *(min(most, count) for count in counts)))
    return rows


def _ratings(lines: Iterable[Line]) -> list[Key]:
    rated = (line for line in lines if line.rating is not None)
    groups = _grouped(rated, lambda a: (a.month, a.shop, a.currency, a.product, a.customer))
    return [(*key, len(own), sum(line.rating or 0 for line in own)) for key, own in groups.items()]


def _insert(connection: psycopg.Connection[Any], table: str, rows: Sequence[Key]) -> None:
    if rows:
        marks = ", ".join(["%s"] * len(rows[0]))
        with connection.cursor() as cursor:
            cursor.executemany(f"insert into {table} values ({marks})".encode(), rows)


def monthly(*amounts: int, start: date = date(2020, 1, 1)) -> list[Line]:
    """A line per month with these amounts; none where it is 0."""
    first = start.year * 12 + start.month - 1
    days = [date((first + n) // 12, (first + n) % 12 + 1, start.day) for n in range(len(amounts))]
    return [
        Line(day, order=n, net=Decimal(amount))
        for n, (day, amount) in enumerate(zip(days, amounts, strict=True))
        if amount
    ]


def values(rows: Iterable[Row], *columns: str) -> list[Any]:
    """The rows' values of one column, or of several as tuples."""
    found = [tuple(row[column] for column in columns) for row in rows]
    return [value[0] for value in found] if len(columns) == 1 else found


def pick(rows: Iterable[Row], **wanted: object) -> list[Row]:
    """The rows with these values."""
    return [row for row in rows if all(row[column] == value for column, value in wanted.items())]
