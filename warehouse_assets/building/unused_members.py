"""Removes dimension members that no current delivery mentions and no fact refers to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import psycopg

from warehouse_assets.building.dimensions import record_changes
from warehouse_assets.building.foreign_keys import LARGE_DELETE, keys_to, suspended
from warehouse_assets.database.locks import lock_queue, lock_star
from warehouse_assets.schemas import TABLES

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
