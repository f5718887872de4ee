"""Splits a flat export into three disjoint thirds, in one streaming pass with constant memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

import numpy as np
import pyarrow as pa

from warehouse_assets.splitting.blocks import FieldBlock, Positions, field_blocks
from warehouse_assets.splitting.database import server_table, sqlite_table
from warehouse_assets.splitting.delimited import DelimitedFile, Malformed, RecordBatch, open_delimited
from warehouse_assets.splitting.errors import DelimitedError, SplitError
from warehouse_assets.splitting.keys import PARTS, Part, part_indices
from warehouse_assets.splitting.parts import SOURCE_LINE, CsvPart, JsonPart, malformed_lines
from warehouse_assets.splitting.staged import private_file, staged_files

_STRIPPED = (".gz", ".csv", ".txt")
_BATCH_ROWS = 2_000


@dataclass(frozen=True)
class SplitResult:
    """Where the three thirds are and what went into them.

    `rows` counts the records of each third; with `malformed` (records, listed in `malformed_file` where
    there are any) and `blank_lines` they are all records of the source. `database` is the path of the
    SQLite file, or None where `database_url` was given. `checksum` is of the decompressed source.
    """

    csv: Path
    jsonl: Path
    database: Path | None
    table: str
    rows: dict[Part, int]
    malformed: int
    malformed_file: Path | None
    blank_lines: int
    encoding: str
    delimiter: str
    checksum: str


@dataclass
class _Counts:
    rows: dict[Part, int] = field(default_factory=lambda: dict.fromkeys(PARTS, 0))
    malformed: int = 0
    blank_lines: int = 0


def split_file(
    source: Path,
    target: Path,
    *,
    key_columns: Sequence[str],
    name: str | None = None,
    database_url: str | None = None,
    progress: Callable[[int], None] | None = None,
) -> SplitResult:
    """Splits `source` (a CSV, plain or gzip) into `<stem>.csv`, `<stem>.jsonl`, `<stem>.sqlite`.

    `part_of` its key columns chooses the third of a record. The first column, `source_line`, holds its physical
    line; every field is unchanged text. `name` is the table's name (default: the stem). With `database_url` the
    table is created there, and no SQLite file is written. `progress` receives the number of records so far.
    Replaces an earlier split of the same name when complete.
    Raises SplitError if the file cannot be read, a key column is missing, names clash, or a write fails.
    """
    stem = stem_of(source)
    try:
        opened = open_delimited(source)
        _check_names(opened, key_columns)
        with staged_files(target, stem) as folder, ExitStack() as stack:
            counts = _write(opened, folder, stack, key_columns, stem, name or stem, database_url, progress)
    except OSError as error:
        raise SplitError(f"{source.name}: the split cannot be written ({error.strerror})") from error
    return _result(opened, target, stem, name or stem, counts, database_url is None)


def stem_of(source: Path) -> str:
    """The file name without .csv, .txt and .gz, which names the three thirds."""
    stem = source.name
    while stem.lower().endswith(_STRIPPED):
        stem = stem[: stem.rindex(".")]
    if not stem or stem.startswith("."):
        raise SplitError(f"{source.name!r} has no name before its suffix; rename the file")
    return stem


def _check_names(source: DelimitedFile, key_columns: Sequence[str]) -> None:
    missing = [name for name in key_columns if name not in source.header]
    if missing or not key_columns:
        problem = f"the header lacks {', '.join(missing)}, the key of the split"
        raise DelimitedError(source.path, 1, problem if missing else "the split needs a key column")
    folded = [SOURCE_LINE, *(name.casefold() for name in source.header)]
    clashing = [n for n, name in enumerate(folded) if name in folded[:n]]
    if clashing:
        problem = f"column {clashing[0]} differs from another (or from {SOURCE_LINE}) only in case"
        raise DelimitedError(source.path, 1, problem)


def _write(
    source: DelimitedFile,
    folder: Path,
    stack: ExitStack,
    key_columns: Sequence[str],
    stem: str,
    table: str,
    database_url: str | None,
    progress: Callable[[int], None] | None,
) -> _Counts:
    writer = _Writer(source, folder, stack, stem, table, database_url)
    keys = [source.header.index(column) for column in key_columns]
    for batch in field_blocks(source, _BATCH_ROWS):
        writer.write(batch, keys)
        if progress:
            progress(sum(writer.counts.rows.values()))
    return writer.counts


class _Writer:
    """Sends each record of a batch to its third."""

    def __init__(
        self,
        source: DelimitedFile,
        folder: Path,
        stack: ExitStack,
        stem: str,
        table: str,
        database_url: str | None,
    ) -> None:
        self.counts = _Counts()
        self._malformed_path = folder / f"{stem}.malformed.jsonl"
        self._stack = stack
        self._width = len(source.header)
        self._is_comma = source.delimiter == ","
        csv_file = stack.enter_context(private_file(folder / f"{stem}.csv"))
        json_file = stack.enter_context(private_file(folder / f"{stem}.jsonl"))
        self._csv, self._json = CsvPart(csv_file, source.header), JsonPart(json_file, source.header)
        sqlite_path = folder / f"{stem}.sqlite"
        self._table = stack.enter_context(
            server_table(database_url, table, source.header)
            if database_url
            else sqlite_table(sqlite_path, table, source.header)
        )

    def write(self, batch: FieldBlock | RecordBatch, keys: Sequence[int]) -> None:
        block = batch if isinstance(batch, FieldBlock) else _as_block(batch, self._width)
        parts = part_indices([block.column(key) for key in keys])
        in_csv, in_json, in_table = (np.flatnonzero(parts == index) for index in range(len(PARTS)))
        lines = [block.lines[chosen].tolist() for chosen in (in_csv, in_json, in_table)]
        if self._is_comma and isinstance(batch, FieldBlock):
            self._csv.copy(lines[0], block.texts_of(in_csv))
        else:
            self._csv.write(lines[0], _records(block, in_csv))
        self._json.write(lines[1], block.fields_of(in_json))
        self._table.write((line, *record) for line, record in zip(lines[2], _records(block, in_table), strict=True))
        for part, chosen in zip(PARTS, lines, strict=True):
            self.counts.rows[part] += len(chosen)
        self.counts.blank_lines += block.blank_lines
        if block.malformed:
            self._set_aside(block.malformed)

    def _set_aside(self, malformed: Sequence[Malformed]) -> None:
        if not self.counts.malformed:
            self._malformed = self._stack.enter_context(private_file(self._malformed_path))
        self.counts.malformed += len(malformed)
        self._malformed.write(malformed_lines(malformed))


def _records(block: FieldBlock, chosen: Positions) -> Iterator[tuple[str, ...]]:
    fields = iter(block.fields_of(chosen).to_pylist())
    return zip(*[fields] * block.width, strict=False)


def _as_block(batch: RecordBatch, width: int) -> FieldBlock:
    """A batch as a block, without the bytes of its records."""
    fields = pa.array(list(chain.from_iterable(batch.records)), pa.string())
    none = np.zeros(0, dtype=np.int64)
    lines = np.array(batch.lines, dtype=np.int64)
    return FieldBlock(lines, fields, width, b"", none, none, batch.malformed, batch.blank_lines)


def _result(source: DelimitedFile, target: Path, stem: str, table: str, counts: _Counts, has_file: bool) -> SplitResult:
    return SplitResult(
        csv=target / f"{stem}.csv",
        jsonl=target / f"{stem}.jsonl",
        database=target / f"{stem}.sqlite" if has_file else None,
        table=table,
        rows=counts.rows,
        malformed=counts.malformed,
        malformed_file=target / f"{stem}.malformed.jsonl" if counts.malformed else None,
        blank_lines=counts.blank_lines,
        encoding=source.encoding,
        delimiter=source.delimiter,
        checksum=source.checksum,
    )
