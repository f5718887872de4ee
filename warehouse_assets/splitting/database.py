"""The third written as a database table: all columns are text, with the original line number first."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa

from warehouse_assets.splitting.errors import SplitError
from warehouse_assets.splitting.parts import SOURCE_LINE

_PRAGMAS = ("journal_mode = off", "synchronous = off", "locking_mode = exclusive", "page_size = 32768")


class TablePart(Protocol):
    """Takes rows (source line, then fields), in order."""

    def write(self, rows: Iterable[tuple[int | str, ...]]) -> None: ...


class _SqliteTable:
    def __init__(self, connection: sqlite3.Connection, table: str, header: Sequence[str]) -> None:
        self._connection = connection
        columns = ", ".join(f"{_sqlite_name(name)} text not null" for name in header)
        name = _sqlite_name(table)
        connection.execute(f"create table {name} ({SOURCE_LINE} integer not null, {columns})")
        self._insert = f"insert into {name} values (?{', ?' * len(header)})"

    def write(self, rows: Iterable[tuple[int | str, ...]]) -> None:
        self._connection.executemany(self._insert, rows)


@contextmanager
def sqlite_table(path: Path, table: str, header: Sequence[str]) -> Iterator[TablePart]:
    """A table in a new SQLite file, without crash safety: the caller moves the file when it is complete."""
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            path.chmod(0o600)
            for pragma in _PRAGMAS:
                connection.execute(f"pragma {pragma}")
            connection.execute("begin")
            yield _SqliteTable(connection, table, header)
            connection.execute("commit")
    except sqlite3.Error as error:
        raise SplitError(f"SQLite refuses the table {table!r}: {error}") from None


def _sqlite_name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


class _ServerTable:
    def __init__(self, connection: sa.Connection, table: sa.Table) -> None:
        self._connection, self._insert = connection, sa.insert(table)
        self._names = [f"c{index}" for index in range(len(table.columns))]

    def write(self, rows: Iterable[tuple[int | str, ...]]) -> None:
        if parameters := [dict(zip(self._names, row, strict=True)) for row in rows]:
            self._connection.execute(self._insert, parameters)


@contextmanager
def server_table(url: str, table: str, header: Sequence[str]) -> Iterator[TablePart]:
    """A table in any SQLAlchemy database, replaced in one transaction (if its DDL is transactional).

    Raises SplitError; its message contains neither the URL, which may hold a password, nor any value.
    """
    try:
        engine = sa.create_engine(_with_driver(url), hide_parameters=True)
    except (sa.exc.SQLAlchemyError, ImportError) as error:
        raise SplitError(f"the database URL cannot be used ({type(error).__name__})") from None
    definition = _definition(table, header)
    try:
        with engine.begin() as connection:
            definition.drop(connection, checkfirst=True)
            definition.create(connection)
            yield _ServerTable(connection, definition)
    except sa.exc.SQLAlchemyError as error:
        raise SplitError(f"the database refuses the table {table!r} ({type(error).__name__})") from None
    finally:
        engine.dispose()


def _with_driver(url: str) -> str:
    """Uses psycopg 3 for a PostgreSQL URL without a driver."""
    scheme, _, rest = url.partition("://")
    return f"postgresql+psycopg://{rest}" if scheme in ("postgres", "postgresql") else url


def _definition(table: str, header: Sequence[str]) -> sa.Table:
    """Uses the keys `c<n>`, because a column can have any name."""
    names = [SOURCE_LINE, *header]
    kinds: list[sa.types.TypeEngine[object]] = [sa.BigInteger(), *([sa.Text()] * len(header))]  # type: ignore[list-item]
    columns = [
        sa.Column(sa.sql.quoted_name(name, quote=True), kind, key=f"c{index}", nullable=False)
        for index, (name, kind) in enumerate(zip(names, kinds, strict=True))
    ]
    return sa.Table(sa.sql.quoted_name(table, quote=True), sa.MetaData(), *columns)
