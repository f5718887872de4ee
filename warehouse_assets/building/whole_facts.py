"""Facts that are built as a whole: reviews and the customer lifecycle."""

from __future__ import annotations

from typing import Any

import psycopg

from warehouse_assets.building.build_log import count_rows, record_build
from warehouse_assets.building.facts import SELECTS
from warehouse_assets.building.foreign_keys import are_checked_at_once, keys_of, suspended
from warehouse_assets.building.select import Select, computed, insert_outcomes, store_changes
from warehouse_assets.database.locks import lock_star
from warehouse_assets.schemas import TABLES


def build_reviews(connection: psycopg.Connection[Any]) -> int:
    """Updates fct_reviews and records the outcome of each review, in one transaction; returns the rows."""
    select = SELECTS["dw.fct_reviews"]
    with connection.transaction(), computed(connection, select, {}):
        connection.execute("delete from ops.record_outcomes where record_kind = 'reviews'")
        connection.execute(insert_outcomes(select))
        return _build_whole(connection, "dw.fct_reviews", select.reading(select.relations))


def build_lifecycle(connection: psycopg.Connection[Any]) -> int:
    """Updates fct_customer_lifecycle from staging and agg_customer_month, in one transaction; returns the rows."""
    name = "dw.fct_customer_lifecycle"
    return _build_whole(connection, name, SELECTS[name])


def close_books(connection: psycopg.Connection[Any]) -> int:
    """Deletes the outcomes of deliveries that are no longer current; returns the number of outcome rows left."""
    name = "ops.record_outcomes"
    with connection.transaction():
        connection.execute(
            f"delete from {name} where file_key not in"
            " (select file_key from ops.ingested_files where delivery_status = 'current')".encode()
        )
        total = count_rows(connection, name)
        record_build(connection, name, total)
    return total


def _build_whole(connection: psycopg.Connection[Any], name: str, select: Select) -> int:
    """Writes only rows that differ, because each insert costs a look-up per foreign key."""
    table = TABLES[name]
    columns, (key,) = ", ".join(table.column_names), table.primary_key
    with connection.transaction():
        lock_star(connection)
        changes = store_changes(connection, table, select.text)
        connection.execute(
            f"delete from {name} where {key} in"
            f" (select former_{key} from {changes} where former_{key} is not null)".encode()
        )
        added = count_rows(connection, f"{changes} where {key} is not null")
        with suspended(connection, keys_of(table), when=are_checked_at_once(connection, table, added)):
            connection.execute(
                f"insert into {name} ({columns}) select {columns} from {changes} where {key} is not null"
                f" order by {key}".encode()
            )
        connection.execute(f"drop table {changes}".encode())
        total = count_rows(connection, name)
        record_build(connection, name, total)
    return total
