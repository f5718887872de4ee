"""Which identifiers the vault no longer needs. Loading keeps all; they are judged when the loads of a run are done.

A person is active at a sign-up, a login or a purchase, whichever delivery tells of it. So a single delivery cannot
judge: an old list of customers may come before the sales that show them active.
"""

from __future__ import annotations

from datetime import date

import psycopg

from warehouse_assets.database.locks import lock_ingestion

_OVERDUE = """
t.customer_key in (
    select i.customer_key from vault.identities as i
    inner join ops.ingested_files as f on i.file_key = f.file_key
    where {whose}
    group by i.customer_key
    having max(coalesce(i.last_seen_date, f.exported_on)) < %(cutoff)s
) and not exists (
    select from staging.customers as c
    where c.customer_key = t.customer_key
        and greatest(c.signup_date, c.last_login_date, c.last_purchase_date) >= %(cutoff)s
) and not exists (
    select from staging.sales as s
    where s.customer_key = t.customer_key and s.sale_date >= %(cutoff)s and not s.is_cancelled
)
"""
OVERDUE_IDENTITIES = _OVERDUE.format(whose="true")
"""Condition on `vault.identities as t`. A person without any date counts as seen on the day of the export."""
_OF_LOADS = "i.customer_key in (select customer_key from staging.pending_customers)"
_OF_ONE = "i.customer_key = %(customer_key)s"


def drop_overdue_identities(connection: psycopg.Connection, cutoff: date, customer_key: int | None = None) -> int:
    """Deletes overdue identifiers of one person, or of all whom new deliveries name; returns how many records.

    Call it after the loads of a run, before the queue is worked off. Daily retention judges everybody.
    """
    whose = _OF_LOADS if customer_key is None else _OF_ONE
    with connection.transaction():
        lock_ingestion(connection)
        return connection.execute(
            f"delete from vault.identities as t where {_OVERDUE.format(whose=whose)}".encode(),
            {"cutoff": cutoff, "customer_key": customer_key},
        ).rowcount
