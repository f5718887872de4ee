"""Rectification (art. 16): adds an observation of the person that is newer than all others.

It passes the same contract as an export. The shop's next export is newer still, so the shop must correct its
own system too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
import psycopg
import pyarrow as pa

from warehouse_assets.database.locks import lock_ingestion
from warehouse_assets.ingestion.contract.customers import IDENTIFIERS, CustomersReader
from warehouse_assets.ingestion.contract.dimension_members import DimensionMembers
from warehouse_assets.ingestion.contract.frame import TEXT
from warehouse_assets.ingestion.contract.quality import Quality
from warehouse_assets.ingestion.contract.rejects import Rejects
from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.ingestion.readers.line_numbers import Lines
from warehouse_assets.ingestion.sources.canonical import CUSTOMERS
from warehouse_assets.ingestion.staging import ledger
from warehouse_assets.ingestion.staging.copying import copy_rows
from warehouse_assets.ingestion.staging.keys import create_temporary, store_identities
from warehouse_assets.ingestion.staging.ledger import Counts, LoadResult
from warehouse_assets.ingestion.staging.overdue_identities import drop_overdue_identities
from warehouse_assets.ingestion.staging.removal import remove_delivery
from warehouse_assets.privacy.persons import Person, PrivacySession
from warehouse_assets.privacy.requests import Request
from warehouse_assets.pseudonyms.hashing import natural_key

Connection = psycopg.Connection[Any]
RECTIFIABLE = tuple(sorted(set(CUSTOMERS) - {"customer_id", "payment_card", "observed_at"}))
_PRESENT = """
select
    c.age::text as age, c.birth_month::text as birth_date, c.gender, nullif(g.city, '') as city,
    nullif(g.region, '') as region,
    nullif(g.country, 'Unknown') as country, c.signup_date::text as signup_at,
    c.last_login_date::text as last_login_at, c.last_purchase_date::text as last_purchase_at, c.status, c.segment,
    h.acquisition_channel, c.purchase_frequency, c.declared_purchase_count::text as declared_purchase_count
from staging.customers as c
left join staging.geographies as g on c.file_key = g.file_key and c.geography_key = g.geography_key
left join staging.channels as h on c.file_key = h.file_key and c.channel_key = h.channel_key
where c.customer_key = %s
order by c.observed_at desc, row(
    c.age, c.gender, c.geography_key, c.channel_key, c.segment, c.status, c.purchase_frequency, c.is_declared_churned,
    c.birth_month
)::text collate "C" desc
limit 1
"""
_IDENTITY = f"""
select {", ".join(IDENTIFIERS)} from vault.identities where customer_key = %s order by observed_at desc limit 1
"""


class NothingHeld(IngestionError):
    """The person is not a customer in the warehouse."""


def rectify(
    session: PrivacySession, person: Person, request: Request, changes: Mapping[str, str], now: datetime
) -> int:
    """Corrects the person's fields; returns the number of vault identities it changed.

    Raises IngestionError, naming the field, if a field is unknown or the contract refuses its value.
    """
    unknown = sorted(set(changes) - set(RECTIFIABLE))
    if unknown or not changes:
        what = f"{unknown[0]} is not a field of a customer" if unknown else "No field is given"
        raise IngestionError(f"{what}; fields that can be corrected: {', '.join(RECTIFIABLE)}.")
    connection = session.connection
    with connection.transaction():
        lock_ingestion(connection)
        present = require_customer(connection, person)
        if "birth_date" in changes:
            present.pop("age", None)
        if "age" in changes:
            present.pop("birth_date", None)
        return _observe(session, person, request, {**present, **changes}, changes, now)


def require_customer(connection: Connection, person: Person) -> dict[str, str]:
    """The newest observation, as an export would give it. Raises NothingHeld if there is none."""
    found: dict[str, str] = {}
    observed = False
    for query in (_PRESENT, _IDENTITY):
        cursor = connection.execute(query.encode(), [person.customer_key])
        row = cursor.fetchone()
        observed = observed or row is not None
        names = [column.name for column in cursor.description or ()]
        found |= {name: str(value) for name, value in zip(names, row or (), strict=False) if value is not None}
    if not observed:
        raise NothingHeld("The warehouse holds no customer data about this person: there is nothing to correct.")
    return found


def _observe(
    session: PrivacySession,
    person: Person,
    request: Request,
    record: Mapping[str, str],
    changes: Mapping[str, str],
    now: datetime,
) -> int:
    connection, settings, today = session.connection, session.settings, now.date()
    # Dates are ISO (2023-12-31) here, whatever format the shop's exports use.
    source = replace(person.source, settings=person.source.settings.model_copy(update={"date_formats": {}}))
    name = f"rectification-{request.key}"
    file_key = natural_key("delivery", source.name, name, now.isoformat())
    members = DimensionMembers(source.name)
    reader = CustomersReader(source, file_key, settings.first_month, today, None, members)
    for former in ledger.current_keys(connection, source.name, name):
        remove_delivery(connection, former, "replaced")
    quality, rejects = Quality(), Rejects(file_key, source.name, name, Lines({}))
    done = reader.read(_frame(person, record, now), quality, rejects)
    _refuse(quality, changes)
    copy_rows(connection, reader.table, done.rows)
    for table, rows in members.tables(file_key).items():
        copy_rows(connection, table, rows)
    create_temporary(connection)
    for table, rows in reader.take_vault():
        copy_rows(connection, table, rows)
    _enter(connection, source.name, name, file_key, person, today, now)
    stored = store_identities(connection, file_key)
    cutoff = today - timedelta(days=settings.vault_retention_days)
    return stored if drop_overdue_identities(connection, cutoff, person.customer_key) == 0 else 0


def _frame(person: Person, record: Mapping[str, str], now: datetime) -> pd.DataFrame:
    texts = {"customer_id": person.customer_id, **record, "observed_at": now.isoformat()}
    frame = pd.DataFrame({name: pd.Series([text], dtype=TEXT) for name, text in texts.items()})
    for name, number in (("customer_key", person.customer_key), ("source_line", 1)):
        frame[name] = pd.Series([number], dtype=pd.ArrowDtype(pa.int64()))
    return frame


def _refuse(quality: Quality, changes: Mapping[str, str]) -> None:
    broken = sorted({rule for rule, _, _ in quality.counts})
    if broken:
        raise IngestionError(
            f"The contract refuses {', '.join(sorted(changes))} ({', '.join(broken)}). Nothing was changed; "
            "dates are written as 2023-12-31."
        )


def _enter(
    connection: Connection, source_name: str, name: str, file_key: int, person: Person, today: date, now: datetime
) -> None:
    """The ledger entry: a delivery of one record."""
    result = LoadResult(source_name, name, file_key, "loaded", rows_read=1)
    result.counts["customers"] = Counts(read=1, loaded=1)
    facts = {"checksum": now.isoformat(), "size_bytes": 0, "encoding": "utf-8"}
    ledger.write_entry(connection, result, facts, today, declared=False)
    connection.execute(
        "insert into staging.pending_customers (customer_key) values (%s) on conflict do nothing",
        [person.customer_key],
    )
