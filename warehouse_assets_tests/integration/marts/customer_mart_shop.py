"""A shop of people and sales, written straight into the tables that the customer mart reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

import psycopg

from warehouse_assets.building.customer_mart import CUSTOMER_SELECTS
from warehouse_assets.building.select import replace_table
from warehouse_assets.schemas import TABLES

Row = dict[str, Any]
_FILLED = (
    "dw.agg_order_month",
    "dw.agg_customer_month",
    "dw.fct_customer_lifecycle",
    "dw.dim_customer",
    "dw.dim_channel",
    "dw.dim_geography",
)


@dataclass(frozen=True)
class Person:
    key: int
    age: int | None = None
    age_band: str = "Unknown"
    birth_month: date | None = None
    gender: str = "Unknown"
    country: str = "Unknown"
    continent: str = "Unknown"
    segment: str = "Unknown"
    channel: str = "Unknown"
    status: str = "Unknown"
    purchase_frequency: str = "Unknown"
    signup: date | None = None
    login: date | None = None
    purchase: date | None = None
    is_declared_churned: bool | None = None
    shop: str = "shop"


@dataclass(frozen=True)
class Sale:
    """A line; of a return the net is negative. An order below 0 has no number: it is this line alone."""

    customer: int
    order: int
    day: date
    net: Decimal = Decimal(10)
    is_return: bool = False
    currency: str = "EUR"
    country: str = "France"

    @property
    def month(self) -> date:
        return self.day.replace(day=1)


def prepare(connection: psycopg.Connection[Any]) -> None:
    """One partition for all months."""
    for name in ("dw.agg_customer_month", "dw.agg_order_month"):
        connection.execute(f"create table {name}_all partition of {name} default".encode())


def fill(connection: psycopg.Connection[Any], people: Sequence[Person], sales: Sequence[Sale] = ()) -> None:
    """Replaces what the mart reads."""
    for name in _FILLED:
        connection.execute(f"delete from {name}".encode())
    places = {key: number for number, key in enumerate(sorted({(p.country, p.continent) for p in people}))}
    channels = {name: number for number, name in enumerate(sorted({p.channel for p in people}))}
    _insert(
        connection,
        "dw.dim_geography (geography_key, country, continent, region, city)",
        [(number, country, continent, "", "") for (country, continent), number in places.items()],
    )
    _insert(
        connection,
        "dw.dim_channel (acquisition_channel, channel_key)",
        list(channels.items()),
    )
    _insert(
        connection,
        "dw.dim_customer (customer_key, source_name, age, birth_month, age_band, gender, geography_key, channel_key,"
        " segment, status, purchase_frequency, signup_month)",
        [
            (
                p.key,
                p.shop,
                p.age,
                p.birth_month,
                p.age_band,
                p.gender,
                places[p.country, p.continent],
                channels[p.channel],
                p.segment,
                p.status,
                p.purchase_frequency,
                p.signup and p.signup.replace(day=1),
            )
            for p in people
        ],
    )
    _fill_sales(connection, sales, {person.key: person.shop for person in people})
    _fill_lifecycle(connection, people, sales)


def parameters(shops: Mapping[str, date], k: int, w: int = 3) -> dict[str, Any]:
    """What the mart's SELECTs bind; `shops` is shop -> the date that it is known to."""
    return {
        "as_of": max(shops.values()),
        "shop_names": list(shops),
        "shop_dates": list(shops.values()),
        "minimum_group_size": k,
        "inactivity_months": w,
    }


def build_shops(
    connection: psycopg.Connection[Any], name: str, shops: Mapping[str, date], k: int = 1, w: int = 3
) -> dict[str, dict[tuple[Any, ...], Row]]:
    """The table of the mart, built again: shop -> its rows by the rest of the primary key."""
    table = TABLES[f"mart_customers.{name}"]
    replace_table(connection, table, CUSTOMER_SELECTS[table.name], parameters(shops, k, w))
    rows = connection.execute(f"select {', '.join(table.column_names)} from {table.name}".encode()).fetchall()
    found: dict[str, dict[tuple[Any, ...], Row]] = {shop: {} for shop in shops}
    for values in rows:
        row = dict(zip(table.column_names, values, strict=True))
        shop = row.pop("source_name")
        assert row.pop("as_of_date") == shops[shop]
        found[shop][tuple(row[column] for column in table.primary_key if column != "source_name")] = row
    return found


