"""File formats beside foreign CSV: JSON Lines, SQLite, and the splitter's own thirds."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path

import pyarrow as pa

from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.ingestion.workspace import quoted
from warehouse_assets.splitting import Malformed
from warehouse_assets.splitting.source import byte_blocks

SOURCE_LINE = "source_line"
"""Column of the splitter's thirds: the line of the original file."""
_BATCH = 20_000
_LONGEST_LINE = 1 << 21
"""Bytes; DuckDB makes buffers of many times this. A file with a longer record is read record by record."""


def arrow_batch(lines: Sequence[int], columns: dict[str, Sequence[str | None]]) -> pa.RecordBatch:
    """source_line and columns of text."""
    arrays = [pa.array(lines, pa.int64()), *(pa.array(values, pa.string()) for values in columns.values())]
    return pa.RecordBatch.from_arrays(arrays, names=[SOURCE_LINE, *columns])


def csv_third_columns(path: Path) -> list[str] | None:
    """The columns of a CSV that the splitter wrote; None for any other file."""
    if path.suffix != ".csv" or not _starts_with(path, f"{SOURCE_LINE},".encode()):
        return None
    with path.open(encoding="utf-8", newline="") as file:
        return next(csv.reader(file))[1:]


def csv_third_scan(path: Path, columns: Sequence[str]) -> str:
    """DuckDB's reading of such a file: its form is known, nothing is guessed."""
    types = ", ".join(f"{_literal(name)}: 'varchar'" for name in (SOURCE_LINE, *columns))
    return (
        f"read_csv({_literal(str(path))}, header = true, delim = ',', quote = '\"', escape = '\"', new_line = '\\n',"
        f" auto_detect = false, columns = {{{types}}}, max_line_size = {_LONGEST_LINE})"
    )


def json_third_columns(path: Path) -> list[str] | None:
    """The columns of a JSON Lines file that the splitter wrote; None for any other file."""
    if not _starts_with(path, f'{{"{SOURCE_LINE}":'.encode()):
        return None
    with path.open(encoding="utf-8") as file:
        return [name for name in json.loads(file.readline()) if name != SOURCE_LINE]


def json_third_scan(path: Path, columns: Sequence[str]) -> str:
    """DuckDB's reading of such a file."""
    types = ", ".join(f"{_literal(name)}: 'varchar'" for name in (SOURCE_LINE, *columns))
    return (
        f"read_json({_literal(str(path))}, format = 'newline_delimited', columns = {{{types}}},"
        f" maximum_object_size = {_LONGEST_LINE})"
    )


def json_columns(path: Path) -> list[str]:
    """Names of the first thousand records' fields, in the order in which they appear."""
    found: dict[str, None] = {}
    for _, record in _json_records(islice(_json_lines(path), 1000), []):
        found.update(dict.fromkeys(record))
    return list(found)


def json_batches(path: Path, wanted: Sequence[str], malformed: list[Malformed]) -> Iterator[pa.RecordBatch]:
    """A foreign JSON Lines file: nested values stay JSON text, lines that are no object are malformed."""
    lines = _json_lines(path)
    while chunk := list(islice(lines, _BATCH)):
        records = list(_json_records(chunk, malformed))
        columns = {name: [_json_text(record.get(name)) for _, record in records] for name in wanted}
        yield arrow_batch([_line(record, number) for number, record in records], columns)


def _line(record: dict[str, object], number: int) -> int:
    """The line of the original file, where the splitter wrote it down."""
    original = str(record.get(SOURCE_LINE, ""))
    return int(original) if original.isdecimal() else number


def _json_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    rest, number = b"", 0
    for block in byte_blocks(path):
        *lines, rest = (rest + block).split(b"\n")
        for line in lines:
            number += 1
            yield number, line
    if rest.strip():
        yield number + 1, rest


def _json_records(
    lines: Iterable[tuple[int, bytes]], malformed: list[Malformed]
) -> Iterator[tuple[int, dict[str, object]]]:
    for number, line in lines:
        if not line.strip():
            continue
        try:
            record = json.loads(line, parse_float=str, parse_int=str)
        except (ValueError, RecursionError):
            record = None
        if isinstance(record, dict):
            yield number, record
        else:
            malformed.append(Malformed(number, "not a JSON object", 0))


def _json_text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def sqlite_table(path: Path) -> tuple[str, list[str]]:
    """The file's one table and its columns, without source_line."""
    try:
        with closing(_sqlite(path)) as connection:
            tables = [
                row[0] for row in connection.execute("select name from sqlite_master where type = 'table'")
            ]
            if len(tables) != 1:
                raise IngestionError(f"{path.name}: holds {len(tables)} tables where one was expected.")
            columns = [row[1] for row in connection.execute(f"pragma table_info({quoted(tables[0])})")]
    except sqlite3.DatabaseError:
        raise IngestionError(
            f"{path.name}: is not a readable SQLite database; bring the file again."
        ) from None
    return tables[0], [name for name in columns if name != SOURCE_LINE]


def sqlite_batches(
    path: Path, table: str, columns: Sequence[str], wanted: Sequence[str]
) -> Iterator[pa.RecordBatch]:
    """Rows of a SQLite table; a table of another origin counts its rows as lines."""
    picked = "".join(f", cast({quoted(name)} as text)" for name in wanted)
    with closing(_sqlite(path)) as connection:
        names = [row[1] for row in connection.execute(f"pragma table_info({quoted(table)})")]
        line = SOURCE_LINE if SOURCE_LINE in names else "rowid"
        cursor = connection.execute(f"select {line}{picked} from {quoted(table)}")
        while rows := cursor.fetchmany(_BATCH):
            lines, *values = zip(*rows, strict=True)
            yield arrow_batch(lines, dict(zip(wanted, values, strict=True)))


def _sqlite(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)


def _starts_with(path: Path, mark: bytes) -> bool:
    with path.open("rb") as file:
        return file.read(len(mark)) == mark


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
