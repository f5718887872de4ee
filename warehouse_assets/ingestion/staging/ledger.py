"""The ledger: every delivery, what became of each of its records, and which delivery is current."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

import psycopg

from warehouse_assets.ingestion.contract.quality import Quality
from warehouse_assets.ingestion.sources.canonical import RELATIONS, Relation

OUTCOMES = ("read", "loaded", "rejected", "duplicate", "suppressed")


@dataclass
class Counts:
    """What became of the records of one relation; the ledger's check demands that they add up."""

    read: int = 0
    loaded: int = 0
    rejected: int = 0
    duplicate: int = 0
    suppressed: int = 0


@dataclass(frozen=True)
class LedgerEntry:
    """One delivery's row, as far as loading needs it."""

    file_key: int
    exported_on: date
    is_declared: bool
    attempt: int
    is_current: bool
    fingerprint: str | None
    """What it was read with; None of deliveries that an earlier version loaded."""


@dataclass
class LoadResult:
    """What loading a delivery did."""

    source_name: str
    file_name: str
    file_key: int
    outcome: Literal["loaded", "corrected", "reread", "unchanged"]
    rows_read: int = 0
    counts: dict[Relation, Counts] = field(default_factory=dict)
    quality: Quality = field(default_factory=Quality)
    months: list[date] = field(default_factory=list)
    """Months with lines of this delivery."""
    seconds: float = 0.0
    erased_people: int = 0
    """People in the file who were erased before: their sales are Anonymous, and the file is deleted."""
    replaced_sample: bool = False
    """Whether the example data was removed: this is data of a shop."""


def find_entry(connection: psycopg.Connection, file_key: int) -> LedgerEntry | None:
    """The row of this very content under this name, current or not."""
    row = connection.execute(
        "select file_key, exported_on, is_exported_on_declared, attempt, delivery_status = 'current',"
        " mapping_fingerprint from ops.ingested_files where file_key = %s",
        [file_key],
    ).fetchone()
    return LedgerEntry(*row) if row else None


def current_fingerprints(connection: psycopg.Connection) -> dict[int, str | None]:
    """Key of each delivery that counts -> the fingerprint of the mapping that it was read with."""
    query = "select file_key, mapping_fingerprint from ops.ingested_files where delivery_status = 'current'"
    return {int(key): fingerprint for key, fingerprint in connection.execute(query)}


def current_keys(connection: psycopg.Connection, source_name: str, file_name: str) -> list[int]:
    """Keys of the deliveries that count under this name."""
    rows = connection.execute(
        "select file_key from ops.ingested_files"
        " where source_name = %s and file_name = %s and delivery_status = 'current' order by file_key",
        [source_name, file_name],
    )
    return [int(row[0]) for row in rows]


def is_known(connection: psycopg.Connection, source_name: str, file_name: str) -> bool:
    """Whether a delivery of this name was ever loaded."""
    row = connection.execute(
        "select exists (select from ops.ingested_files where source_name = %s and file_name = %s)",
        [source_name, file_name],
    ).fetchone()
    return bool(row and row[0])


def set_status(connection: psycopg.Connection, file_key: int, status: Literal["replaced", "forgotten"]) -> None:
    """Notes that a delivery no longer counts."""
    connection.execute("update ops.ingested_files set delivery_status = %s where file_key = %s", [status, file_key])


def write_entry(
    connection: psycopg.Connection,
    result: LoadResult,
    facts: Mapping[str, object],
    exported_on: date,
    declared: bool,
) -> None:
    """Writes the delivery's row; the counts balance or the transaction fails."""
    values: dict[str, object] = {
        "file_key": result.file_key,
        "source_name": result.source_name,
        "file_name": result.file_name,
        **facts,
        "exported_on": exported_on,
        "is_exported_on_declared": declared,
        "delivery_status": "current",
        "rows_read": result.rows_read,
    }
    for relation in RELATIONS:
        counts = result.counts.get(relation, Counts())
        values |= {f"{relation}_{outcome}": getattr(counts, outcome) for outcome in OUTCOMES}
    names = list(values)
    kept = ("file_key", "source_name", "file_name", "checksum")
    updates = ", ".join(f"{name} = excluded.{name}" for name in names if name not in kept)
    connection.execute(
        f"insert into ops.ingested_files as f ({', '.join(names)}, loaded_at, attempt)"
        f" values ({', '.join(f'%({name})s' for name in names)}, now(), 1)"
        f" on conflict (file_key) do update set {updates}, loaded_at = now(),"
        " attempt = f.attempt + 1".encode(),
        values,
    )


def add_quality(connection: psycopg.Connection, result: LoadResult) -> None:
    """Adds further findings to those that a delivery has."""
    for (rule, severity, month), number in sorted(result.quality.counts.items(), key=str):
        values = [number, result.file_key, rule, severity, month]
        more = connection.execute(
            "update ops.data_quality set record_count = record_count + %s where file_key = %s and rule_name = %s"
            " and severity = %s and month is not distinct from %s::date",
            values,
        )
        if not more.rowcount:
            single = replace(result, quality=Quality(Counter({(rule, severity, month): number})))
            write_quality(connection, single)


def write_quality(connection: psycopg.Connection, result: LoadResult) -> None:
    """One row per rule, severity and month of the delivery."""
    rows = [
        (result.file_key, result.source_name, result.file_name, rule, severity, month, number)
        for (rule, severity, month), number in sorted(result.quality.counts.items(), key=str)
    ]
    with connection.cursor() as cursor:
        cursor.executemany("insert into ops.data_quality values (%s, %s, %s, %s, %s, %s, %s)", rows)