def build(
    connection: psycopg.Connection[Any], name: str, as_of: date, k: int = 1, w: int = 3
) -> dict[tuple[Any, ...], Row]:
    """The table of a warehouse with one shop, built again."""
    return build_shops(connection, name, {"shop": as_of}, k, w)["shop"]


def _fill_sales(connection: psycopg.Connection[Any], sales: Sequence[Sale], shops: Mapping[int, str]) -> None:
    lines: dict[tuple[Any, ...], list[Sale]] = defaultdict(list)
    orders: dict[tuple[Any, ...], list[Sale]] = defaultdict(list)
    for sale in sales:
        lines[sale.month, sale.currency, sale.country, sale.customer].append(sale)
        if sale.order >= 0:
            orders[sale.month, sale.currency, sale.country, sale.order, sale.customer].append(sale)
    _insert(
        connection,
        "dw.agg_customer_month (source_name, month, currency_code, country, customer_key, line_count, line_order_count,"
        " net_sale_amount, net_revenue_amount, has_sale, first_sale_date, last_sale_date, last_line_date)",
        [
            (
                shops.get(key[-1], "shop"),
                *key,
                len(own),
                sum(not s.is_return and s.order < 0 for s in own),
                sum(s.net for s in own if not s.is_return),
                sum(s.net for s in own),
                any(not s.is_return for s in own),
                min((s.day for s in own if not s.is_return), default=None),
                max((s.day for s in own if not s.is_return), default=None),
                max(s.day for s in own),
            )
            for key, own in lines.items()
        ],
    )
    _insert(
        connection,
        "dw.agg_order_month (source_name, month, currency_code, country, order_key, customer_key, product_key,"
        " is_product, sold_order_count, void_order_count)",
        [
            (shops.get(key[-1], "shop"), *key, product, True, int(any(not s.is_return for s in own)), 0)
            for key, own in orders.items()
            for product in (1, 2)
        ],
    )


def _fill_lifecycle(connection: psycopg.Connection[Any], people: Sequence[Person], sales: Sequence[Sale]) -> None:
    sold: dict[int, list[Sale]] = defaultdict(list)
    for sale in sales:
        sold[sale.customer].append(sale)
    rows = []
    for person in people:
        lines = [sale.day for sale in sold[person.key]]
        bought = [sale.day for sale in sold[person.key] if not sale.is_return]
        rows.append(
            (
                person.key,
                person.signup,
                min(bought, default=None),
                _newest(person.purchase, *bought),
                person.purchase,
                person.login,
                _newest(person.login, person.purchase, *lines),
                person.is_declared_churned,
            )
        )
    _insert(
        connection,
        "dw.fct_customer_lifecycle (customer_key, signup_date, first_purchase_date, last_purchase_date,"
        " declared_last_purchase_date, last_login_date, last_seen_date, is_declared_churned)",
        rows,
    )


def _newest(*days: date | None) -> date | None:
    return max((day for day in days if day), default=None)


def _insert(connection: psycopg.Connection[Any], target: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with connection.cursor().copy(f"copy {target} from stdin".encode()) as copy:
        for row in rows:
            copy.write_row(row)


def crowd(*groups: tuple[int, dict[str, Any]]) -> list[Person]:
    """So many people of each kind."""
    keys = count()
    return [Person(next(keys), **kind) for size, kind in groups for _ in range(size)]


def crowd_after(people: Sequence[Person], *groups: tuple[int, dict[str, Any]]) -> list[Person]:
    """So many more people of each kind, with keys of their own."""
    keys = count(1 + max(person.key for person in people))
    return [Person(next(keys), **kind) for size, kind in groups for _ in range(size)]


def counts(rows: dict[tuple[Any, ...], dict[str, Any]], attribute: str) -> dict[str, int]:
    return {member: row["customer_count"] for (name, member), row in rows.items() if name == attribute}
