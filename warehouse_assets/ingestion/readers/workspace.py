"""The scratch database of one delivery: DuckDB, extensions off, bounded memory, a private folder.

It holds the delivered columns that the SELECTs mention, as text, for as long as the delivery is loaded.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from warehouse_assets.ingestion.errors import IngestionError

MEMORY_LIMIT = "160MB"
"""DuckDB spills to the private folder beyond this: the memory of ingestion does not grow with the files."""

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
_SIGNS_OF_NO_ROOM = ("no space left on device", "disk quota exceeded", "max_temp_directory_size")

_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "memory_limit": MEMORY_LIMIT,
    "threads": 2,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "preserve_insertion_order": True,
}


@contextmanager
def open_workspace(parent: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A private DuckDB database that is deleted afterwards, as are those whose process was killed."""
    parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _locked(parent):
        _remove_abandoned(parent)
        folder = Path(tempfile.mkdtemp(prefix="load-", dir=parent))
        in_use = _lock(folder)
    try:
        connection = duckdb.connect(":memory:", config={**_SETTINGS, "temp_directory": str(folder)})
        try:
            yield connection
        finally:
            connection.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(in_use)


def delete_abandoned(parent: Path) -> None:
    """Deletes what processes that were killed left here; a load that runs is left alone."""
    if parent.is_dir():
        with _locked(parent):
            _remove_abandoned(parent)


def _remove_abandoned(parent: Path) -> None:
    """Deletes the folders that no process holds: they may keep personal data that was spilled."""
    for folder in parent.glob("load-*"):
        try:
            os.close(_lock(folder, fcntl.LOCK_NB))
        except OSError:  # held by a load that runs, or gone since
            continue
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    held = _lock(folder)
    try:
        yield
    finally:
        os.close(held)


def _lock(folder: Path, flags: int = 0) -> int:
    """A descriptor that locks the folder until it is closed, at the latest by the end of the process."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | flags)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


@contextmanager
def masked_errors(name: str, parent: Path) -> Iterator[None]:
    """Says why the scratch database gave up. Its own message is left out, as it may quote values."""
    try:
        yield
    except (duckdb.Error, pa.ArrowException, OSError) as error:
        raise IngestionError(f"{name}: {_reason(error, parent)}") from None


def _reason(error: Exception, parent: Path) -> str:
    """What happened and what to do: a full disk, too little memory, or something else."""
    text = str(error).lower()
    if getattr(error, "errno", None) in _NO_ROOM or any(sign in text for sign in _SIGNS_OF_NO_ROOM):
        return (
            f"the disk that holds {parent} is full. Nothing was loaded. Free about the size of the file there, and "
            "run again."
        )
    if isinstance(error, duckdb.OutOfMemoryException):
        return (
            f"needs more than the {MEMORY_LIMIT} of memory that a load may use. Nothing was loaded. A SELECT of the "
            "source joins or sorts too much at once, or the file has very many columns: read fewer of them."
        )
    return (
        f"cannot be read to its end ({type(error).__name__}). Nothing was loaded. See whether another program reads "
        "the whole file. If so, a SELECT of the source fails on some record."
    )


def folder_of(connection: duckdb.DuckDBPyConnection) -> Path:
    """The workspace's private folder."""
    row = connection.execute("select current_setting('temp_directory')").fetchone()
    return Path(str(row[0]) if row else "")


def confine(connection: duckdb.DuckDBPyConnection, paths: Sequence[Path]) -> None:
    """From here on SQL reads the delivery's own files and the private folder, and nothing else on the machine."""
    connection.execute("set allowed_directories = ?", [[str(folder_of(connection))]])
    connection.execute("set allowed_paths = ?", [list(map(str, paths))])
    connection.execute("set enable_external_access = false")


def drop_relation(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Drops a table or view."""
    is_view = connection.execute("select count(*) from duckdb_views() where view_name = ?", [name]).fetchone() != (0,)
    connection.execute(f"drop {'view' if is_view else 'table'} if exists {quoted(name)}")


def replace_relation(connection: duckdb.DuckDBPyConnection, name: str, query: str) -> None:
    """Puts a table of the query's rows, which may read the old one, in the place of a table or view."""
    connection.execute(f"create table _replacement as {query}")
    drop_relation(connection, name)
    connection.execute(f"alter table _replacement rename to {quoted(name)}")


def quoted(name: str) -> str:
    """An identifier for DuckDB or SQLite."""
    return '"' + name.replace('"', '""') + '"'


def scalar(connection: duckdb.DuckDBPyConnection, query: str, parameters: Sequence[str] = ()) -> int:
    """The one whole number that a query gives."""
    row = connection.execute(query, parameters).fetchone()
    return int(row[0]) if row else 0
