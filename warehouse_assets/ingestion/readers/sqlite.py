"""SQLite files, read in batches of text columns."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.ingestion.readers.batches import BATCH, SOURCE_LINE, arrow_batch
from warehouse_assets.ingestion.readers.typed_files import pick
from warehouse_assets.ingestion.readers.workspace import quoted
from warehouse_assets.splitting import Malformed

_BETWEEN, _NOTHING = "\x1f", "\x1e"
"""Between the texts of a row, and in the place of NULL."""
_NUL = "\0"
_REASON = "a control character (NUL or unit separator)"


def table_names(path: Path) -> list[str]:
    """The tables of the file."""
    with _opened(path) as connection:
        return _names(connection, "('table')")


def find_table(path: Path, inside: str | None = None) -> tuple[str, list[str]]:
    """The table or view that is meant (the file's only table, unless named) and its columns, without source_line."""
    with _opened(path) as connection:
        names = _names(connection, "('table', 'view')" if inside else "('table')")
        table = pick(path, "table", names, inside)
        columns = _columns(connection, table)
    return table, [name for name in columns if name != SOURCE_LINE]


def is_third(path: Path, table: str) -> bool:
    """Whether the splitter wrote it: a numbered table of texts, none of them NULL or with NUL in it."""
    with _opened(path) as connection:
        columns = connection.execute(f"pragma table_info({quoted(table)})").fetchall()
    first, *others = [(name, kind.lower(), not_null) for _, name, kind, not_null, _, _ in columns]
    return first == (SOURCE_LINE, "integer", 1) and all(row[1:] == ("text", 1) for row in others)


def copy_third(path: Path, table: str, wanted: Sequence[str], target: Path) -> None:
    """Writes the wanted columns of a third as a CSV, which DuckDB reads several times faster than SQLite."""
    form = ",".join(["%d", *('"%w"' for _ in wanted)])
    values = "".join(f", {quoted(name)}" for name in wanted)
    with _opened(path) as connection, target.open("xb") as file:
        file.write(",".join(map(quoted, (SOURCE_LINE, *wanted))).encode() + b"\n")
        cursor = connection.execute(f"select printf('{form}', {SOURCE_LINE}{values}) from {quoted(table)}")
        while rows := cursor.fetchmany(BATCH // 4):
            file.write("".join([f"{row}\n" for (row,) in rows]).encode())


def batches(path: Path, table: str, wanted: Sequence[str], malformed: list[Malformed]) -> Iterator[pa.RecordBatch]:
    """Rows of a table; one of another origin than the splitter counts its rows as lines.

    SQLite joins the texts of a row, which Arrow takes apart again: an object per row and not per value.
    """
    texts = [f"coalesce({_text(quoted(name))}, char(30))" for name in wanted]
    joined = " || char(31) || ".join(texts) or "''"
    with _opened(path) as connection:
        line = _line_column(connection, table)
        cursor = connection.execute(f"select cast({line} as integer), {joined} from {quoted(table)}")
        while rows := cursor.fetchmany(BATCH):
            sound = [row for row in rows if row[1].count(_BETWEEN) + 1 == max(len(wanted), 1) and _NUL not in row[1]]
            if len(sound) < len(rows):
                malformed += [Malformed(row[0], _REASON, 0) for row in rows if row not in sound]
            if sound:
                lines, found = zip(*sound, strict=True)
                yield arrow_batch(lines, dict(zip(wanted, _apart(found, len(wanted)), strict=True)))


def _text(column: str) -> str:
    """A value as text; a number of three decimals gets a fourth, as from other typed files (`cells.pointed`)."""
    text = f"cast({column} as text)"
    is_ambiguous = f"typeof({column}) = 'real' and {text} glob '*.[0-9][0-9][0-9]'"
    return f"case when {is_ambiguous} then {text} || '0' else {text} end"


def _line_column(connection: sqlite3.Connection, table: str) -> str:
    """What numbers the rows: the splitter's column, else SQLite's own, else (of a view) their order."""
    if SOURCE_LINE in _columns(connection, table):
        return SOURCE_LINE
    query = "select 1 from sqlite_master where name = ? and type = 'table' and sql not like '%without rowid%'"
    return "rowid" if connection.execute(query, [table]).fetchone() else "row_number() over ()"


def _apart(rows: Sequence[str], width: int) -> list[pa.Array]:
    """The columns of joined rows."""
    values = pc.split_pattern(pa.array(rows, pa.string()), _BETWEEN).flatten()
    values = pc.if_else(pc.equal(values, _NOTHING), pa.scalar(None, pa.string()), values)
    return [values.take(pa.array(range(column, len(values), width))) for column in range(width)]


def _names(connection: sqlite3.Connection, kinds: str) -> list[str]:
    query = f"select name from sqlite_master where type in {kinds} and name not like 'sqlite\\_%' escape '\\'"
    return [row[0] for row in connection.execute(query)]


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
