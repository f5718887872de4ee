"""Restriction and objection (art. 18, 21): excludes the person from the customer marts until lifted."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

import psycopg

from warehouse_assets.building.build_log import record_build

Connection = psycopg.Connection[Any]
TABLE = "governance.restrictions"


def restrict(connection: Connection, customer_key: int, kind: Literal["restriction", "objection"], today: date) -> bool:
    """Puts it in force; False if it already was. The caller rebuilds the marts afterwards."""
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
    """Lifts all restrictions and objections of the person; returns their number."""
    with connection.transaction():
        lifted = connection.execute(f"delete from {TABLE} where customer_key = %s".encode(), [customer_key]).rowcount
        if lifted:
            _note_change(connection)
    return lifted


def _note_change(connection: Connection) -> None:
    """Records a new build, so that the marts count as out of date."""
    row = connection.execute(f"select count(*) from {TABLE}".encode()).fetchone()
    record_build(connection, TABLE, int(row[0]) if row else 0)
