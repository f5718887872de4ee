"""Delivered files as tables of text: only the columns that are mentioned, with the line of each record."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa

from warehouse_assets.ingestion import formats
from warehouse_assets.ingestion.source import TableSettings
from warehouse_assets.ingestion.workspace import quoted, scalar
from warehouse_assets.splitting import DelimitedFile, Malformed, open_delimited

SOURCE_LINE = formats.SOURCE_LINE
_BATCH = 20_000


@dataclass
class OpenFile:
    """A delivered file: its columns in order, and how its records come."""

    path: Path
    columns: list[str]
    encoding: str
    batches: Callable[[Sequence[str]], Iterator[pa.RecordBatch]]
    """Records of the wanted columns, with source_line."""
    scan: str | None = None
    """How DuckDB reads the file itself, which is faster; None where it is not sure to read it right."""
    malformed: list[Malformed] = field(default_factory=list)
    """Filled while the batches are read."""


def open_file(path: Path, settings: TableSettings) -> OpenFile:
    """A file by its kind. Thirds of the splitter are known to be sound, so DuckDB reads them itself."""
    name = path.name.removesuffix(".gz").lower()
    if name.endswith((".jsonl", ".ndjson")):
        return _open_json_lines(path)
    if name.endswith((".sqlite", ".sqlite3", ".db")):
        table, columns = formats.sqlite_table(path)
        return OpenFile(
            path, columns, "utf-8", lambda wanted: formats.sqlite_batches(path, table, columns, wanted)
        )
    return _open_delimited(path, settings)


def load_table(
    connection: duckdb.DuckDBPyConnection, table: str, files: Sequence[OpenFile], wanted: Sequence[str]
) -> None:
    """Creates `table` (source_line, then the wanted columns, all text) from the files' records.

    A wanted column that a file lacks is NULL there.
    """
    definitions = "".join(f", {quoted(name)} varchar" for name in wanted)
    connection.execute(f"create table {quoted(table)} ({SOURCE_LINE} bigint{definitions})")
    insert = f"insert into {quoted(table)} by name select"
    for file in files:
        names = [name for name in wanted if name in file.columns]
        if not (file.scan and _scanned(connection, f"{insert} {_picked(names)} from {file.scan}")):
            for batch in file.batches(names):
                connection.register("_batch", pa.Table.from_batches([batch]))
                connection.execute(f"{insert} * from _batch")
                connection.unregister("_batch")


def _picked(names: Sequence[str]) -> str:
    return f"{SOURCE_LINE}::bigint as {SOURCE_LINE}" + "".join(f", {quoted(name)}" for name in names)


def _scanned(connection: duckdb.DuckDBPyConnection, insert: str) -> bool:
    """Whether DuckDB could read the file; one with longer records than it takes is read record by record."""
    try:
        connection.execute(insert)
    except (duckdb.InvalidInputException, duckdb.ConversionException, duckdb.OutOfMemoryException):
        return False
    return True


def count_rows(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    return scalar(connection, f"select count(*) from {quoted(table)}")


def _open_json_lines(path: Path) -> OpenFile:
    third = formats.json_third_columns(path)
    columns = formats.json_columns(path) if third is None else third
    malformed: list[Malformed] = []
    scan = None if third is None else formats.json_third_scan(path, third)
    return OpenFile(
        path, columns, "utf-8", lambda wanted: formats.json_batches(path, wanted, malformed), scan, malformed
    )


def _open_delimited(path: Path, settings: TableSettings) -> OpenFile:
    third = formats.csv_third_columns(path)
    malformed: list[Malformed] = []
    if third is not None:
        scan = formats.csv_third_scan(path, third)
        return OpenFile(
            path, third, "utf-8", lambda wanted: _records(_open_text(path, settings), wanted, malformed), scan
        )
    text = _open_text(path, settings)
    return OpenFile(
        path, text.header, text.encoding, lambda wanted: _records(text, wanted, malformed), None, malformed
    )


def _open_text(path: Path, settings: TableSettings) -> DelimitedFile:
    return open_delimited(
        path,
        encoding=settings.encoding,
        delimiter=settings.delimiter,
        header=settings.header,
        column_names=settings.columns or None,
        skip_initial_space=settings.collapse_spaces,
    )


def _records(
    text: DelimitedFile, wanted: Sequence[str], malformed: list[Malformed]
) -> Iterator[pa.RecordBatch]:
    """Records as they stand; of the splitter's thirds with the line of the original file."""
    at = {name: index for index, name in enumerate(text.header)}
    for batch in text.batches(_BATCH):
        malformed.extend(batch.malformed)
        columns = list(zip(*batch.records, strict=True)) or [()] * len(text.header)
        lines = [int(line) for line in columns[at[SOURCE_LINE]]] if SOURCE_LINE in at else batch.lines
        yield formats.arrow_batch(lines, {name: columns[at[name]] for name in wanted})
