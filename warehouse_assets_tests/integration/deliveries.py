"""Deliveries put into staging as ingestion does, for tests of what is built from it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import psycopg

from warehouse_assets.building.dimensions import build_dimensions, prune_dimensions
from warehouse_assets.building.facts import MONTHLY_TABLES, build_partitions
from warehouse_assets.building.month_replacement import Checks
from warehouse_assets.building.rebuild_queue import pending_months
from warehouse_assets.building.small_months import together
from warehouse_assets.building.whole_facts import build_lifecycle, build_reviews
from warehouse_assets.database import DatabaseUrls, connect
from warehouse_assets.database.month_partitions import ensure_partitions
from warehouse_assets.schemas import TABLES
from warehouse_assets_tests.databases import new_database, with_schema

Connection = psycopg.Connection[Any]
Row = dict[str, Any]
_KEPT = ("dw.dim_date", "ops.schema_versions")
DW_TABLES = tuple(name for name in TABLES if name.startswith("dw."))

SALE: Row = {
    "sale_date": date(2023, 1, 10),
    "order_key": 1,
    "line_key": 1,
    "has_order_id": True,
    "has_line_number": False,
    "customer_key": 10,
    "product_key": 100,
    "geography_key": None,
    "line_type": "product",
    "order_status": None,
    "is_cancelled": False,
    "is_returned": False,
    "quantity": 1,
    "unit_price": 10,
    "line_amount": None,
    "discount_amount": 0,
    "order_discount_amount": None,
    "tax_amount": None,
    "currency_code": "EUR",
    "rating": None,
    "updated_at": None,
}
CUSTOMER: Row = {
    "customer_key": 10,
    "observed_at": datetime(2023, 1, 1, tzinfo=UTC),
    "age": None,
    "birth_month": None,
    "gender": None,
    "geography_key": -1,
    "channel_key": -1,
    "segment": None,
    "status": None,
    "is_declared_churned": None,
    "purchase_frequency": None,
    "declared_purchase_count": None,
    "signup_date": None,
    "last_login_date": None,
    "last_purchase_date": None,
}
REVIEW: Row = {
    "review_key": 1,
    "product_key": 100,
    "customer_key": 10,
    "has_review_id": False,
    "reviewed_date": date(2023, 1, 12),
    "reviewed_at": None,
    "rating": 4,
}


def at(day: int, month: int = 1, year: int = 2023) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


@dataclass(frozen=True)
class Delivery:
    """What one delivery brings; rows name only what differs from the defaults above."""

    file_key: int
    sales: Sequence[Row] = ()
    customers: Sequence[Row] = ()
    reviews: Sequence[Row] = ()
    products: Sequence[Row] = ()
    source_name: str = "shop"
    exported_on: date | None = None
    sale_rows: list[Row] = field(init=False)

    def __post_init__(self) -> None:
        rows = [SALE | row for row in self.sales]
        for row in rows:
            day = row["sale_date"]
            row.setdefault("sold_at", datetime(day.year, day.month, day.day, 12, tzinfo=UTC))
        object.__setattr__(self, "sale_rows", rows)


@contextmanager
def empty_warehouse(server: DatabaseUrls) -> Iterator[str]:
    """The URL of a database with the schema and the calendar, for the tests of one module in turn."""
    with new_database(server, f"deliveries_{uuid.uuid4().hex[:12]}", with_schema(server, date(2022, 1, 1))) as url:
        yield url


@contextmanager
def cleared(url: str) -> Iterator[Connection]:
    """A connection to it without any delivery, in no transaction between statements."""
    with connect(url, bulk=True, autocommit=True) as connection:
        clear(connection, ("staging.", "dw.", "ops."))
        yield connection


def clear(connection: Connection, prefixes: tuple[str, ...]) -> None:
    """Deletes every row and partition of the tables whose names start so, but the calendar's."""
    names = [name for name in reversed(TABLES) if name.startswith(prefixes) and name not in _KEPT]
    partitions = connection.execute(
        "select inhrelid::regclass::text from pg_inherits where inhparent = any(%s::regclass[])", [names]
    ).fetchall()
    dropped = [f"drop table {', '.join(name for (name,) in partitions)}"] if partitions else []
    connection.execute("; ".join([*dropped, *(f"delete from {name}" for name in names)]).encode())


def deliver(connection: Connection, delivery: Delivery) -> None:
    """One transaction with the ledger's entry, the records, the members they name, and the queues."""
    with connection.transaction():
        _insert(connection, "ops.ingested_files", [_ledger_entry(delivery)])
        ensure_partitions(connection, "staging.sales", [row["sale_date"] for row in delivery.sale_rows])
        _insert(connection, "staging.sales", _records(delivery, delivery.sale_rows))
        _insert(
            connection,
            "staging.customers",
            _records(delivery, [CUSTOMER | row for row in delivery.customers]),
        )
        _insert(connection, "staging.reviews", _records(delivery, [REVIEW | row for row in delivery.reviews]))
        _insert_members(connection, delivery)
        _queue(connection, delivery.file_key)


