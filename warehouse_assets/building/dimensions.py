"""Updates the dimensions from staging, for the queued customers, and removes members that nothing mentions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from time import perf_counter
from typing import Any

import psycopg

from warehouse_assets.building.build_log import build_id_of, count_rows, record_build
from warehouse_assets.building.foreign_keys import (
    LARGE_DELETE,
    LARGE_WRITE,
    are_checked_at_once,
    keys_of,
    keys_to,
    suspended,
)
from warehouse_assets.building.planner_settings import hash_joins
from warehouse_assets.building.select import Select, insert_statement, store_changes
from warehouse_assets.database.locks import lock_queue, lock_star
from warehouse_assets.database.scale_out import is_scaled_out
from warehouse_assets.schemas import TABLES, Table

SMALL_DIMENSIONS = ("dw.dim_geography", "dw.dim_channel", "dw.dim_product")
SELECTS = {
    name: Select(f"dimensions/{TABLES[name].short_name}.sql")
    for name in ("dw.dim_date", *SMALL_DIMENSIONS, "dw.dim_customer", "dw.dim_customer_history")
}
CUSTOMER_TIMELINE = Select("dimensions/customer_timeline.sql")
INFERRED_CUSTOMERS = Select("dimensions/inferred_customers.sql")
MOVED_MONTHS = Select("dimensions/moved_months.sql")
QUEUED = "customer_key in (select customer_key from staging.pending_customers) or customer_key < 0"
"""The rows of customers that a build may change."""

# build_dimensions has already deleted the versions of unmentioned customers; all others have one.
_MENTIONED = {
    "dw.dim_customer": (
        "select customer_key from dw.dim_customer_history union all select customer_key from staging.pending_customers"
    ),
    "dw.dim_product": "select product_key from staging.products",
    "dw.dim_geography": "select geography_key from staging.geographies",
    "dw.dim_channel": "select channel_key from staging.channels",
}
"""In the order of removal, since customers refer to places and channels."""


@dataclass(frozen=True)
class DimensionBuild:
    """Rows inserted, updated or deleted per table, and the number of months with sales whose place changed."""

    changed_rows: Mapping[str, int]
    moved_months: int
    seconds: float


def ensure_dates(connection: psycopg.Connection[Any], first_month: date) -> int:
    """Fills dim_date once, starting with the first month; returns the number of days added."""
    with connection.transaction():
        row = connection.execute("select min(date_key) from dw.dim_date").fetchone()
        if row and row[0] is not None and row[0] <= first_month:
            return 0
        lock_star(connection)
        table = TABLES["dw.dim_date"]
        statement = insert_statement(table, SELECTS[table.name]) + b"\non conflict (date_key) do nothing"
        added = connection.execute(statement, {"first_month": first_month}).rowcount
        record_build(connection, table.name, count_rows(connection, table.name))
        return added


def build_dimensions(
    connection: psycopg.Connection[Any], check: Callable[[str, str], None] = lambda name, where: None
) -> DimensionBuild:
    """One transaction: upserts every dimension, versions the queued customers, empties their queue.

    `check` is called with each table and the condition of its rows that may have changed; it raises to roll back.

    Members that no delivery mentions any more stay until `prune_dimensions`, as facts may still refer to
    them. Queues the months of sales whose place changes with their customer.
    """
    started = perf_counter()
    with connection.transaction():
        lock_star(connection)
        lock_queue(connection, "staging.pending_customers")
        _prepare(connection)
        changed = {name: _upsert(connection, TABLES[name]) for name in SMALL_DIMENSIONS}
        changed["dw.dim_customer"] = _upsert(connection, TABLES["dw.dim_customer"])
        changed["dw.dim_customer_history"], moved = _build_history(connection)
        for name in (*SMALL_DIMENSIONS, "dw.dim_date"):
            check(name, "true")
        for name in ("dw.dim_customer", "dw.dim_customer_history"):
            check(name, QUEUED)
        connection.execute("delete from staging.pending_customers")
        record_changes(connection, changed)
        _clear(connection)
    return DimensionBuild(changed, moved, perf_counter() - started)


def record_changes(connection: psycopg.Connection[Any], changed: Mapping[str, int]) -> None:
    """Records a build for the dimensions that changed or have none."""
    for name, rows in changed.items():
        if rows or build_id_of(connection, name) is None:
            record_build(connection, name, count_rows(connection, name))
            # on a cluster who wrote rows of a copied table cannot analyse it in the same transaction: autovacuum does
            if rows >= LARGE_WRITE and not is_scaled_out(connection):
                connection.execute(f"analyze {name}".encode())


def _prepare(connection: psycopg.Connection[Any]) -> None:
    # Other sessions have just filled the queue, and the plans below depend on its size.
    row = connection.execute("select count(*) from staging.pending_customers").fetchone()
    if row and row[0] >= LARGE_WRITE:
        connection.execute("analyze staging.pending_customers")
    _materialise(connection, "customer_timeline", CUSTOMER_TIMELINE.text)
    _materialise(connection, "inferred_customers", INFERRED_CUSTOMERS.text)


def _upsert(connection: psycopg.Connection[Any], table: Table) -> int:
    """Updates members that differ and inserts missing ones; returns their number.

    `lock_star` keeps other writers out, so ON CONFLICT is not needed for missing ones; it would double their cost.
    """
    changes = store_changes(connection, table, SELECTS[table.name].text, keeps_others=True)
    (key,), columns = table.primary_key, ", ".join(table.column_names)
    others = ", ".join(f"{name} = excluded.{name}" for name in table.column_names if name != key)
    insert = f"insert into {table.name} ({columns}) select {columns} from {changes}"
    missing = count_rows(connection, f"{changes} where former_{key} is null")
    with suspended(connection, keys_of(table), when=are_checked_at_once(connection, table, missing)):
        changed = connection.execute(
            f"{insert} where former_{key} is not null on conflict ({key}) do update set {others}".encode()
        )
        connection.execute(f"{insert} where former_{key} is null order by {key}".encode())
    connection.execute(f"drop table {changes}".encode())
    return changed.rowcount + missing


def _build_history(connection: psycopg.Connection[Any]) -> tuple[int, int]:
    """The statements of a versioned dimension: changes, delete (including versions to close), insert."""
    table = TABLES["dw.dim_customer_history"]
    columns = ", ".join(table.column_names)
    changes = store_changes(connection, table, SELECTS[table.name].text, QUEUED)
    former = ", ".join(f"former_{name} as {name}" for name in table.column_names)
    stale = _materialise(
        connection, "stale_versions", f"select {former} from {changes} where former_customer_key is not null"
    )
    fresh = _materialise(connection, "new_versions", f"select {columns} from {changes} where customer_key is not null")
    connection.execute(f"drop table {changes}".encode())
    moved = _queue_moved_months(connection) if stale else 0
    connection.execute(
        f"delete from {table.name}"
        " where (customer_key, valid_from) in (select customer_key, valid_from from stale_versions)".encode()
    )
    with suspended(connection, keys_of(table), when=are_checked_at_once(connection, table, fresh)):
        connection.execute(
            f"insert into {table.name} ({columns}) select {columns} from new_versions order by 1, 2".encode()
        )
    return stale + fresh, moved


def _queue_moved_months(connection: psycopg.Connection[Any]) -> int:
    statement = f"insert into staging.pending_months (month)\n{MOVED_MONTHS.text}\non conflict (month) do nothing"
    with hash_joins(connection):
        return connection.execute(statement.encode()).rowcount


_SCRATCH = ("customer_timeline", "inferred_customers", "stale_versions", "new_versions")


def _materialise(connection: psycopg.Connection[Any], name: str, text: str) -> int:
    # CREATE TABLE AS can read with parallel workers; INSERT cannot.
    cursor = connection.execute(f"create temporary table {name} as\n{text}".encode())
    # Only the first column, the join key, affects the plans.
    connection.execute(f"analyze {name} ({_first_column(connection, name)})".encode())
    return cursor.rowcount


def _first_column(connection: psycopg.Connection[Any], name: str) -> str:
    description = connection.execute(f"select * from {name} limit 0".encode()).description
    return description[0].name if description else ""


def _clear(connection: psycopg.Connection[Any]) -> None:
    connection.execute(f"drop table {', '.join(_SCRATCH)}".encode())


def prune_dimensions(connection: psycopg.Connection[Any]) -> Mapping[str, int]:
    """Removes unmentioned members in one transaction, after the months are rebuilt; returns rows per table.

    A member that a fact still refers to stays.
    """
    with connection.transaction():
        lock_star(connection)
        lock_queue(connection, "staging.pending_customers")
        removed = {name: _prune(connection, name) for name in _MENTIONED}
        record_changes(connection, removed)
    return removed


def _prune(connection: psycopg.Connection[Any], name: str) -> int:
    key = TABLES[name].primary_key[0]
    candidates = connection.execute(
        f"create temporary table leavers on commit drop as select members.{key} as member_key"
        f" from {name} as members left join ({_MENTIONED[name]}) as named on members.{key} = named.{key}"
        f" where members.{key} >= 0 and named.{key} is null".encode()
    ).rowcount
    removed = _remove(connection, name, key) if candidates else 0
    connection.execute("drop table leavers")
    return removed


def _remove(connection: psycopg.Connection[Any], name: str, key: str) -> int:
    if name == "dw.dim_customer":
        connection.execute(
            "delete from dw.fct_customer_lifecycle where customer_key in (select member_key from leavers)"
        )
    for table, reference in keys_to(name):
        connection.execute(
            f"delete from leavers where member_key in (select {reference.column} from {table.name})".encode()
        )
    row = connection.execute("select count(*) from leavers").fetchone()
    leaving = int(row[0]) if row else 0
    with suspended(connection, keys_to(name), when=leaving >= LARGE_DELETE):
        connection.execute(f"delete from {name} where {key} in (select member_key from leavers)".encode())
    return leaving
