"""Plain ids to pseudonyms, once per distinct id: in the workspace for the frames, in the vault for rights.

Erased people (see `privacy.tombstones`) get no key: their sales are Anonymous, their orders' keys rehashed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import duckdb
import numpy as np
import psycopg
import pyarrow as pa

from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.ingestion.readers.relations import Landed
from warehouse_assets.ingestion.sources.source import Source
from warehouse_assets.ingestion.staging.copying import Copies
from warehouse_assets.pseudonyms.hashing import ANONYMOUS_KEY, leading_63_bits
from warehouse_assets.pseudonyms.secret import Keys, Secret
from warehouse_assets.pseudonyms.tombstones import Tombstones

_BATCH = 50_000
_STORE_IDENTITIES = """
insert into vault.identities (file_key, {columns})
select %s, {columns} from seen_identities
"""
_TEMPORARY = {
    "new_keys": "customer_key bigint, key_hash bytea, source_name text",
    "new_orders": "order_key bigint, key_hash bytea",
    "known_orders": "order_key bigint",
    "seen_orders": "order_key bigint, customer_key bigint, order_id text, last_seen_date date",
    "seen_identities": "customer_key bigint, customer_id text, full_name text, email text, phone text, address text,"
    " last_seen_date date, observed_at timestamptz",
}
KEYS_OF_LOAD = {
    "vault.customer_keys": "customer_key in (select customer_key from new_keys)",
    "vault.order_keys": "order_key in (select order_key from new_orders)",
}
"""Table -> its rows that the load of this transaction names."""


def create_temporary(target: psycopg.Connection) -> None:
    """Tables of this transaction: what the delivery names, before it is known to be new."""
    for name, columns in _TEMPORARY.items():
        target.execute(f"create temp table {name} ({columns}) on commit drop".encode())


def register_people(
    workspace: duckdb.DuckDBPyConnection,
    copies: Copies,
    landed: Landed,
    source: Source,
    secret: Secret,
    tombstones: Tombstones,
) -> None:
    """Creates `_people` (customer_id, key, first_key, erased_at), and gathers the full hashes for `store_keys`."""
    holders = [relation for relation, fields in landed.relations.items() if "customer_id" in fields]
    workspace.execute("create table _people (customer_id varchar, key bigint, first_key bigint, erased_at bigint)")
    ids = " union all ".join(f"select customer_id from kept_{relation}" for relation in holders)
    for batch in _hashed(workspace, ids, "customer_id", lambda texts: secret.people(source.namespace, texts)):
        first, hashes = batch.keys, secret.hashes(batch.digests)
        erased_at = tombstones.erased_at(secret, first)
        known = erased_at < 0
        keys = np.where(known, secret.keys(first), ANONYMOUS_KEY)
        _remember(workspace, "_people", batch, keys, erased_at)
        new = pa.table(
            {"customer_key": keys, "key_hash": _bytea(hashes), "source_name": [source.namespace] * len(keys)}
        )
        copies.put("new_keys", new.filter(pa.array(known)))


def register_orders(
    workspace: duckdb.DuckDBPyConnection,
    copies: Copies,
    landed: Landed,
    source: Source,
    secret: Secret,
    tombstones: Tombstones,
) -> None:
    """Creates `_orders` (order_id, key, first_key, erased_at), and gathers the keys' full hashes for `store_keys`."""
    workspace.execute("create table _orders (order_id varchar, key bigint, first_key bigint, erased_at bigint)")
    if "order_id" not in landed.relations.get("sales", ()):
        return
    erased = _orders_of_erased_people(workspace, landed)
    ids = "select order_id from kept_sales"
    for batch in _hashed(workspace, ids, "order_id", lambda texts: secret.orders(source.name, texts)):
        erased_at = np.array([erased.get(text, -1) for text in batch.ids], dtype=np.int64)
        keys = tombstones.carried(secret, batch.keys, erased_at)
        hashes = tombstones.carried_hashes(secret, batch.digests, erased_at)
        _remember(workspace, "_orders", batch, keys, erased_at)
        copies.put("new_orders", pa.table({"order_key": keys, "key_hash": _bytea(hashes)}))


