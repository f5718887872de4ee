"""The register of personal data breaches (art. 33.5), with the 72 hours in which the authority is to be told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import psycopg

from warehouse_assets.privacy.errors import PrivacyError
from warehouse_assets.pseudonyms.hashing import natural_key

Connection = psycopg.Connection[Any]
NOTICE = timedelta(hours=72)
_COLUMNS = (
    "breach_key, discovered_at, notify_by, description, person_count, authority_notified_at, persons_notified_at,"
    " measures"
)
_NOTIFIED = {"authority": "authority_notified_at", "persons": "persons_notified_at"}


class UnknownBreach(PrivacyError):
    """No breach of the register has this number."""


@dataclass(frozen=True)
class Breach:
    """One breach as registered."""

    key: int
    discovered_at: datetime
    notify_by: datetime
    description: str
    person_count: int | None
    authority_notified_at: datetime | None
    persons_notified_at: datetime | None
    measures: str | None

    def clock(self, now: datetime) -> str:
        """What is left of the 72 hours, or how they were kept."""
        told = self.authority_notified_at
        if told is not None:
            return "told in time" if told <= self.notify_by else f"told {_hours(told - self.notify_by)} late"
        left = self.notify_by - now
        return f"{_hours(left)} left" if left > timedelta(0) else f"OVERDUE by {_hours(-left)}"


def _hours(span: timedelta) -> str:
    minutes = int(span.total_seconds()) // 60
    return f"{minutes // 60} h {minutes % 60:02} min"


def register(
    connection: Connection, description: str, discovered_at: datetime, person_count: int | None = None
) -> Breach:
    """Enters a breach; the same once more changes nothing but the number of persons."""
    key = natural_key("breach", description, discovered_at.isoformat())
    connection.execute(
        "insert into governance.breaches as b (breach_key, discovered_at, notify_by, description, person_count)"
        " values (%s, %s, %s, %s, %s) on conflict (breach_key) do update"
        " set person_count = coalesce(excluded.person_count, b.person_count)",
        [key, discovered_at, discovered_at + NOTICE, description, person_count],
    )
    return find(connection, key)


def note(
    connection: Connection,
    key: int,
    *,
    notified: Literal["authority", "persons"] | None = None,
    at: datetime | None = None,
    measures: str | None = None,
) -> Breach:
    """Notes who was told when (the first time stays), and what was done. Raises UnknownBreach."""
    find(connection, key)
    if notified is not None:
        column = _NOTIFIED[notified]
        statement = f"update governance.breaches set {column} = coalesce({column}, %s) where breach_key = %s"
        connection.execute(statement.encode(), [at, key])
    if measures:
        connection.execute("update governance.breaches set measures = %s where breach_key = %s", [measures, key])
    return find(connection, key)


def find(connection: Connection, key: int) -> Breach:
    """The breach with this number. Raises UnknownBreach."""
    row = connection.execute(f"select {_COLUMNS} from governance.breaches where breach_key = %s".encode(), [key])
    found = row.fetchone()
    if found is None:
        raise UnknownBreach(f"No breach has the number {key}; `warehouse privacy breaches` lists them.")
    return Breach(*found)


def list_breaches(connection: Connection) -> list[Breach]:
    """All of them, those first of which the authority was not told, by their deadline."""
    order = "authority_notified_at is not null, notify_by, breach_key"
    return [
        Breach(*row)
        for row in connection.execute(f"select {_COLUMNS} from governance.breaches order by {order}".encode())
    ]
