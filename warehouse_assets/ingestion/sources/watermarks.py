"""Watermarks: how far each table of a shop's database was read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg

MANIFEST = ".watermarks.json"
"""In the folder of a delivery that was read from a database: table -> watermark up to which it reaches."""

Value = datetime | date | Decimal | str


def as_value(found: object) -> Value:
    """A driver's value as one that compares: numbers exactly, times as they are, anything else as text."""
    if isinstance(found, (datetime, date, str)):
        return found
    if isinstance(found, (int, float, Decimal)) and not isinstance(found, bool):
        return Decimal(str(found))
    return str(found)


def written(value: Value) -> str:
    """A watermark as text, with its kind, so that it compares as itself when it is read again."""
    if isinstance(value, datetime):
        return f"time {value.isoformat()}"
    if isinstance(value, date):
        return f"day {value.isoformat()}"
    return f"number {value}" if isinstance(value, Decimal) else f"text {value}"


def read(text: str) -> Value:
    """The watermark that `written` wrote."""
    kind, _, value = text.partition(" ")
    if kind == "time":
        return datetime.fromisoformat(value)
    if kind == "day":
        return date.fromisoformat(value)
    return Decimal(value) if kind == "number" else value


def below(value: Value, overlap: float) -> Value | None:
    """The watermark less the overlap (seconds, days' seconds, or numbers); None where it is text."""
    if not overlap:
        return value
    if isinstance(value, datetime):
        return value - timedelta(seconds=overlap)
    if isinstance(value, date):
        return value - timedelta(days=-(-int(overlap) // 86_400))
    return value - Decimal(str(overlap)) if isinstance(value, Decimal) else None


def slug(values: Iterable[Value]) -> str:
    """A watermark as part of a delivery's name: letters, digits and hyphens, in the order of the values."""
    value = next(iter(values), "")
    if isinstance(value, datetime):
        value = value.astimezone(UTC) if value.tzinfo else value
        return value.strftime("%Y-%m-%dT%H%M%S")
    if isinstance(value, Decimal):
        return f"{int(value):012d}"
    return "".join(c if c.isascii() and c.isalnum() else "-" for c in str(value))[:40]


def stored(connection: psycopg.Connection[Any], source_name: str) -> dict[str, Value]:
    """Table -> the last watermark of all deliveries that were ever loaded."""
    rows = connection.execute(
        "select table_name, watermark from ops.watermarks where source_name = %s", [source_name]
    ).fetchall()
    return newest([{str(table): read(str(text))} for table, text in rows])


def landed(folder: Path) -> list[dict[str, Value]]:
    """The watermarks of each delivery that lies in a source's incoming directory."""
    manifests = sorted(folder.glob(f"*/{MANIFEST}"))
    return [
        {table: read(text) for table, text in json.loads(path.read_text(encoding="utf-8")).items()}
        for path in manifests
    ]


def newest(found: Iterable[Mapping[str, Value]]) -> dict[str, Value]:
    """Of each table the greatest watermark."""
    result: dict[str, Value] = {}
    for watermarks in found:
        for table, value in watermarks.items():
            if is_beyond(value, result.get(table)):
                result[table] = value
    return result


def is_beyond(value: Value, former: Value | None) -> bool:
    """Whether there is something new; a column whose type was changed starts again."""
    return former is None or type(former) is not type(value) or former < value  # type: ignore[operator]


def store(connection: psycopg.Connection[Any], file_key: int, source_name: str, folder: Path) -> None:
    """Keeps the watermarks of a delivery that was read from a database, in the transaction that loads it."""
    manifest = folder / MANIFEST
    if not manifest.is_file():
        return
    for table, watermark in json.loads(manifest.read_text(encoding="utf-8")).items():
        connection.execute(
            "insert into ops.watermarks (file_key, source_name, table_name, watermark) values (%s, %s, %s, %s)"
            " on conflict do nothing",
            [file_key, source_name, table, watermark],
        )
