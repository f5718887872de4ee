"""The register of personal data breaches (art. 33.5), with the 72 hours to notify the authority."""

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
        """Time left to notify the authority, or whether it was notified in time."""
        notified = self.authority_notified_at
        if notified is not None:
            late = notified - self.notify_by
            return f"notified {_hours(late)} late" if late > timedelta(0) else "notified in time"
        left = self.notify_by - now
        return f"{_hours(left)} left" if left > timedelta(0) else f"OVERDUE by {_hours(-left)}"


def _hours(span: timedelta) -> str:
    minutes = int(span.total_seconds()) // 60
    return f"{minutes // 60} h {minutes % 60:02} min"


def register(
    connection: Connection, description: str, discovered_at: datetime, person_count: int | None = None
) -> Breach:
    """Registers a breach; registering it again updates only the number of persons."""
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
    """Records when the authority and the persons were notified (the first date stays), and the measures.

    Raises UnknownBreach.
    """
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
    """All breaches by deadline; those not yet notified to the authority come first."""
    order = "authority_notified_at is not null, notify_by, breach_key"
    return [
        Breach(*row)
        for row in connection.execute(f"select {_COLUMNS} from governance.breaches order by {order}".encode())
    ]
