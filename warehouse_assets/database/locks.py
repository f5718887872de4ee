"""Locks of the pipeline, held until the end of the transaction and always taken in this order."""

from __future__ import annotations

import zlib
from typing import Any

import psycopg

_STAR = 7_203_611_002
_PARTITIONS = 7_203_613


def lock_star(connection: psycopg.Connection[Any]) -> None:
    """Only one session at a time writes dimensions or adds rows that refer to them."""
    connection.execute("select pg_advisory_xact_lock(%s)", [_STAR])


def lock_partition(
    connection: psycopg.Connection[Any], table_name: str, partition_name: str, *, shared: bool = False
) -> None:
    """One writer of a partition, or several readers that need it unchanged."""
    function = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    number = zlib.crc32(f"{table_name} {partition_name}".encode()) - 2**31
    connection.execute(f"select {function}(%s, %s)".encode(), [_PARTITIONS, number])


def lock_queue(connection: psycopg.Connection[Any], table_name: str) -> None:
    """Waits for deliveries that have added to the queue, and blocks others until the transaction ends.

    Ingestion adds with ON CONFLICT DO NOTHING, which leaves an existing row untouched. Without this lock, a row
    taken from the queue could belong to a delivery whose lines are not visible yet.
    """
    connection.execute(f"lock table {table_name} in share row exclusive mode".encode())
