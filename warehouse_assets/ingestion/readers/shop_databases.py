"""Tables of a shop's database, read through SQLAlchemy into deliveries that are then like any other.

What lies beyond the watermarks is written as a folder of `incoming/<source>/`, a CSV per table, in the form of
the splitter's thirds. A table without a watermark is read whole each time. Rows at the watermark itself, and
those without one, are read again: the same record in several deliveries is one.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa

from warehouse_assets.ingestion.errors import IngestionError, SourceError
from warehouse_assets.ingestion.readers.batches import SOURCE_LINE
from warehouse_assets.ingestion.readers.cells import text_of
from warehouse_assets.ingestion.sources import watermarks
from warehouse_assets.ingestion.sources.column_usage import find_column_usage
from warehouse_assets.ingestion.sources.settings import DatabaseSettings, TableSettings
from warehouse_assets.ingestion.sources.source import Source
from warehouse_assets.ingestion.sources.watermarks import Value
from warehouse_assets.splitting.staged import private_directory

_BATCH = 20_000
SNAPSHOT = "snapshot"
"""Name of the delivery of a database without watermarks: each reading replaces the last one."""


@dataclass(frozen=True)
class Offer:
    """A delivery that a database offers beyond what was read: its name, and from and up to where it reaches."""

    source_name: str
    delivery_name: str
    since: Mapping[str, Value]
    until: Mapping[str, Value]


def find_offer(source: Source, incoming: Path, connection: psycopg.Connection[Any]) -> Offer | None:
    """What the source's database offers that was neither loaded nor lies ready; None where nothing is new.

    A database without any watermark always offers its `snapshot`; the same content again changes nothing.
    Raises SourceError when it cannot be read.
    """
    if source.settings.database is None:
        return None
    since = watermarks.newest([watermarks.stored(connection, source.name), *watermarks.landed(incoming / source.name)])
    marked = {name: table for name, table in source.settings.tables.items() if table.watermark}
    if not marked:
        return Offer(source.name, SNAPSHOT, {}, {})
    with _reading(source) as database:
        highest = {name: _highest(database, table) for name, table in marked.items()}
    until = {name: value for name, value in highest.items() if value is not None}
    if not any(watermarks.is_beyond(value, since.get(name)) for name, value in until.items()):
        return None
    digest = hashlib.sha256(repr(sorted((name, watermarks.written(v)) for name, v in until.items())).encode())
    name = f"{watermarks.slug(until.values())}-{digest.hexdigest()[:8]}"
    return Offer(source.name, name, since, until)


def land_offer(source: Source, offer: Offer, incoming: Path) -> str:
    """Writes the offered rows as a delivery, all at once; returns its name."""
    folder = incoming / source.name
    private_directory(folder)
    draft, target = folder / f".{offer.delivery_name}.part", folder / offer.delivery_name
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    try:
        with _reading(source) as database:
            for name in source.settings.tables:
                _write_table(database, source, name, offer, draft / f"{name}.csv")
        manifest = {name: watermarks.written(value) for name, value in offer.until.items()}
        (draft / watermarks.MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
        shutil.rmtree(target, ignore_errors=True)
        draft.rename(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return offer.delivery_name


@contextmanager
def _reading(source: Source) -> Iterator[sa.Connection]:
    """One consistent view of the database."""
    place = source.folder / "source.toml"
    engine = sa.create_engine(_url(source))
    try:
        with engine.connect() as connection:
            if engine.dialect.name in ("postgresql", "mysql", "mariadb"):
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            if engine.dialect.name == "sqlite":
                connection.exec_driver_sql("begin")
            yield connection
    except sa.exc.SQLAlchemyError as error:
        told = str(getattr(error, "orig", None) or type(error).__name__).strip().splitlines()[0]
        raise SourceError(f"{place}: the database cannot be read: {told}. Nothing was read.") from None
    finally:
        engine.dispose()


def _url(source: Source) -> sa.URL:
    settings, place = source.settings.database or DatabaseSettings(url=""), source.folder / "source.toml"
    text = settings.url or os.environ.get(settings.url_variable or "")
    if not text:
        raise SourceError(f"{place}: the environment variable {settings.url_variable} is not set; it holds the URL.")
    try:
        url = sa.make_url(text)
        url.get_dialect()
    except (sa.exc.ArgumentError, sa.exc.NoSuchModuleError, ImportError):
        raise SourceError(
            f"{place}: the database's URL is none that SQLAlchemy knows; write it as in "
            "postgresql://user@host/database or sqlite:////path/to/file.db."
        ) from None
    if url.get_backend_name() == "sqlite" and url.database and not Path(url.database).is_file():
        raise SourceError(f"{place}: there is no SQLite file {url.database}.")
    return url


def _relation(table: TableSettings) -> sa.FromClause | sa.TextClause:
    if table.query:
        return sa.text(f"({table.query.strip().rstrip(';')}) as source_rows")
    schema, _, name = (table.table or "").rpartition(".")
    return sa.table(name, schema=schema or None)


def _highest(database: sa.Connection, table: TableSettings) -> Value | None:
    column: sa.ColumnClause[Any] = sa.column(str(table.watermark))
    found = database.execute(sa.select(sa.func.max(column)).select_from(_relation(table))).scalar()
    return None if found is None else watermarks.as_value(found)


def _write_table(database: sa.Connection, source: Source, name: str, offer: Offer, path: Path) -> None:
    table = source.settings.tables[name]
    wanted = _wanted(database, source, table)
    columns: list[sa.ColumnClause[Any]] = [sa.column(column) for column in wanted]
    statement = sa.select(*columns).select_from(_relation(table))
    if table.watermark:
        statement = _between(statement, source, name, offer)
    streamed = statement.execution_options(yield_per=_BATCH)
    with database.execute(streamed) as rows, path.open("x", encoding="utf-8", newline="") as file:
        path.chmod(0o600)
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([SOURCE_LINE, *wanted])
        for number, row in enumerate(rows, 1):
            writer.writerow([number, *map(text_of, row)])


def _between(statement: sa.Select[Any], source: Source, name: str, offer: Offer) -> sa.Select[Any]:
    """Rows from the last watermark (less the overlap) to the offer's, and those without one."""
    table = source.settings.tables[name]
    column: sa.ColumnClause[Any] = sa.column(str(table.watermark))
    inside = sa.true()
    if name in offer.until:
        inside = inside & (column <= _bound(offer.until[name]))
    if name in offer.since:
        since = watermarks.below(offer.since[name], table.watermark_overlap)
        if since is None:
            raise SourceError(
                f"{source.folder / 'source.toml'}: tables.{name}.watermark_overlap needs a watermark that is a time or "
                f"a number; {table.watermark} is text."
            )
        inside = inside & (column >= _bound(since))
    return statement.where(sa.or_(column.is_(None), inside)).order_by(column)


def _bound(value: Value) -> Any:
    """A value as the driver takes it; whole numbers as such, since SQLite has no decimals."""
    return int(value) if isinstance(value, Decimal) and value == value.to_integral_value() else value


def _wanted(database: sa.Connection, source: Source, table: TableSettings) -> Sequence[str]:
    """The table's columns that some SELECT mentions."""
    mentions = find_column_usage(source)
    never = {name.lower() for name in source.settings.never_read} | mentions.dropped | {SOURCE_LINE}
    empty = sa.select(sa.text("*")).select_from(_relation(table)).where(sa.false())
    with database.execute(empty) as nothing:
        present = list(map(str, nothing.keys()))
    wanted = [name for name in present if name.lower() not in never]
    found = [name for name in wanted if mentions.takes_all or name.lower() in mentions.names]
    if not found:
        raise IngestionError(
            f"{source.folder / 'source.toml'}: no SELECT mentions a column of {table.table or 'a query'}; "
            f"it has {', '.join(wanted)}."
        )
    return found
