"""Retention: deletes overdue data every day; each kind of data has a setting in days.

Data are overdue when they were last needed before `today` minus those days. A run applies the same limit to what it
loaded, before anything is built from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from warehouse_assets.database.locks import lock_ingestion
from warehouse_assets.ingestion.readers.workspace import delete_abandoned
from warehouse_assets.ingestion.staging.file_deletions import complete_deletions, request_deletion
from warehouse_assets.ingestion.staging.files_of_erased import files_of_erased
from warehouse_assets.ingestion.staging.overdue_identities import OVERDUE_IDENTITIES
from warehouse_assets.privacy.erasure import erase_keys, move_to_suppressed
from warehouse_assets.privacy.persons import PrivacySession
from warehouse_assets.pseudonyms.tombstones import add_tombstones
from warehouse_assets.settings import Settings

Connection = psycopg.Connection[Any]
FILES, PSEUDONYMS = "original files", "pseudonymous history"
_REJECTS = """
t.file_key in (
    select f.file_key from ops.ingested_files as f where (f.loaded_at at time zone 'UTC')::date < %(cutoff)s
)
"""
OVERDUE: Mapping[str, str] = {
    "vault.identities": OVERDUE_IDENTITIES,
    "vault.orders": "t.last_seen_date < %(cutoff)s",
    "vault.requests": "t.request_key in (select request_key from governance.requests where completed_on < %(cutoff)s)",
    "staging.rejected_records": _REJECTS,
    "governance.requests": "t.completed_on < %(cutoff)s",
    "governance.certificates": "(t.certified_at at time zone 'UTC')::date < %(cutoff)s",
}
"""Table -> the condition of its overdue rows."""
_LONG_GONE = "select t.customer_key from dw.fct_customer_lifecycle as t where t.last_seen_date < %(cutoff)s"


@dataclass(frozen=True)
class Deleted:
    """What retention deleted of one kind of data."""

    name: str
    cutoff: date
    number: int


def cutoffs(settings: Settings, today: date) -> dict[str, date]:
    """The first day that is still kept, for each kind of data with a retention period."""
    days: dict[str, int | None] = {
        "vault.identities": settings.vault_retention_days,
        "vault.orders": settings.vault_retention_days,
        "vault.requests": settings.file_retention_days,
        "staging.rejected_records": settings.reject_retention_days,
        "governance.requests": settings.request_retention_days,
        "governance.certificates": settings.request_retention_days,
        FILES: settings.file_retention_days,
        PSEUDONYMS: settings.history_retention_days,
    }
    return {name: today - timedelta(days=number) for name, number in days.items() if number is not None}


def overdue(connection: Connection, settings: Settings, today: date) -> dict[str, int]:
    """Overdue rows and files of each kind; all 0 after a run of retention."""
    limits = cutoffs(settings, today)
    found = {
        name: _count(connection, f"select count(*) from {name} as t where {condition}", limits[name])
        for name, condition in OVERDUE.items()
    }
    if PSEUDONYMS in limits:
        query = f"select count(*) from ({_LONG_GONE}) as people"
        found[PSEUDONYMS] = _count(connection, query, limits[PSEUDONYMS])
    return {**found, FILES: len(overdue_files(connection, settings, limits[FILES]))}


def run_retention(session: PrivacySession, today: date) -> list[Deleted]:
    """Deletes overdue data and logs it; a second run on the same day deletes nothing.

    What a killed load left in the home's temporary folder goes too.
    """
    delete_abandoned(session.settings.home / "tmp")
    connection, limits = session.connection, cutoffs(session.settings, today)
    with connection.transaction():
        lock_ingestion(connection)
        done = [
            Deleted(name, limits[name], _delete(connection, name, condition, limits[name]))
            for name, condition in OVERDUE.items()
        ]
        if PSEUDONYMS in limits:
            done.append(Deleted(PSEUDONYMS, limits[PSEUDONYMS], _forget_people(session, limits[PSEUDONYMS])))
        files = overdue_files(connection, session.settings, limits[FILES])
        request_deletion(connection, session.settings, files)
        done.append(Deleted(FILES, limits[FILES], len(files)))
        for one in done:
            _log(connection, one, today)
    complete_deletions(connection, session.settings)
    return done


def overdue_files(connection: Connection, settings: Settings, cutoff: date) -> list[Path]:
    """Originals that are over their time, and those that hold an erased person."""
    return sorted({*_old_files(connection, settings, cutoff), *files_of_erased(connection, settings)})


def _old_files(connection: Connection, settings: Settings, cutoff: date) -> Iterator[Path]:
    """Originals loaded before the day; for files never loaded, the day they arrived counts."""
    rows = connection.execute(
        "select source_name, file_name, max((loaded_at at time zone 'UTC')::date) from ops.ingested_files group by 1, 2"
    )
    loaded = {(str(source), str(name)): day for source, name, day in rows}
    for folder in (settings.incoming_path, settings.datasets_path):
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if path.is_file() and not path.is_symlink() and not path.name.startswith("."):
                source, name = path.relative_to(folder).parts[0], "/".join(path.relative_to(folder).parts[1:])
                if max(loaded.get((source, name), date.min), _arrival(path)) < cutoff:
                    yield path


def _arrival(path: Path) -> date:
    """When the file arrived; its content may be older."""
    return datetime.fromtimestamp(path.stat().st_ctime, UTC).date()


def _count(connection: Connection, query: str, cutoff: date) -> int:
    row = connection.execute(query.encode(), {"cutoff": cutoff}).fetchone()
    return int(row[0]) if row else 0


def _delete(connection: Connection, name: str, condition: str, cutoff: date) -> int:
    if name == "staging.rejected_records":
        where = condition.replace("%(cutoff)s", f"date '{cutoff}'")
        deletion = f"delete from {name} as t where {where} returning t.file_key, t.record_kind"
        return move_to_suppressed(connection, deletion, "rejected")
    return connection.execute(f"delete from {name} as t where {condition}".encode(), {"cutoff": cutoff}).rowcount


def _forget_people(session: PrivacySession, cutoff: date) -> int:
    """Erases people without activity since the cutoff, as if they had asked for it."""
    keys = [int(row[0]) for row in session.connection.execute(_LONG_GONE, {"cutoff": cutoff})]
    if keys:
        subjects = [session.tombstones.subject(key) for key in keys]
        tombstones = add_tombstones(session.settings.secrets_path, session.secret.generation, subjects)
        erase_keys(session.connection, tombstones, keys)
    return len(keys)


def _log(connection: Connection, done: Deleted, today: date) -> None:
    connection.execute(
        "insert into governance.retention_log as log (deleted_on, retained_name, cutoff_date, deleted_count)"
        " values (%s, %s, %s, %s) on conflict (deleted_on, retained_name) do update"
        " set deleted_count = log.deleted_count + excluded.deleted_count",
        [today, done.name, done.cutoff, done.number],
    )
