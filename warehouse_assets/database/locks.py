"""Locks of the pipeline: who waits for whom. All are held until the end of the transaction.

A lock is a row of `ops.locks`, which only the pipeline's logins may lock: an advisory lock can be taken by anybody who
knows its number. The lock of the schema is the table itself: who waits for it holds nothing, so that the access policy
can change the table's owner. Transactions take their locks in the order of this module.

| lock | held by | waits for each other |
|---|---|---|
| schema | migrations and the access policy | starts |
| delivery | loading one delivery | loads of that name, and of few others: names share 256 rows |
| gate | who takes `ingestion` alone, until the end; loads that share it, for a moment before | each other, in turn |
| ingestion | forget, rejects, erasure, retention, rotation, loads that replace; shared by other loads | one at a time |
| arrivals | the end of a load: keys, queues and the ledger | one at a time |
| star | dimensions, facts, removal of unused members | one at a time |
| partition | a build of one month of one table; shared by builds that read it | builds of the same month |
| queue | a build that takes from a queue | loading that adds to it |
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from typing import Any

import psycopg

from warehouse_assets.database.catalogue import exists

Connection = psycopg.Connection[Any]
TABLE = "ops.locks"
GATE, INGESTION, ARRIVALS, STAR = "gate", "ingestion", "arrivals", "star"
_DELIVERY_ROWS = 256
"""Names of deliveries share these rows, so that no name leaves one behind."""
_BEFORE_THE_TABLE = 7_203_611_001
"""Advisory lock of the first start, before there is a table and anybody who could log in."""


def lock_schema(connection: Connection) -> None:
    """Only one session at a time changes the schema or the access policy."""
    if not exists(connection, TABLE):
        connection.execute("select pg_advisory_xact_lock(%s)", [_BEFORE_THE_TABLE])
    if exists(connection, TABLE):
        connection.execute(f"lock table {TABLE} in share update exclusive mode".encode())


def create_locks(connection: Connection) -> None:
    """A lock that a transaction makes would be its own until it ends, also where it only shares it."""
    deliveries = [_delivery_row(number) for number in range(_DELIVERY_ROWS)]
    connection.execute(
        f"insert into {TABLE} (lock_name) select unnest(%s::text[]) on conflict do nothing".encode(),
        [[GATE, INGESTION, ARRIVALS, STAR, *deliveries]],
    )
    of_names = f"delete from {TABLE} where starts_with(lock_name, 'delivery ') and lock_name <> all(%s)"
    connection.execute(of_names.encode(), [deliveries])  # earlier versions made one for each name


def lock_delivery(connection: Connection, name_key: int) -> None:
    """Only one session at a time loads deliveries of one source and name."""
    _lock(connection, _delivery_row(name_key))


def _delivery_row(name_key: int) -> str:
    return f"delivery {name_key % _DELIVERY_ROWS}"


def lock_ingestion(connection: Connection, *, shared: bool = False) -> None:
    """Only one session at a time changes staging, the vault and the ledger, or several that only add deliveries.

    PostgreSQL lets who shares a row pass who waits for it alone. So all come through the gate, one by one; who wants
    `ingestion` alone waits for it within, and nobody passes. The rollback gives back the gate of who shares.
    """
    with connection.transaction(force_rollback=True) if shared else nullcontext():
        _lock(connection, GATE)
    _lock(connection, INGESTION, shared=shared)


def lock_arrivals(connection: Connection) -> None:
    """What loads that share `ingestion` have in common is written by one at a time, and seen by the next."""
    _lock(connection, ARRIVALS)


def lock_star(connection: Connection) -> None:
    """Only one session at a time writes dimensions or adds rows that refer to them."""
    _lock(connection, STAR)


def lock_partition(connection: Connection, table_name: str, partition_name: str, *, shared: bool = False) -> None:
    """One writer of a partition, or several readers that need it unchanged."""
    lock_partitions(connection, table_name, [partition_name], shared=shared)


def lock_partitions(connection: Connection, table_name: str, names: Iterable[str], *, shared: bool = False) -> None:
    """The same for several partitions, one after the other in the order of their names."""
    _lock(connection, *sorted({f"{table_name} {name}" for name in names}), shared=shared)


def lock_queue(connection: Connection, table_name: str) -> None:
    """Waits for deliveries that have added to the queue, and blocks others until the transaction ends.

    Ingestion adds with ON CONFLICT DO NOTHING, which leaves an existing row untouched. Without this lock, a row
    taken from the queue could belong to a delivery whose lines are not visible yet.
    """
    connection.execute(f"lock table {table_name} in share row exclusive mode".encode())


def _lock(connection: Connection, *names: str, shared: bool = False) -> None:
    """Takes the locks one after the other in the given order, and makes those that are missing.

    A row of our own locks by itself: until we commit, others wait to insert theirs.
    """
    if not shared:  # an update that changes no row locks it
        _make(connection, names, "update set lock_name = excluded.lock_name where false")
    elif not _share(connection, names):
        for name in names:  # those that are there first, and then the others, would be another order
            if not _share(connection, [name]) and not _make(connection, [name], "nothing"):
                _share(connection, [name])


def _share(connection: Connection, names: Sequence[str]) -> bool:
    """Shares the locks if all are there; returns whether it did."""
    found = connection.execute(
        f"select from {TABLE} where lock_name = any(%(names)s) and cardinality(%(names)s) ="
        f" (select count(*) from {TABLE} where lock_name = any(%(names)s))"
        ' order by lock_name collate "C" for share'.encode(),
        {"names": list(names)},
    )
    return found.rowcount > 0


def _make(connection: Connection, names: Sequence[str], otherwise: str) -> bool:
    """Inserts the locks that are missing; returns whether it did. `otherwise`: what to do with the others."""
    made = connection.execute(
        f"insert into {TABLE} (lock_name)"
        " select name from unnest(%s::text[]) with ordinality as wanted (name, place) order by place"
        f" on conflict (lock_name) do {otherwise}".encode(),
        [list(names)],
    )
    return made.rowcount > 0
