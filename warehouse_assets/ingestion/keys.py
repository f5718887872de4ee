"""Plain ids to pseudonyms, once per distinct id: in the workspace for the frames, in the vault for rights."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import duckdb
import psycopg
import pyarrow as pa

from warehouse_assets.ingestion.copying import CopyThread
from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.ingestion.relations import Landed
from warehouse_assets.ingestion.source import Source
from warehouse_assets.privacy.hashing import leading_63_bits
from warehouse_assets.privacy.secret import Secret

_BATCH = 50_000
_TEMPORARY = {
    "new_keys": "customer_key bigint, key_hash bytea, source_name text",
    "new_orders": "order_key bigint, key_hash bytea",
    "seen_orders": "order_key bigint, customer_key bigint, order_id text, last_seen_date date",
}


def create_temporary(target: psycopg.Connection) -> None:
    """Tables of this transaction: what the delivery names, before it is known to be new."""
    for name, columns in _TEMPORARY.items():
        target.execute(f"create temp table {name} ({columns}) on commit drop".encode())


def register_people(
    workspace: duckdb.DuckDBPyConnection, copies: CopyThread, landed: Landed, source: Source, secret: Secret
) -> None:
    """Creates `keyed_people` (customer_id, customer_key), and keeps the keys' full hashes in the vault."""
    holders = [relation for relation, fields in landed.relations.items() if "customer_id" in fields]
    workspace.execute("create table keyed_people (customer_id varchar, customer_key bigint)")
    ids = " union all ".join(f"select customer_id from kept_{relation}" for relation in holders)
    for batch in _hashed(workspace, ids, "customer_id", lambda texts: secret.people(source.namespace, texts)):
        _remember(workspace, "keyed_people", batch)
        names = pa.array([source.namespace] * batch.num_rows)
        columns = {"customer_key": batch["key"], "key_hash": batch["hash"], "source_name": names}
        copies.put("new_keys", pa.table(columns))
    columns_of = "customer_key, key_hash, source_name"
    copies.run(lambda target: _store(target, "vault.customer_keys", "customer_key", columns_of, "new_keys"))
    copies.run(queue_people)


def register_orders(
    workspace: duckdb.DuckDBPyConnection, copies: CopyThread, landed: Landed, source: Source, secret: Secret
) -> None:
    """Creates `keyed_orders` (order_id, order_id_key), and keeps the keys' full hashes in the vault."""
    workspace.execute("create table keyed_orders (order_id varchar, order_id_key bigint)")
    if "order_id" not in landed.relations.get("sales", ()):
        return
    ids = "select order_id from kept_sales"
    for batch in _hashed(workspace, ids, "order_id", lambda texts: secret.orders(source.name, texts)):
        _remember(workspace, "keyed_orders", batch)
        copies.put("new_orders", pa.table({"order_key": batch["key"], "key_hash": batch["hash"]}))
    copies.run(lambda target: _store(target, "vault.order_keys", "order_key", "order_key, key_hash", "new_orders"))


def queue_people(target: psycopg.Connection) -> None:
    """The people whose dimension rows are to be rebuilt: all that the delivery names."""
    target.execute(
        "insert into staging.pending_customers (customer_key) select customer_key from new_keys"
        " where customer_key not in (select customer_key from staging.pending_customers)"
        " order by customer_key on conflict do nothing"
    )


def store_order_ids(target: psycopg.Connection, file_key: int) -> None:
    """The delivery's order numbers, one row each, from what the frames gathered."""
    target.execute(
        "insert into vault.orders (file_key, order_key, customer_key, order_id, last_seen_date)"
        " select %s, order_key, max(customer_key), max(order_id), max(last_seen_date) from seen_orders"
        " group by order_key",
        [file_key],
    )


def _hashed(
    workspace: duckdb.DuckDBPyConnection,
    ids: str,
    column: str,
    digests_of: Callable[[Iterable[str]], list[bytes]],
) -> Iterator[pa.Table]:
    """(id, key, hash) of each distinct id, in batches."""
    if not ids:
        return
    query = f"select distinct {column} from ({ids}) as ids where {column} is not null"
    for batch in workspace.cursor().execute(query).to_arrow_reader(_BATCH):
        digests = digests_of(batch.column(0).to_pylist())
        hashes = pa.array(["\\x" + digest.hex() for digest in digests], pa.string())
        yield pa.table({"id": batch.column(0), "key": leading_63_bits(digests), "hash": hashes})


def _remember(workspace: duckdb.DuckDBPyConnection, table: str, batch: pa.Table) -> None:
    workspace.register("_ids", batch)
    workspace.execute(f"insert into {table} select id, key from _ids")
    workspace.unregister("_ids")


def _store(target: psycopg.Connection, table: str, key: str, columns: str, temporary: str) -> None:
    """Adds new keys; two natural keys with one key are refused, never merged.

    In the order of the keys, which is that of the hashes too, so that both indexes grow page by page.
    """
    try:
        target.execute(
            f"insert into {table} ({columns}) select {columns} from {temporary} as n where not exists"
            f" (select from {table} as k where k.{key} = n.{key} and k.key_hash = n.key_hash)"
            f" order by {key}".encode()
        )
    except psycopg.errors.UniqueViolation:
        raise IngestionError(
            f"Two different ids have the same {key}: a collision of 63 bits. Nothing was loaded; "
            "rotate the secret (it changes every key) and load again."
        ) from None
