"""SQLite files, read in batches of text columns."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.ingestion.formats import SOURCE_LINE, arrow_batch
from warehouse_assets.ingestion.workspace import quoted
from warehouse_assets.splitting import Malformed

_BATCH = 20_000
_BETWEEN, _NOTHING = "\x1f", "\x1e"
"""Between the texts of a row, and in the place of NULL."""
_NUL = "\0"
_REASON = "a control character (NUL or unit separator)"


def find_table(path: Path) -> tuple[str, list[str]]:
    """The file's one table and its columns, without source_line."""
    with _opened(path) as connection:
        tables = [row[0] for row in connection.execute("select name from sqlite_master where type = 'table'")]
        if len(tables) != 1:
            raise IngestionError(f"{path.name}: holds {len(tables)} tables where one was expected.")
        columns = _columns(connection, tables[0])
    return tables[0], [name for name in columns if name != SOURCE_LINE]


def batches(path: Path, table: str, wanted: Sequence[str], malformed: list[Malformed]) -> Iterator[pa.RecordBatch]:
    """Rows of a table; one of another origin than the splitter counts its rows as lines.

    SQLite joins the texts of a row, which Arrow takes apart again: an object per row and not per value.
    """
    texts = [f"coalesce(cast({quoted(name)} as text), char(30))" for name in wanted]
    joined = " || char(31) || ".join(texts) or "''"
    with _opened(path) as connection:
        line = SOURCE_LINE if SOURCE_LINE in _columns(connection, table) else "rowid"
        cursor = connection.execute(f"select cast({line} as integer), {joined} from {quoted(table)}")
        while rows := cursor.fetchmany(_BATCH):
            sound = [row for row in rows if row[1].count(_BETWEEN) + 1 == max(len(wanted), 1) and _NUL not in row[1]]
            if len(sound) < len(rows):
                malformed += [Malformed(row[0], _REASON, 0) for row in rows if row not in sound]
            if sound:
                lines, found = zip(*sound, strict=True)
                yield arrow_batch(lines, dict(zip(wanted, _apart(found, len(wanted)), strict=True)))


def _apart(rows: Sequence[str], width: int) -> list[pa.Array]:
    """The columns of joined rows."""
    values = pc.split_pattern(pa.array(rows, pa.string()), _BETWEEN).flatten()
    values = pc.if_else(pc.equal(values, _NOTHING), pa.scalar(None, pa.string()), values)
    return [values.take(pa.array(range(column, len(values), width))) for column in range(width)]


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            yield connection
    except sqlite3.Error:
        raise IngestionError(
            f"{path.name}: is not a readable SQLite database of UTF-8 texts; bring the file again."
        ) from None


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in connection.execute(f"pragma table_info({quoted(table)})")]