def _orders_of_erased_people(workspace: duckdb.DuckDBPyConnection, landed: Landed) -> dict[str, int]:
    """Orders with a line of somebody who was erased: the whole order is rehashed, so that it stays one."""
    if "customer_id" not in landed.relations["sales"]:
        return {}
    rows = workspace.execute(
        "select s.order_id, max(p.erased_at) from kept_sales as s inner join _people as p using (customer_id)"
        " where p.erased_at >= 0 and s.order_id is not null group by s.order_id"
    )
    return dict(rows.fetchall())


def store_keys(target: psycopg.Connection) -> None:
    """Keeps the full hashes of keys that the vault does not know. The caller holds the lock of arrivals.

    `known_orders` are the others: only their numbers may be in other deliveries too.
    """
    target.execute(
        "insert into known_orders select n.order_key from new_orders as n"
        " inner join vault.order_keys as k on n.order_key = k.order_key"
    )
    _store(target, "vault.customer_keys", "customer_key", "customer_key, key_hash, source_name", "new_keys")
    _store(target, "vault.order_keys", "order_key", "order_key, key_hash", "new_orders")


def queue_people(target: psycopg.Connection) -> None:
    """The people whose dimension rows are to be rebuilt: all that the delivery names."""
    target.execute(
        "insert into staging.pending_customers (customer_key) select n.customer_key from new_keys as n"
        " left join staging.pending_customers as p on n.customer_key = p.customer_key"
        " where p.customer_key is null order by n.customer_key on conflict do nothing"
    )


def store_order_ids(target: psycopg.Connection, file_key: int) -> None:
    """The delivery's order numbers, one row each, from what the frames gathered."""
    target.execute(
        "insert into vault.orders (file_key, order_key, customer_key, order_id, last_seen_date)"
        " select %s, order_key, max(customer_key), max(order_id), max(last_seen_date) from seen_orders"
        " group by order_key",
        [file_key],
    )


def store_identities(target: psycopg.Connection, file_key: int) -> int:
    """Keeps the delivery's identifiers; returns how many records. `drop_overdue_identities` judges them later."""
    columns = "customer_key, customer_id, full_name, email, phone, address, last_seen_date, observed_at"
    return target.execute(_STORE_IDENTITIES.format(columns=columns).encode(), [file_key]).rowcount


@dataclass(frozen=True)
class _Batch:
    """Distinct ids with the keys and full hashes of the first generation of the secret."""

    ids: list[str]
    digests: list[bytes]

    @property
    def keys(self) -> Keys:
        return leading_63_bits(self.digests)


def _hashed(
    workspace: duckdb.DuckDBPyConnection,
    ids: str,
    column: str,
    digests_of: Callable[[Iterable[str]], list[bytes]],
) -> Iterator[_Batch]:
    """Each distinct id, in batches."""
    if not ids:
        return
    query = f"select distinct {column} from ({ids}) as ids where {column} is not null"
    for batch in workspace.cursor().execute(query).to_arrow_reader(_BATCH):
        if batch.num_rows:
            texts = batch.column(0).to_pylist()
            yield _Batch(texts, digests_of(texts))


def _bytea(hashes: Iterable[bytes]) -> pa.Array:
    return pa.array(["\\x" + digest.hex() for digest in hashes], pa.string())


def _remember(workspace: duckdb.DuckDBPyConnection, table: str, batch: _Batch, keys: Keys, erased_at: Keys) -> None:
    rows = pa.table({"id": batch.ids, "key": keys, "first_key": batch.keys, "erased_at": erased_at})
    workspace.register("_ids", rows)
    workspace.execute(f"insert into {table} select id, key, first_key, erased_at from _ids")
    workspace.unregister("_ids")


def _store(target: psycopg.Connection, table: str, key: str, columns: str, temporary: str) -> None:
    """Adds new keys; two natural keys with one key are refused, never merged.

    In the order of the keys, which is that of the hashes too, so that both indexes grow page by page.
    """
    try:
        target.execute(
            f"insert into {table} ({columns}) select n.* from {temporary} as n"
            f" left join {table} as k on n.{key} = k.{key} and n.key_hash = k.key_hash"
            f" where k.{key} is null order by n.{key}".encode()
        )
    except psycopg.errors.UniqueViolation:
        raise IngestionError(
            f"Two different ids have the same {key}: a collision of 63 bits. Nothing was loaded; "
            "rotate the secret (it changes every key) and load again."
        ) from None
