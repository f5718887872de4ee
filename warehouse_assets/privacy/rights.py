"""The rights of persons, one function each; each logs the request with its deadline and may be repeated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

import psycopg

from warehouse_assets.database.locks import lock_ingestion
from warehouse_assets.ingestion.sources.originals import originals_of
from warehouse_assets.ingestion.staging.file_deletions import complete_deletions, request_deletion
from warehouse_assets.privacy import holdings, request_queue, restriction
from warehouse_assets.privacy.erasure import Erased, erase_keys
from warehouse_assets.privacy.identifying_values import IdentifyingValue, identifiers_of, key_values, own_identifiers
from warehouse_assets.privacy.known_persons import is_held, nobody, require_held
from warehouse_assets.privacy.original_files import Holding, find_holding
from warehouse_assets.privacy.persons import Person, PrivacySession
from warehouse_assets.privacy.recovery import note_applied
from warehouse_assets.privacy.rectification import rectify as correct
from warehouse_assets.privacy.rectification import require_customer
from warehouse_assets.privacy.requests import Request, complete, log_request
from warehouse_assets.pseudonyms.tombstones import add_tombstones
from warehouse_assets.settings import Settings

Connection = psycopg.Connection[Any]


@dataclass(frozen=True)
class Erasure:
    """What an erasure did, and what its proof must search for (in memory only)."""

    request: Request
    outcome: str
    erased: Erased
    files: list[Path]
    unreadable: list[Path]
    values: list[IdentifyingValue] = field(repr=False)
    is_known: bool = True
    """Whether anything was held, or the person was erased before."""


def export_folder(settings: Settings, request_key: int) -> Path:
    """The folder of the answer to an access request until it is handed over."""
    return settings.reports_path / "privacy" / f"request-{request_key}"


def access(session: PrivacySession, person: Person, today: date) -> tuple[Request, list[Path], Mapping[str, int]]:
    """Writes all data about a person; returns the files and the number of records per table, none of nobody."""
    request = log_request(session.connection, session.tombstones, person, "access", today)
    subjects = person.subjects(session.tombstones)
    rows = holdings.held_rows(session.connection, [person.customer_key], subjects)
    holding = find_holding(session.settings, person.source.namespace, person.customer_id)
    paths = holdings.write_export(export_folder(session.settings, request.key), rows, holding.records)
    numbers = {name: len(found) for name, found in rows.items()}
    if holding.records:
        numbers["original files"] = len(holding.records)
    outcome = f"{sum(numbers.values())} records in {len(numbers)} tables"
    if not is_held(session, person, holding):
        numbers, outcome = {}, "nobody was found under this number"
    complete(session.connection, request, outcome, today)
    return request, paths, numbers


@dataclass(frozen=True)
class Buried:
    """What was erased from the database, and which files held it."""

    erased: Erased
    files: list[Path]


def erase(session: PrivacySession, person: Person, today: date, *, unknown: bool = False) -> Erasure:
    """Erases a person from the database and from original files; the queues rebuild `dw` and the marts.

    Raises NobodyFound for a number that nothing holds, which may be a typing error. With `unknown`, a tombstone
    is written all the same, so that a later delivery does not bring the person.
    """
    connection, settings = session.connection, session.settings
    holding = find_holding(settings, person.source.namespace, person.customer_id, _vaulted(connection, person))
    is_known = is_held(session, person, holding)
    if not is_known and not unknown:
        raise nobody(person, holding)
    request = log_request(connection, session.tombstones, person, "erasure", today)
    values = _identifying_values(connection, person, holding)
    buried = bury_and_erase(
        session, person.customer_key, person.subjects(session.tombstones), person.erased_at, holding.paths
    )
    files = buried.files
    erased = buried.erased
    outcome = (
        f"{erased.customer_records} customer records, {erased.identities} identities and {erased.rejects} rejects"
        f" deleted; {erased.sale_lines} sale lines and {erased.reviews} reviews made anonymous;"
        f" {len(files)} files deleted"
    )
    if not is_known:
        outcome = "nobody was found under this number; a later delivery that names it is anonymous"
    if person.erased_at < 0 or _did_anything(erased, files):
        complete(connection, request, outcome, today)
    else:
        complete(connection, request, request.outcome or "the person was erased before; nothing new was held", today)
    return Erasure(request, outcome, erased, files, holding.unreadable, values, is_known)


def _did_anything(erased: Erased, files: Sequence[Path]) -> bool:
    counts = (erased.customer_records, erased.identities, erased.rejects, erased.sale_lines, erased.reviews)
    return any(counts) or bool(files)


def bury_and_erase(
    session: PrivacySession, key: int, subjects: Sequence[str] = (), erased_at: int = -1, holding: Sequence[Path] = ()
) -> Buried:
    """Erases by the key alone, and deletes the original files of the person's deliveries and those of `holding`.

    The tombstone comes first, so that no reload or restart can restore the person. The transaction records the
    files; they are deleted after it, or by the next start.
    """
    connection, settings, tombstones = session.connection, session.settings, session.tombstones
    subject = tombstones.subject(key)
    exports = _exports(connection, settings, [*subjects, subject])
    with connection.transaction():
        lock_ingestion(connection)
        if erased_at < 0:
            tombstones = add_tombstones(settings.secrets_path, session.secret.generation, [subject])
        erased = erase_keys(connection, tombstones, [key])
        note_applied(connection, tombstones)
        request_queue.forget(connection, [*subjects, subject])
        files = sorted({*holding, *originals_of(settings, _deliveries(connection, erased))})
        request_deletion(connection, settings, [*files, *exports])
    complete_deletions(connection, settings)
    return Buried(erased, files)


def _vaulted(connection: Connection, person: Person) -> list[str]:
    return sorted(identifiers_of(connection, person.customer_key, ()))


def _identifying_values(connection: Connection, person: Person, holding: Holding) -> list[IdentifyingValue]:
    identifiers = identifiers_of(connection, person.customer_key, holding.records)
    identifiers.setdefault(person.customer_id, "customer_id")
    own = own_identifiers(connection, person.customer_key, identifiers, holding.shared)
    return own + key_values(connection, person.keys)


def _exports(connection: Connection, settings: Settings, subjects: list[str]) -> list[Path]:
    """Files of earlier answers to the person's access requests."""
    rows = connection.execute("select request_key from governance.requests where subject_hash = any(%s)", [subjects])
    folders = [export_folder(settings, int(row[0])) for row in rows]
    return [path for folder in folders if folder.is_dir() for path in sorted(folder.iterdir())]


