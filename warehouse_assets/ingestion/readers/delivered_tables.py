"""Delivered files as tables of text: only the columns that are mentioned, with the line of each record."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.ingestion.readers import batches, sqlite
from warehouse_assets.ingestion.readers.json_files import JsonFile
from warehouse_assets.ingestion.readers.line_numbers import FILE_STEP
from warehouse_assets.ingestion.readers.typed_files import ParquetTable, Sheet
from warehouse_assets.ingestion.readers.workspace import folder_of, quoted
from warehouse_assets.ingestion.sources.settings import TableSettings
from warehouse_assets.splitting import DelimitedFile, Malformed, RecordBatch, open_delimited, read_blocks
from warehouse_assets.splitting.source import byte_blocks

SOURCE_LINE = batches.SOURCE_LINE
_ROW_GROUP, _ROW_GROUP_BYTES = 30_000, 16 << 20
"""Records and bytes after which a row group ends; its records are in memory at once."""


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
    copy: Callable[[Sequence[str], Path], None] | None = None
    """Writes the wanted columns as a CSV in the form of the splitter's; None where the file is read itself."""
    kind: str = "text"
    """Text, json, sheet, sqlite or parquet."""


def open_file(path: Path, settings: TableSettings, scratch: Path) -> OpenFile:
    """A file by its kind. Thirds of the splitter are known to be sound, so DuckDB reads them itself.

    What no library reads compressed is decompressed into the scratch folder.
    """
    name = path.name.removesuffix(".gz").lower()
    kind = name.rpartition(".")[2]
    if kind in ("jsonl", "ndjson", "json"):
        return replace(_open_json(path, settings, are_lines=kind != "json"), kind="json")
    if kind in _BINARY:
        plain = _decompressed(path, scratch) if path.suffix == ".gz" else path
        name, opener = _BINARY[kind]
        return replace(opener(plain, settings), path=path, kind=name)
    return _open_delimited(path, settings)


def _decompressed(path: Path, scratch: Path) -> Path:
    target = Path(tempfile.mkdtemp(dir=scratch)) / path.name.removesuffix(".gz")
    with target.open("xb") as file:
        for block in byte_blocks(path):
            file.write(block)
    return target


def load_table(
    connection: duckdb.DuckDBPyConnection, table: str, files: Sequence[OpenFile], wanted: Sequence[str]
) -> int:
    """Makes `table` (source_line, then the wanted columns, all text) of the files' records; returns how many.

    A wanted column that a file lacks is NULL there. Files that DuckDB reads itself are not copied: the table
    is a view of them.
    """
    scans = [_scan(connection, table, file, number, wanted) for number, file in enumerate(files)]
    if files and None not in scans:
        connection.execute(f"create view {quoted(table)} as {' union all '.join(filter(None, scans))}")
        try:
            return _counted(connection, table)
        except (duckdb.Error, UnicodeDecodeError):  # the latter where a message quotes half a character
            connection.execute(f"drop view {quoted(table)}")
    _copy_records(connection, table, files, wanted)
    return _counted(connection, table)


def _scan(
    connection: duckdb.DuckDBPyConnection, table: str, file: OpenFile, number: int, wanted: Sequence[str]
) -> str | None:
    names = [name for name in wanted if name in file.columns]
    scan = file.scan
    if file.copy:
        target = folder_of(connection) / f"{table}-{number}.csv"
        file.copy(names, target)
        scan = batches.csv_third_scan(target, names)
    columns = "".join(f", {quoted(name) if name in names else 'null::varchar'} as {quoted(name)}" for name in wanted)
    line = f"{SOURCE_LINE}::bigint + {number * FILE_STEP} as {SOURCE_LINE}"
    return f"select {line}{columns} from {scan}" if scan else None


