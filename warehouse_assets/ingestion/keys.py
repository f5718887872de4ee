"""Plain ids to pseudonyms, once per distinct id: in the workspace for the frames, in the vault for the rights."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import duckdb
import psycopg
import pyarrow as pa

from warehouse_assets.ingestion.copying import copy_rows
from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.ingestion.relations import Landed
from warehouse_assets.ingestion.source import Source
from warehouse_assets.privacy.hashing import first_63_bits
from warehouse_assets.privacy.secret import Secret

_BATCH = 50_000


def register_people(
    workspace: duckdb.DuckDBPyConnection,
    target: psycopg.Connection,
    landed: Landed,
    source: Source,
    secret: Secret,
) -> None:
    """Creates `people` (customer_id, customer_key) in the workspace and the keys' full hashes in the vault."""
    holders = [relation for relation, fields in landed.relations.items() if "customer_id" in fields]
    workspace.execute("create table people (customer_id varchar, customer_key bigint)")
    ids = " union ".join(f"select customer_id from canonical_{relation}" for relation in holders)
    target.execute(
        "create temp table new_keys (customer_key bigint, key_hash bytea, source_name text) on commit drop"
    )
    for batch in _hashed(workspace, ids, "customer_id", lambda text: secret.person(source.namespace, text)):
        _remember(workspace, "people", "customer_id", "customer_key", batch)
        names = pa.array([source.namespace] * batch.num_rows)
        table = pa.table({"customer_key": batch["key"], "key_hash": batch["hash"], "source_name": names})
        copy_rows(target, "new_keys", table)
    _store(target, "vault.customer_keys", "customer_key", "customer_key, key_hash, source_name", "new_keys")


def register_orders(
    workspace: duckdb.DuckDBPyConnection,
    target: psycopg.Connection,
    landed: Landed,
    source: Source,
    secret: Secret,
) -> None:
    """Creates `orders` (order_id, order_key) in the workspace, and keeps the full hashes in the vault."""
    workspace.execute("create table orders (order_id varchar, order_id_key bigint)")
    target.execute("create temp table new_orders (order_key bigint, key_hash bytea) on commit drop")
    target.execute(
        "create temp table seen_orders (order_key bigint, customer_key bigint, order_id text, last_seen_date date)"
        " on commit drop"
    )
    if "order_id" not in landed.relations.get("sales", ()):
        return
    ids = "select distinct order_id from canonical_sales"
    for batch in _hashed(workspace, ids, "order_id", lambda text: secret.order(source.name, text)):
        _remember(workspace, "orders", "order_id", "order_id_key", batch)
        copy_rows(target, "new_orders", pa.table({"order_key": batch["key"], "key_hash": batch["hash"]}))
    _store(target, "vault.order_keys", "order_key", "order_key, key_hash", "new_orders")


def store_order_ids(target: psycopg.Connection, file_key: int) -> None:
    """The delivery's order numbers, one row each, from what the frames gathered."""
    target.execute(
        "insert into vault.orders (file_key, order_key, customer_key, order_id, last_seen_date)"
        " select %s, order_key, max(customer_key), max(order_id), max(last_seen_date) from seen_orders"
        " group by order_key",
        [file_key],
    )


def _hashed(
    workspace: duckdb.DuckDBPyConnection, ids: str, column: str, digest: Callable[[str], bytes]
) -> Iterator[pa.Table]:
    """(id, key, hash) of each distinct id, in batches."""
    if not ids:
        return
    cursor = workspace.cursor()
    reader = cursor.execute(
        f"select {column} from ({ids}) as ids where {column} is not null"
    ).to_arrow_reader(_BATCH)
    for batch in reader:
        digests = [digest(text) for text in batch.column(0).to_pylist()]
        keys = pa.array([first_63_bits(value) for value in digests], pa.int64())
        hashes = pa.array(["\\x" + value.hex() for value in digests], pa.string())
        yield pa.table({"id": batch.column(0), "key": keys, "hash": hashes})


def _remember(
    workspace: duckdb.DuckDBPyConnection, table: str, column: str, key: str, batch: pa.Table
) -> None:
    workspace.register("_ids", batch)
    workspace.execute(f"insert into {table} ({column}, {key}) select id, key from _ids")
    workspace.unregister("_ids")


def _store(target: psycopg.Connection, table: str, key: str, columns: str, temporary: str) -> None:
    """Adds new keys; two natural keys with one key are refused, never merged."""
    target.execute(
        f"insert into {table} ({columns}) select {columns} from {temporary} on conflict do nothing".encode()
    )
    clash = target.execute(
        f"select count(*) from {temporary} as n join {table} as k on k.{key} = n.{key}"
        " where k.key_hash <> n.key_hash".encode()
    ).fetchone()
    unstored = target.execute(
        f"select count(*) from {temporary} as n left join {table} as k on k.{key} = n.{key} where k.{key} is null".encode()
    ).fetchone()
    if (clash and clash[0]) or (unstored and unstored[0]):
        raise IngestionError(
            f"Two different ids have the same {key}: a collision of 63 bits. Nothing was loaded; "
            "rotate the secret (it changes every key) and load again."
        )
