"""Rejected records as a spreadsheet: written with their reasons, read when they are corrected.

Keys never leave the database: a row is known by a mark made of the rejected record.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.ingestion.sources.canonical import FIELDS, Relation

MENDABLE: tuple[Relation, ...] = ("sales", "reviews")
"""A customer is rejected without a number only, and what is no record has no fields: correct those in the file."""
_ABOUT = ("reject", "source_name", "file_name", "source_line", "record_kind", "reasons")
VALUES = tuple(
    dict.fromkeys(
        name for kind in MENDABLE for name, one in FIELDS[kind].items() if one.is_kept_in_rejects
    )
)  # fmt: skip
_REJECTS = """
select
    md5(concat_ws('|', file_key, source_line, record_kind, record)) as mark, source_name, file_name, source_line,
    record_kind, array_to_string(reasons, '; '), record, ctid::text, file_key, rules, sold_at
from staging.rejected_records
where record_kind = any(%(kinds)s) and (%(source)s::text is null or source_name = %(source)s)
order by source_name, file_name, source_line, record_kind, mark
"""
_FORMULA = re.compile(r"[=@\t\r]|[+-](?!\d)")


@dataclass(frozen=True)
class Reject:
    """A rejected record as it is kept, with a mark that stands for it in the spreadsheet."""

    mark: str
    source_name: str
    file_name: str
    source_line: int
    kind: Relation
    reasons: str
    record: Mapping[str, Any]
    row: str
    file_key: int
    rules: Sequence[str]
    sold_at: Any


def export_rejects(connection: psycopg.Connection[Any], path: Path, source_name: str | None) -> tuple[int, int]:
    """Writes correctable rejects as CSV; returns their number and how many others need a corrected file."""
    found = list(read_rejects(connection, source_name))
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        path.chmod(0o600)
        writer = csv.writer(file)
        writer.writerow([*_ABOUT, *VALUES])
        for one in found:
            about = (one.mark, one.source_name, one.file_name, one.source_line, one.kind, one.reasons)
            writer.writerow([*about, *(_guarded(one.record.get(name)) for name in VALUES)])
    others = "select count(*) from staging.rejected_records where not record_kind = any(%s)"
    row = connection.execute(others, [list(MENDABLE)]).fetchone()
    return len(found), int(row[0]) if row else 0


def read_rejects(connection: psycopg.Connection[Any], source_name: str | None) -> Iterator[Reject]:
    """The rejects that can be corrected, of one source or all."""
    for row in connection.execute(_REJECTS, {"kinds": list(MENDABLE), "source": source_name}).fetchall():
        yield Reject(*row)


def read_sheet(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a corrected spreadsheet. Raises IngestionError when it is none of ours."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise IngestionError(f"{path}: cannot be read; save it as CSV in UTF-8.") from None
    head = text.partition("\n")[0]
    reader = csv.DictReader(text.splitlines(keepends=True), delimiter=max(",;\t", key=head.count))
    if "reject" not in (reader.fieldnames or ()):
        raise IngestionError(
            f"{path.name}: has no column reject; correct a file that `warehouse rejects export` wrote."
        )
    unknown = sorted(set(reader.fieldnames or ()) - {*_ABOUT, *VALUES})
    if unknown:
        raise IngestionError(f"{path.name}: column {unknown[0]} is none of the export's; nothing was changed.")
    yield from reader


def _guarded(value: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """A cell without the sign that kept it from being a formula."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text[1:]) else text.strip()