def withdraw(connection: Connection, file_key: int) -> None:
    """Takes the delivery out again, as a correction or `forget` does."""
    with connection.transaction():
        _queue(connection, file_key)
        for name in ("sales", "customers", "reviews", "geographies", "channels", "products"):
            connection.execute(f"delete from staging.{name} where file_key = %s".encode(), [file_key])
        connection.execute("delete from ops.ingested_files where file_key = %s", [file_key])


def build_all(connection: Connection, checks: Checks | None = None) -> None:
    """What a run does after ingestion."""
    build_dimensions(connection)
    for months in together(connection, pending_months(connection)):
        for name in MONTHLY_TABLES:
            build_partitions(connection, name, months, checks=checks)
    build_reviews(connection)
    build_lifecycle(connection)
    prune_dimensions(connection)


def rows_of(connection: Connection, table_name: str, columns: str | None = None) -> list[tuple[Any, ...]]:
    """The table's rows in a fixed order."""
    chosen = columns or ", ".join(TABLES[table_name].column_names)
    return connection.execute(f"select {chosen} from {table_name} order by {chosen}".encode()).fetchall()


def snapshot(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every warehouse table but the calendar, as text: psycopg has no value for infinity."""
    return {
        name: rows_of(connection, name, f"row({', '.join(TABLES[name].column_names)})::text")
        for name in DW_TABLES
        if name != "dw.dim_date"
    }


def _ledger_entry(delivery: Delivery) -> Row:
    counts = {
        f"{kind}_{outcome}": 0
        for kind in ("sales", "customers", "reviews")
        for outcome in ("read", "loaded", "rejected", "duplicate", "suppressed")
    }
    return {
        "file_key": delivery.file_key,
        "source_name": delivery.source_name,
        "file_name": f"{delivery.file_key}.csv",
        "checksum": str(delivery.file_key),
        "size_bytes": 1,
        "encoding": "utf-8",
        "exported_on": delivery.exported_on or date(2024, 1, 1),
        "is_exported_on_declared": delivery.exported_on is not None,
        "loaded_at": at(1, 1, 2024),
        "delivery_status": "current",
        "attempt": 1,
        "rows_read": 0,
        **counts,
    }


def _records(delivery: Delivery, rows: Sequence[Row]) -> list[Row]:
    return [{"file_key": delivery.file_key, "source_line": number, **row} for number, row in enumerate(rows, 2)]


def _insert_members(connection: Connection, delivery: Delivery) -> None:
    people = [CUSTOMER | row for row in delivery.customers]
    places = {row["geography_key"] for row in [*delivery.sale_rows, *people]} - {None, -1}
    channels = {row["channel_key"] for row in people} - {-1}
    sold = {row["product_key"] for row in [*delivery.sale_rows, *(REVIEW | row for row in delivery.reviews)]}
    given = {row["product_key"] for row in delivery.products}
    products = [*delivery.products, *({"product_key": key} for key in sorted(sold - given - {-1}))]
    key = {"file_key": delivery.file_key}
    _insert(
        connection,
        "staging.geographies",
        [key | _place(place) for place in sorted(places)],
    )
    _insert(
        connection,
        "staging.channels",
        [key | {"channel_key": channel, "acquisition_channel": f"channel {channel}"} for channel in sorted(channels)],
    )
    _insert(connection, "staging.products", [key | _product(delivery, row) for row in products])


def _place(key: int) -> Row:
    return {
        "geography_key": key,
        "country": f"Country {key // 10}",
        "region": "",
        "city": f"City {key}",
        "country_iso2": "FR",
        "country_iso3": "FRA",
        "continent": "Europe",
    }


def _product(delivery: Delivery, row: Row) -> Row:
    defaults = {
        "source_name": delivery.source_name,
        "product_id": str(row["product_key"]),
        "product_name": f"Product {row['product_key']}",
        "category": "",
        "subcategory": "",
        "last_sold_at": at(1),
        "newest_line_count": 1,
    }
    return defaults | row


def _queue(connection: Connection, file_key: int) -> None:
    connection.execute(
        "insert into staging.pending_customers (customer_key)"
        " select customer_key from staging.customers where file_key = %(file)s"
        " union select customer_key from staging.sales where file_key = %(file)s and customer_key >= 0"
        " union select customer_key from staging.reviews where file_key = %(file)s and customer_key >= 0"
        " on conflict do nothing",
        {"file": file_key},
    )
    connection.execute(
        "insert into staging.pending_months (month)"
        " select date_trunc('month', sale_date::timestamp)::date from staging.sales where file_key = %(file)s"
        " union select date_trunc('month', sale_date::timestamp)::date from staging.sales where has_order_id"
        " and order_key in (select order_key from staging.sales where file_key = %(file)s)"
        " on conflict do nothing",
        {"file": file_key},
    )


def _insert(connection: Connection, table_name: str, rows: Sequence[Row]) -> None:
    for row in rows:
        columns = ", ".join(row)
        values = ", ".join(f"%({name})s" for name in row)
        connection.execute(f"insert into {table_name} ({columns}) values ({values})".encode(), row)
