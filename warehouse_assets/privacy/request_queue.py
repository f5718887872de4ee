"""Requests that a data protection officer has entered by SQL: in the vault until they are answered.

The log says what was asked and by when it is due; only here does it say by whom. An answer to a request for
access waits here too, until it is taken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg

Connection = psycopg.Connection[Any]


@dataclass(frozen=True)
class Entry:
    """Whom a request is about, and what is to be corrected if it is a rectification."""

    source_name: str
    customer_id: str = field(repr=False)
    changes: Mapping[str, str] = field(repr=False)


def waiting(connection: Connection) -> dict[int, Entry]:
    """Number of the request -> what was entered, of those without an answer."""
    rows = connection.execute(
        "select request_key, source_name, customer_id, changes from vault.requests where answer is null"
    )
    return {int(key): Entry(source, number, changes or {}) for key, source, number, changes in rows}


def identify(connection: Connection, request_key: int, subject: str) -> None:
    """Notes in the log who asks, as the log does it: by a hash whose key is in no table."""
    connection.execute(
        "update governance.requests set subject_hash = %s where request_key = %s and subject_hash = ''",
        [subject, request_key],
    )


def keep_answer(connection: Connection, request_key: int, document: str) -> None:
    """Keeps all that is held of the person until it is taken."""
    connection.execute(
        "update vault.requests set answer = %s::jsonb, changes = null where request_key = %s", [document, request_key]
    )


def close(connection: Connection, request_key: int) -> None:
    """Forgets who asked, once there is an answer that needs no handing over."""
    connection.execute("delete from vault.requests where request_key = %s and answer is null", [request_key])


def forget_answers(connection: Connection, subjects: Sequence[str]) -> None:
    """Deletes answers to these people that nobody took: a new one says more."""
    connection.execute(
        "delete from vault.requests where answer is not null and request_key in"
        " (select request_key from governance.requests where subject_hash = any(%s))",
        [list(subjects)],
    )


def forget(connection: Connection, subjects: Sequence[str]) -> None:
    """Deletes all that waits for these people."""
    connection.execute(
        "delete from vault.requests where request_key in"
        " (select request_key from governance.requests where subject_hash = any(%s))",
        [list(subjects)],
    )
