"""Facts that are made whole: reviews, and the lifecycle of customers."""

from __future__ import annotations

from typing import Any

import psycopg

from warehouse_assets.building.build_log import count_rows, record_build
from warehouse_assets.building.facts import SELECTS
from warehouse_assets.building.foreign_keys import LARGE_WRITE, keys_of, suspended
from warehouse_assets.building.select import missing_rows
from warehouse_assets.database.locks import lock_star
from warehouse_assets.schemas import TABLES


def build_reviews(connection: psycopg.Connection[Any]) -> int:
    """Brings fct_reviews to what staging says, in one transaction; returns its rows."""
    return _build_whole(connection, "dw.fct_reviews")


def build_lifecycle(connection: psycopg.Connection[Any]) -> int:
    """Fits fct_customer_lifecycle to staging and agg_customer_month in one transaction; returns the rows."""
    return _build_whole(connection, "dw.fct_customer_lifecycle")


def _build_whole(connection: psycopg.Connection[Any], name: str) -> int:
    """Writes only the rows that differ: each inserted row costs a look-up per foreign key."""
    table = TABLES[name]
    columns, key = ", ".join(table.column_names), ", ".join(table.primary_key)
    scratch = f"{table.short_name}_batch"
    with connection.transaction():
        lock_star(connection)
        # CREATE TABLE AS, because unlike INSERT it may read with parallel workers.
        total = connection.execute(f"create temporary table {scratch} as\n{SELECTS[name].text}".encode()).rowcount
        connection.execute(f"analyze {scratch}".encode())
        connection.execute(
            f"delete from {name} where ({key}) in (select {key} from"
            f" (select {columns} from {name} except select {columns} from {scratch}) as stale)".encode()
        )
        is_large = total - count_rows(connection, name) >= LARGE_WRITE
        with suspended(connection, keys_of(table), when=is_large):
            connection.execute(f"insert into {name} ({columns}) {missing_rows(table, scratch)}".encode())
        connection.execute(f"drop table {scratch}".encode())
        record_build(connection, name, total)
    return total
