"""Restriction and objection (art. 18, 21): the person leaves the customer marts until it is lifted."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

import psycopg

from warehouse_assets.building.build_log import record_build

Connection = psycopg.Connection[Any]
TABLE = "governance.restrictions"


def restrict(connection: Connection, customer_key: int, kind: Literal["restriction", "objection"], today: date) -> bool:
    """Puts it in force; False when it was already. The marts are then to be rebuilt."""
    with connection.transaction():
        added = connection.execute(
            f"insert into {TABLE} (customer_key, restriction_kind, since_date) values (%s, %s, %s)"
            " on conflict do nothing".encode(),
            [customer_key, kind, today],
        ).rowcount
        if added:
            _note_change(connection)
    return bool(added)


def lift(connection: Connection, customer_key: int) -> int:
    """Ends every restriction and objection of the person; returns how many there were."""
    with connection.transaction():
        lifted = connection.execute(f"delete from {TABLE} where customer_key = %s".encode(), [customer_key]).rowcount
        if lifted:
            _note_change(connection)
    return lifted


def _note_change(connection: Connection) -> None:
    """A new build, so that the marts are older than what they are made from."""
    row = connection.execute(f"select count(*) from {TABLE}".encode()).fetchone()
    record_build(connection, TABLE, int(row[0]) if row else 0)
