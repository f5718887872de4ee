"""Batches of text, and the splitter's own thirds, which DuckDB reads itself."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

from warehouse_assets.splitting import DelimitedFile, SoundLines

SOURCE_LINE = "source_line"
"""Column of the splitter's thirds: the line of the original file."""
BATCH = 20_000
"""Records of a batch."""
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_BUFFER = 1 << 22
_LONGEST_LINE = 1 << 18
"""Bytes; DuckDB makes buffers of many times this. A file with a longer record is read record by record."""


def arrow_batch(lines: Sequence[int], columns: Mapping[str, Sequence[str | None]]) -> pa.RecordBatch:
    """source_line and columns of text."""
    arrays = [pa.array(lines, pa.int64()), *(pa.array(values, pa.string()) for values in columns.values())]
    return pa.RecordBatch.from_arrays(arrays, names=[SOURCE_LINE, *columns])


def sound_batch(sound: SoundLines, text: DelimitedFile, wanted: Sequence[str]) -> pa.RecordBatch:
    """The wanted columns of lines that are proven sound, taken apart by Arrow."""
    places = {name: str(place) for place, name in enumerate(text.header)}
    # Arrow takes no column for all columns.
    chosen = [places[name] for name in wanted] or ["0"]
    table = arrow_csv.read_csv(
        pa.BufferReader(sound.data),
        arrow_csv.ReadOptions(use_threads=False, block_size=len(sound.data) + 1, column_names=list(places.values())),
        arrow_csv.ParseOptions(delimiter=text.delimiter, ignore_empty_lines=False),
        arrow_csv.ConvertOptions(include_columns=chosen, column_types=dict.fromkeys(chosen, pa.string())),
    )
    if table.num_rows != len(sound.numbers):
        raise pa.ArrowInvalid("sound lines were read as another number of records")
    columns = [table[places[name]].combine_chunks() for name in wanted]
    return pa.RecordBatch.from_arrays([pa.array(sound.numbers, pa.int64()), *columns], names=[SOURCE_LINE, *wanted])


def in_order(parts: Sequence[pa.RecordBatch]) -> pa.RecordBatch:
    """The records of all parts, by their line."""
    together = pa.Table.from_batches(parts).combine_chunks()
    sorted_rows = together.take(pc.sort_indices(together[SOURCE_LINE]))
    return pa.RecordBatch.from_arrays(
        [column.combine_chunks() for column in sorted_rows.columns], schema=sorted_rows.schema
    )


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
        f"read_csv({_literal(str(path))}, header = true, delim = ',', quote = '\"', escape = '\"',"
        f" new_line = '\\n', auto_detect = false, columns = {{{types}}}, max_line_size = {_LONGEST_LINE},"
        f" buffer_size = {_BUFFER})"
    )


def json_third_columns(path: Path) -> list[str] | None:
    """The columns of a JSON Lines file that the splitter wrote; None for any other file.

    A third without a record names no column itself; the CSV third beside it does.
    """
    beside = path.with_suffix(".csv")
    if path.stat().st_size == 0 and beside.is_file():
        return csv_third_columns(beside)
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


def line_of(original: str, number: int) -> int:
    """The line of the original file, where the splitter wrote it down."""
    return int(original) if original.isdecimal() and len(original) < 13 else number


def unusable(row: Sequence[str | None]) -> str | None:
    """Why a record's texts cannot be kept; None where they can."""
    text = "".join(filter(None, row))
    if "\0" in text:
        return "a NUL character"
    return "half a character" if _LONE_SURROGATE.search(text) else None


def _starts_with(path: Path, mark: bytes) -> bool:
    with path.open("rb") as file:
        return file.read(len(mark)) == mark


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
