"""The log of requests: what a person (known only by a hash) asked, when it is due, and what was done."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Any

import psycopg

from warehouse_assets.privacy.persons import Person
from warehouse_assets.pseudonyms.hashing import natural_key
from warehouse_assets.pseudonyms.tombstones import Tombstones
from warehouse_assets.schemas.ddl import next_month

Connection = psycopg.Connection[Any]
AGAIN = "; again: "
"""Between the first answer and that of a repeat."""
_COLUMNS = "request_key, request_kind, subject_hash, received_on, due_on, completed_on, outcome"


@dataclass(frozen=True)
class Request:
    """One request as logged."""

    key: int
    kind: str
    subject_hash: str
    received_on: date
    due_on: date
    completed_on: date | None
    outcome: str | None

    def is_overdue(self, today: date) -> bool:
        return self.completed_on is None and self.due_on < today


def deadline(received_on: date) -> date:
    """The same day one month later, or that month's last day (art. 12.3, regulation 1182/71)."""
    month = next_month(received_on.replace(day=1))
    return month.replace(day=min(received_on.day, monthrange(month.year, month.month)[1]))


def log_request(connection: Connection, tombstones: Tombstones, person: Person, kind: str, today: date) -> Request:
    """The person's open request of this kind, the one received the same day, or a new one."""
    subjects = person.subjects(tombstones)
    with connection.transaction():
        connection.execute("lock table governance.requests in share row exclusive mode")
        row = connection.execute(
            f"select {_COLUMNS} from governance.requests where request_kind = %s and subject_hash = any(%s)"
            " and (completed_on is null or received_on = %s) order by completed_on nulls first limit 1".encode(),
            [kind, subjects, today],
        ).fetchone()
        if row is not None:
            return Request(*row)
        subject = subject_of(person, tombstones)
        key = natural_key("request", kind, subject, today.isoformat())
        request = Request(key, kind, subject, today, deadline(today), None, None)
        connection.execute(
            "insert into governance.requests (request_key, request_kind, subject_hash, received_on, due_on)"
            " values (%s, %s, %s, %s, %s)",
            [key, kind, subject, today, request.due_on],
        )
    return request


def subject_of(person: Person, tombstones: Tombstones) -> str:
    """The hash that identifies the person in a new request; for an erased person, the tombstone's hash."""
    return person.subjects(tombstones)[person.erased_at]


def note(connection: Connection, request: Request, outcome: str) -> None:
    """Records why the request is still open."""
    connection.execute(
        "update governance.requests set outcome = %s where request_key = %s and completed_on is null",
        [outcome, request.key],
    )


def complete(connection: Connection, request: Request, outcome: str, today: date) -> None:
    """Records the answer. A request that was answered before keeps its first answer and that day.

    If a repeat had another result, for instance as data arrived in between, the last such result is added.
    """
    connection.execute(
        "update governance.requests set completed_on = coalesce(completed_on, %(today)s),"
        " outcome = case when completed_on is null then %(outcome)s"
        f" when split_part(outcome, '{AGAIN}', 1) = %(outcome)s then outcome"
        f" else split_part(outcome, '{AGAIN}', 1) || '{AGAIN}' || %(outcome)s end"
        " where request_key = %(key)s".encode(),
        {"today": today, "outcome": outcome, "key": request.key},
    )


def list_requests(connection: Connection, *, only_open: bool = False) -> list[Request]:
    """All requests, the next ones due first."""
    where = " where completed_on is null" if only_open else ""
    order = "completed_on is not null, due_on, request_key"
    rows = connection.execute(f"select {_COLUMNS} from governance.requests{where} order by {order}".encode())
    return [Request(*row) for row in rows]
