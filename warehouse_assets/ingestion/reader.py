"""Delivered files as tables of text: only the columns that are mentioned, with the line of each record."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import duckdb
import pyarrow as pa

from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.ingestion.source import TableSettings
from warehouse_assets.ingestion.workspace import quoted, scalar
from warehouse_assets.splitting import Malformed, open_delimited
from warehouse_assets.splitting.source import byte_blocks

SOURCE_LINE = "source_line"
_BATCH = 20_000


@dataclass
class FileContent:
    """What a file holds: its columns in order and its records as Arrow batches of the wanted ones."""

    path: Path
    columns: list[str]
    encoding: str
    batches: Iterator[pa.RecordBatch]
    malformed: list[Malformed] = field(default_factory=list)
    """Filled while the batches are read."""


def read_columns(path: Path, settings: TableSettings) -> list[str]:
    """Names of the file's columns, in order."""
    return _open(path, settings, None).columns


def load_table(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    paths: Sequence[Path],
    settings: TableSettings,
    wanted: Sequence[str],
) -> list[FileContent]:
    """Creates `table` (source_line, then the wanted columns, all text) from the files' records.

    A wanted column that a file lacks is NULL there.
    """
    definitions = "".join(f", {quoted(name)} varchar" for name in wanted)
    connection.execute(f"create table {quoted(table)} ({SOURCE_LINE} bigint{definitions})")
    contents = []
    for path in paths:
        content = _open(path, settings, wanted)
        for batch in content.batches:
            connection.register("_batch", pa.Table.from_batches([batch]))
            connection.execute(f"insert into {quoted(table)} by name select * from _batch")
            connection.unregister("_batch")
        contents.append(content)
    return contents


def count_rows(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    return scalar(connection, f"select count(*) from {quoted(table)}")


def _open(path: Path, settings: TableSettings, wanted: Sequence[str] | None) -> FileContent:
    """The content of a file by its kind; `wanted` None asks for the columns only."""
    name = path.name.removesuffix(".gz").lower()
    if name.endswith((".jsonl", ".ndjson")):
        return _open_json_lines(path, wanted)
    if name.endswith((".sqlite", ".sqlite3", ".db")):
        return _open_sqlite(path, wanted)
    return _open_delimited(path, settings, wanted)


def _open_delimited(path: Path, settings: TableSettings, wanted: Sequence[str] | None) -> FileContent:
    file = open_delimited(
        path,
        encoding=settings.encoding,
        delimiter=settings.delimiter,
        header=settings.header,
        column_names=settings.columns or None,
        skip_initial_space=settings.collapse_spaces,
    )
    content = FileContent(path, [name for name in file.header if name != SOURCE_LINE], file.encoding, iter(()))
    if wanted is None:
        return content
    at = {name: index for index, name in enumerate(file.header)}

    def batches() -> Iterator[pa.RecordBatch]:
        for batch in file.batches(_BATCH):
            content.malformed.extend(batch.malformed)
            columns = list(zip(*batch.records, strict=True)) or [()] * len(file.header)
            lines = [int(line) for line in columns[at[SOURCE_LINE]]] if SOURCE_LINE in at else batch.lines
            yield _arrow(lines, {name: columns[at[name]] for name in wanted if name in at})

    content.batches = batches()
    return content


def _arrow(lines: Sequence[int], columns: dict[str, Sequence[str | None]]) -> pa.RecordBatch:
    arrays = [pa.array(lines, pa.int64()), *(pa.array(values, pa.string()) for values in columns.values())]
    return pa.RecordBatch.from_arrays(arrays, names=[SOURCE_LINE, *columns])


def _json_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    rest, number = b"", 0
    for block in byte_blocks(path):
        *lines, rest = (rest + block).split(b"\n")
        for line in lines:
            number += 1
            yield number, line
    if rest.strip():
        yield number + 1, rest


def _open_json_lines(path: Path, wanted: Sequence[str] | None) -> FileContent:
    content = FileContent(path, [], "utf-8", iter(()))
    if wanted is None:
        content.columns = _json_columns(path)
        return content
    names = list(wanted)

    def batches() -> Iterator[pa.RecordBatch]:
        lines = _json_lines(path)
        while chunk := list(islice(lines, _BATCH)):
            records = list(_json_records(chunk, content.malformed))
            numbers = [record.get(SOURCE_LINE, number) for number, record in records]
            columns = {name: [_json_text(record.get(name)) for _, record in records] for name in names}
            yield _arrow([int(number) for number in numbers], columns)

    content.batches = batches()
    return content


def _json_columns(path: Path) -> list[str]:
    """Names of the first thousand records' fields, in the order in which they appear."""
    found: dict[str, None] = {}
    for _, record in _json_records(islice(_json_lines(path), 1000), []):
        found.update(dict.fromkeys(record))
    return [name for name in found if name != SOURCE_LINE]


def _json_records(
    lines: Iterator[tuple[int, bytes]] | list[tuple[int, bytes]], malformed: list[Malformed]
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


def _open_sqlite(path: Path, wanted: Sequence[str] | None) -> FileContent:
    table, columns = _sqlite_table(path)
    content = FileContent(path, [name for name in columns if name != SOURCE_LINE], "utf-8", iter(()))
    if wanted is None:
        return content
    names = [name for name in wanted if name in columns]
    line = SOURCE_LINE if SOURCE_LINE in columns else "rowid"
    picked = "".join(f", cast({quoted(name)} as text)" for name in names)

    def batches() -> Iterator[pa.RecordBatch]:
        with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as connection:
            cursor = connection.execute(f"select {line}{picked} from {quoted(table)}")
            while rows := cursor.fetchmany(_BATCH):
                lines, *values = zip(*rows, strict=True)
                yield _arrow(lines, dict(zip(names, values, strict=True)))

    content.batches = batches()
    return content


def _sqlite_table(path: Path) -> tuple[str, list[str]]:
    """The file's one table and its columns."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as connection:
            tables = [row[0] for row in connection.execute("select name from sqlite_master where type = 'table'")]
            if len(tables) != 1:
                raise IngestionError(f"{path.name}: holds {len(tables)} tables where one was expected.")
            columns = [row[1] for row in connection.execute(f"pragma table_info({quoted(tables[0])})")]
    except sqlite3.DatabaseError:
        raise IngestionError(f"{path.name}: is not a readable SQLite database; bring the file again.") from None
    return tables[0], columns