def _deliveries(connection: Connection, erased: Erased) -> list[tuple[str, str]]:
    rows = connection.execute(
        "select source_name, file_name from ops.ingested_files where file_key = any(%s)", [list(erased.file_keys)]
    )
    return [(str(source), str(name)) for source, name in rows]


def rectify(session: PrivacySession, person: Person, changes: Mapping[str, str], now: datetime) -> Request:
    """Corrects fields of a person; the answer is logged without the values. Logs nothing if nothing is held."""
    require_customer(session.connection, person)
    request = log_request(session.connection, session.tombstones, person, "rectification", now.date())
    vaulted = correct(session, person, request, changes, now)
    where = "vault and staging" if vaulted else "staging"
    complete(session.connection, request, f"{', '.join(sorted(changes))} corrected in {where}", now.date())
    return request


def restrict(
    session: PrivacySession,
    person: Person,
    kind: Literal["restriction", "objection"],
    today: date,
    *,
    unknown: bool = False,
) -> tuple[Request, bool]:
    """Excludes the person from the customer marts; False if already excluded.

    An erased person is in no mart and stays anonymous, so that no key is stored again. Raises NobodyFound for a number
    that nothing holds, unless `unknown` is given.
    """
    if not unknown:
        require_held(session, person)
    request = log_request(session.connection, session.tombstones, person, kind, today)
    if person.erased_at >= 0:
        complete(session.connection, request, "the person was erased before", today)
        return request, False
    added = restriction.restrict(session.connection, person.customer_key, kind, today)
    complete(session.connection, request, "in force", today)
    return request, added


def lift(session: PrivacySession, person: Person, today: date) -> tuple[Request, int]:
    """Lifts restrictions and objections; returns their number."""
    request = log_request(session.connection, session.tombstones, person, "lifting", today)
    lifted = restriction.lift(session.connection, person.customer_key)
    complete(session.connection, request, f"{lifted} restrictions lifted", today)
    return request, lifted
