"""Requests that a data protection officer entered by SQL; the vault holds them until they are answered.

The log says what was asked and when it is due; only this queue says by whom. It also holds the answer to an
access request until the officer collects it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg

Connection = psycopg.Connection[Any]


@dataclass(frozen=True)
class Entry:
    """The person of a request, and the corrections of a rectification."""

    source_name: str
    customer_id: str = field(repr=False)
    changes: Mapping[str, str] = field(repr=False)


def waiting(connection: Connection) -> dict[int, Entry]:
    """Request number -> its entry, for unanswered requests."""
    rows = connection.execute(
        "select request_key, source_name, customer_id, changes from vault.requests where answer is null"
    )
    return {int(key): Entry(source, number, changes or {}) for key, source, number, changes in rows}


def identify(connection: Connection, request_key: int, subject: str) -> None:
    """Logs who asks, as a keyed hash; no table holds the key."""
    connection.execute(
        "update governance.requests set subject_hash = %s where request_key = %s and subject_hash = ''",
        [subject, request_key],
    )


def keep_answer(connection: Connection, request_key: int, document: str) -> None:
    """Keeps the person's data as the answer until it is collected."""
    connection.execute(
        "update vault.requests set answer = %s::jsonb, changes = null where request_key = %s", [document, request_key]
    )


def close(connection: Connection, request_key: int) -> None:
    """Deletes who asked, once the request is answered and nothing has to be handed over."""
    connection.execute("delete from vault.requests where request_key = %s and answer is null", [request_key])


def forget_answers(connection: Connection, subjects: Sequence[str]) -> None:
    """Deletes uncollected answers to these people; a new answer replaces them."""
    connection.execute(
        "delete from vault.requests where answer is not null and request_key in"
        " (select request_key from governance.requests where subject_hash = any(%s))",
        [list(subjects)],
    )


def forget(connection: Connection, subjects: Sequence[str]) -> None:
    """Deletes all entries and answers of these people."""
    connection.execute(
        "delete from vault.requests where request_key in"
        " (select request_key from governance.requests where subject_hash = any(%s))",
        [list(subjects)],
    )
