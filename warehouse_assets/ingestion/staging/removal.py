"""Taking a delivery out of staging again: for a correction, or for good."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path, PurePath
from typing import Literal

import psycopg

from warehouse_assets.database.locks import lock_ingestion
from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.ingestion.staging import ledger
from warehouse_assets.ingestion.staging.file_deletions import complete_deletions, request_deletion
from warehouse_assets.settings import Settings

_BY_FILE = (
    "staging.customers",
    "staging.sales",
    "staging.reviews",
    "staging.geographies",
    "staging.channels",
    "staging.products",
    "staging.rejected_records",
    "ops.data_quality",
    "vault.identities",
    "vault.orders",
)
_PEOPLE_OF_FILE = """
insert into staging.pending_customers (customer_key)
select customer_key from staging.customers where file_key = %(file_key)s
union select customer_key from staging.sales where file_key = %(file_key)s and customer_key >= 0
union select customer_key from staging.reviews where file_key = %(file_key)s and customer_key >= 0
on conflict do nothing
"""
_MONTHS_OF_FILE = """
insert into staging.pending_months (month)
select distinct date_trunc('month', sale_date::timestamp)::date from staging.sales
where file_key = %(file_key)s
    or (has_order_id and order_key in (
        select order_key from staging.sales where file_key = %(file_key)s and has_order_id
    ))
on conflict do nothing
"""
# Joins: a NOT IN whose list outgrows the memory of the session would be read again for every key.
_KEYS_WITHOUT_RECORDS = """
delete from vault.customer_keys where customer_key in (
    select k.customer_key
    from vault.customer_keys as k
    left join staging.customers as c on k.customer_key = c.customer_key
    left join staging.sales as s on k.customer_key = s.customer_key
    left join staging.reviews as v on k.customer_key = v.customer_key
    left join staging.rejected_records as r on k.customer_key = (r.record ->> 'customer_key')::bigint
    where c.customer_key is null and s.customer_key is null and v.customer_key is null and r.record is null
)
"""
_ORDERS_WITHOUT_RECORDS = """
delete from vault.order_keys where order_key in (
    select k.order_key
    from vault.order_keys as k
    left join staging.sales as s on k.order_key = s.order_key and s.has_order_id
    left join staging.rejected_records as r on k.order_key = (r.record ->> 'order_key')::bigint
    where s.order_key is null and r.record is null
)
"""


def remove_delivery(connection: psycopg.Connection, file_key: int, status: Literal["replaced", "forgotten"]) -> None:
    """Takes out what the delivery brought and queues the months and people that it touched.

    Within the caller's transaction; `drop_unused_keys` comes last, when the successor is loaded.
    """
    connection.execute(_PEOPLE_OF_FILE, {"file_key": file_key})
    connection.execute(_MONTHS_OF_FILE, {"file_key": file_key})
    for table in _BY_FILE:
        connection.execute(f"delete from {table} where file_key = %s".encode(), [file_key])
    ledger.set_status(connection, file_key, status)


def drop_unused_keys(connection: psycopg.Connection) -> None:
    """Forgets the full hashes of keys that no record uses any more."""
    connection.execute(_KEYS_WITHOUT_RECORDS)
    connection.execute(_ORDERS_WITHOUT_RECORDS)


def forget_delivery(connection: psycopg.Connection, source_name: str, file_name: str) -> int:
    """Removes the current deliveries of this name from staging; returns how many. See `forget_deliveries`."""
    with connection.transaction():
        lock_ingestion(connection)
        keys = ledger.current_keys(connection, source_name, file_name)
        if not keys and not ledger.is_known(connection, source_name, file_name):
            raise IngestionError(
                f"{PurePath(file_name).name}: source {source_name} has loaded no delivery of this name. "
                "`warehouse status` lists them."
            )
        for key in keys:
            remove_delivery(connection, key, "forgotten")
        drop_unused_keys(connection)
    return len(keys)


def forget_deliveries(
    connection: psycopg.Connection, settings: Settings, source_name: str, names: Iterable[str], paths: Iterable[Path]
) -> int:
    """Removes deliveries and their files; returns how many deliveries were current.

    The database changes in one transaction; the files are deleted after it, or by the next start. Raises
    IngestionError for a name that was never loaded. A delivery that was removed before counts 0.
    """
    with connection.transaction():
        removed = sum(forget_delivery(connection, source_name, name) for name in names)
        request_deletion(connection, settings, paths)
    complete_deletions(connection, settings)
    return removed
