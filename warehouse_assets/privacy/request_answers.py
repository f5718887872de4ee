"""Answers open requests: from their entry in the vault, or else by their subject alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, cast

from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.ingestion.sources.source import list_sources
from warehouse_assets.ingestion.staging.file_deletions import complete_deletions, request_deletion
from warehouse_assets.privacy import holdings, request_queue, restriction, rights
from warehouse_assets.privacy.errors import NobodyFound
from warehouse_assets.privacy.persons import Person, PrivacySession
from warehouse_assets.privacy.rectification import RECTIFIABLE, NothingHeld
from warehouse_assets.privacy.requests import Request, complete, list_requests, note, subject_of

Restriction = Literal["restriction", "objection"]


@dataclass(frozen=True)
class Answer:
    """A request that is still open, and the reason, which quotes no value."""

    request: Request
    problem: str | None = None


def answer_open_requests(
    session: PrivacySession, now: datetime, kind: str | None = None, number: int | None = None
) -> list[Answer]:
    """Answers every open request, those of one kind, or the one with that number."""
    found = [
        request
        for request in list_requests(session.connection, only_open=True)
        if kind in (None, request.kind) and number in (None, request.key)
    ]
    entries = request_queue.waiting(session.connection)
    keys = _keys_of(session, {request.subject_hash for request in found if request.key not in entries})
    answers = []
    for request in found:
        entry = entries.get(request.key)
        if entry is None:
            answers.append(
                Answer(request, _answer_by_key(session, request, keys.get(request.subject_hash), now.date()))
            )
        else:
            answers.append(Answer(request, _answer_entry(session, request, entry, now)))
    return answers


def _answer_entry(session: PrivacySession, request: Request, entry: request_queue.Entry, now: datetime) -> str | None:
    """Does what was asked; if it cannot, returns the reason and logs it."""
    problem = _problem(session, request, entry)
    if problem is None:
        person = session.person(entry.source_name, entry.customer_id)
        request_queue.identify(session.connection, request.key, subject_of(person, session.tombstones))
        problem = _exercised(session, request, person, entry, now)
    if problem is None:
        request_queue.close(session.connection, request.key)
    else:
        note(session.connection, request, f"not answered: {problem}")
    return problem


def _problem(session: PrivacySession, request: Request, entry: request_queue.Entry) -> str | None:
    if entry.source_name not in list_sources(session.settings.sources_path):
        return "this warehouse does not have its source (`warehouse source list` shows the sources)"
    if request.kind == "rectification" and not set(entry.changes) <= set(RECTIFIABLE):
        return f"it names an unknown field; fields that can be corrected: {', '.join(RECTIFIABLE)}"
    return None


def _exercised(
    session: PrivacySession, request: Request, person: Person, entry: request_queue.Entry, now: datetime
) -> str | None:
    """A mistyped number leaves the request open: a person withdraws it, or says that it is right."""
    try:
        return _exercise(session, request, person, entry, now)
    except NobodyFound:
        return (
            "nobody was found under this number. Withdraw the request and enter it again with the right number; if it"
            " is right, run the command of this right with --unknown"
        )


def _exercise(
    session: PrivacySession, request: Request, person: Person, entry: request_queue.Entry, now: datetime
) -> str | None:
    if request.kind == "access":
        _keep_access(session, request, person, now.date())
    elif request.kind == "erasure":
        rights.erase(session, person, now.date())
    elif request.kind == "lifting":
        rights.lift(session, person, now.date())
    elif request.kind == "rectification":
        return _rectify(session, request, person, entry, now)
    else:
        rights.restrict(session, person, cast("Restriction", request.kind), now.date())
    return None


def _keep_access(session: PrivacySession, request: Request, person: Person, today: date) -> None:
    """Keeps the answer in the vault for the person who entered the request; writes no files."""
    request_queue.forget_answers(session.connection, person.subjects(session.tombstones))
    _, paths, _ = rights.access(session, person, today)
    with session.connection.transaction():
        request_queue.keep_answer(session.connection, request.key, paths[0].read_text(encoding="utf-8"))
        request_deletion(session.connection, session.settings, paths)
    complete_deletions(session.connection, session.settings)


def _rectify(
    session: PrivacySession, request: Request, person: Person, entry: request_queue.Entry, now: datetime
) -> str | None:
    try:
        rights.rectify(session, person, entry.changes, now)
    except NothingHeld:
        complete(session.connection, request, "the warehouse holds no customer data about this person", now.date())
    except IngestionError as refused:
        return str(refused)
    return None


def _keys_of(session: PrivacySession, subjects: set[str]) -> dict[str, int]:
    """Subject -> the person's current key, for the people in the warehouse."""
    if not subjects:
        return {}
    rows = session.connection.execute("select customer_key from vault.customer_keys")
    known = {session.tombstones.subject(key): key for (key,) in rows}
    return {subject: known[subject] for subject in subjects & known.keys()}


def _answer_by_key(session: PrivacySession, request: Request, key: int | None, today: date) -> str | None:
    """Answers a request that was logged without an entry; finds the person without a name or number."""
    connection = session.connection
    if request.kind == "rectification":
        return "the log does not hold the corrected value: use `warehouse privacy rectify`"
    if key is None:
        complete(connection, request, "the warehouse holds no data about this person", today)
        return None
    if request.kind == "erasure":
        done = rights.bury_and_erase(session, key)
        outcome = f"{done.erased.sale_lines} sale lines made anonymous; {len(done.files)} files deleted"
    elif request.kind == "access":
        rows = holdings.held_rows(connection, [key], [request.subject_hash])
        holdings.write_export(rights.export_folder(session.settings, request.key), rows, ())
        outcome = f"{sum(map(len, rows.values()))} records in {len(rows)} tables"
    elif request.kind == "lifting":
        outcome = f"{restriction.lift(connection, key)} restrictions lifted"
    else:
        restriction.restrict(connection, key, cast("Restriction", request.kind), today)
        outcome = "in force"
    complete(connection, request, outcome, today)
    return None


def problems(answers: Sequence[Answer]) -> list[str]:
    """One line for each request that is still open."""
    return [f"request {answer.request.key}: {answer.problem}" for answer in answers if answer.problem]