def _counted(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    """The rows of a table, read to its end; each has a line of its own."""
    counts = f"select count(*), count(distinct {SOURCE_LINE}) from {quoted(table)}"
    rows, lines = connection.execute(counts).fetchone() or (0, 0)
    if rows != lines:
        raise IngestionError(
            f"Table {table}: column {SOURCE_LINE} has the same line numbers twice. Files that were split are "
            "delivered one by one; a column of your own needs another name."
        )
    return int(rows)


def _copy_records(
    connection: duckdb.DuckDBPyConnection, table: str, files: Sequence[OpenFile], wanted: Sequence[str]
) -> None:
    """Writes the records to a Parquet file in the private folder, which DuckDB reads faster than its own tables.

    Its texts are not compressed, so that a search of the folder would find a person in it.
    """
    # DuckDB keeps what it knows of a file of one name
    target = Path(tempfile.mkdtemp(dir=folder_of(connection))) / "records.parquet"
    schema = pa.schema([(SOURCE_LINE, pa.int64()), *((name, pa.string()) for name in wanted)])
    with pq.ParquetWriter(target, schema, compression="none", use_dictionary=False) as writer:
        for number, file in enumerate(files):
            for group in _groups(file.batches([name for name in wanted if name in file.columns])):
                writer.write_table(_completed(group, number * FILE_STEP, schema))
    connection.read_parquet(str(target)).create_view(table)


def _groups(found: Iterator[pa.RecordBatch]) -> Iterator[pa.Table]:
    """The records in row groups; a group of few would cost each reader more than its rows."""
    waiting: list[pa.RecordBatch] = []
    for batch in found:
        waiting.append(batch)
        records, size = sum(one.num_rows for one in waiting), sum(one.nbytes for one in waiting)
        if records >= _ROW_GROUP or size >= _ROW_GROUP_BYTES:
            yield pa.Table.from_batches(waiting)
            waiting = []
    if waiting:
        yield pa.Table.from_batches(waiting)


def _completed(group: pa.Table, step: int, schema: pa.Schema) -> pa.Table:
    """The rows with the lines of their file, and NULL in the columns that the file lacks."""
    columns = {name: group[name] for name in group.column_names}
    columns[SOURCE_LINE] = pc.add(columns[SOURCE_LINE], step)
    missing = pa.nulls(len(group), pa.string())
    return pa.table([columns.get(name, missing) for name in schema.names], schema=schema)


def _open_json(path: Path, settings: TableSettings, *, are_lines: bool) -> OpenFile:
    malformed: list[Malformed] = []
    third = batches.json_third_columns(path) if are_lines else None
    if third == []:
        return OpenFile(path, [], "utf-8", lambda wanted: iter(()), None, malformed)
    if third is not None and path.stat().st_size == 0:
        return OpenFile(path, third, "utf-8", lambda wanted: iter(()), batches.json_third_scan(path, third), malformed)
    file = JsonFile(path, settings.encoding, settings.inside, are_lines=are_lines)
    columns = file.columns if third is None else third
    scan = None if third is None else batches.json_third_scan(path, third)
    return OpenFile(path, columns, file.encoding, lambda wanted: file.batches(wanted, malformed), scan, malformed)


def _open_sqlite(path: Path, settings: TableSettings) -> OpenFile:
    table, columns = sqlite.find_table(path, settings.inside)
    malformed: list[Malformed] = []

    def batches(wanted: Sequence[str]) -> Iterator[pa.RecordBatch]:
        return sqlite.batches(path, table, wanted, malformed)

    def copy(wanted: Sequence[str], target: Path) -> None:
        sqlite.copy_third(path, table, wanted, target)

    return OpenFile(path, columns, "utf-8", batches, None, malformed, copy if sqlite.is_third(path, table) else None)


def _open_parquet(path: Path, settings: TableSettings) -> OpenFile:
    return _open_typed(path, ParquetTable(path))


def _open_sheet(path: Path, settings: TableSettings) -> OpenFile:
    return _open_typed(path, Sheet(path, settings))


def _open_typed(path: Path, file: ParquetTable | Sheet) -> OpenFile:
    malformed: list[Malformed] = []
    return OpenFile(path, file.columns, file.encoding, lambda wanted: file.batches(wanted, malformed), None, malformed)


_BINARY: Mapping[str, tuple[str, Callable[[Path, TableSettings], OpenFile]]] = {
    **dict.fromkeys(("sqlite", "sqlite3", "db"), ("sqlite", _open_sqlite)),
    **dict.fromkeys(("parquet", "pq"), ("parquet", _open_parquet)),
    **dict.fromkeys(("xlsx", "xlsm", "xls", "xlsb", "ods"), ("sheet", _open_sheet)),
}


def _open_delimited(path: Path, settings: TableSettings) -> OpenFile:
    third = batches.csv_third_columns(path)
    malformed: list[Malformed] = []
    if third is not None:
        scan = batches.csv_third_scan(path, third)
        return OpenFile(
            path,
            third,
            "utf-8",
            lambda wanted: _records(_open_text(path, settings), wanted, malformed),
            scan,
            malformed,
        )
    text = _open_text(path, settings)
    return OpenFile(path, text.header, text.encoding, lambda wanted: _records(text, wanted, malformed), None, malformed)


def _open_text(path: Path, settings: TableSettings) -> DelimitedFile:
    return open_delimited(
        path,
        encoding=settings.encoding,
        delimiter=settings.delimiter,
        header=settings.header,
        column_names=settings.columns or None,
        skip_initial_space=settings.collapse_spaces,
        skip_lines=settings.skip_lines,
    )


def _records(text: DelimitedFile, wanted: Sequence[str], malformed: list[Malformed]) -> Iterator[pa.RecordBatch]:
    """Records as they stand; of the splitter's thirds with the line of the original file."""
    at = {name: index for index, name in enumerate(text.header)}
    if SOURCE_LINE in at:
        for batch in text.batches(batches.BATCH):
            yield _taken_apart(batch, at, wanted, malformed)
        return
    for sound, others in read_blocks(text):
        parts = [batches.sound_batch(sound, text, wanted)] if sound.data else []
        if not others.is_empty():
            parts.append(_taken_apart(others, at, wanted, malformed))
        yield batches.in_order(parts) if len(parts) > 1 else parts[0]


def _taken_apart(
    batch: RecordBatch, at: Mapping[str, int], wanted: Sequence[str], malformed: list[Malformed]
) -> pa.RecordBatch:
    malformed.extend(batch.malformed)
    columns = list(zip(*batch.records, strict=True)) or [()] * len(at)
    lines = batch.lines
    if SOURCE_LINE in at:
        originals = zip(columns[at[SOURCE_LINE]], batch.lines, strict=True)
        lines = [batches.line_of(original, number) for original, number in originals]
    return batches.arrow_batch(lines, {name: columns[at[name]] for name in wanted})
