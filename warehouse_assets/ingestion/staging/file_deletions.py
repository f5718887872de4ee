"""Files to delete once the database no longer needs them.

The rule for every command that changes the database and deletes files (forget, erasure, retention, removal of the
example data): the transaction that changes the database records the files here, and they are deleted after its commit.
A command that is killed in between is completed by the next start, before anything is loaded. A file that changed after
it was recorded is another file, and stays.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import psycopg

from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.settings import Settings

Connection = psycopg.Connection[Any]


def request_deletion(connection: Connection, settings: Settings, paths: Iterable[Path]) -> None:
    """Records files of the home, within the caller's transaction. Missing files are ignored."""
    for path in paths:
        with contextlib.suppress(FileNotFoundError):
            state = path.stat()
            connection.execute(
                "insert into ops.file_deletions (file_path, size_bytes, modified_ns, requested_at)"
                " values (%s, %s, %s, now()) on conflict (file_path) do update set size_bytes = excluded.size_bytes,"
                " modified_ns = excluded.modified_ns, requested_at = excluded.requested_at",
                [str(path.relative_to(settings.home)), state.st_size, state.st_mtime_ns],
            )


def is_deletion_pending(connection: Connection) -> bool:
    """Whether a command recorded files that are not deleted yet."""
    row = connection.execute("select exists (select from ops.file_deletions)").fetchone()
    return bool(row and row[0])


def complete_deletions(connection: Connection, settings: Settings) -> list[Path]:
    """Deletes the recorded files; returns those that were there. Call it after the commit, and at every start."""
    deleted = []
    for name, size, modified in connection.execute(
        "select file_path, size_bytes, modified_ns from ops.file_deletions order by file_path"
    ).fetchall():
        path = settings.home / name
        if _is_unchanged(path, size, modified):
            path.unlink(missing_ok=True)
            _remove_empty_folders(path, settings.home)
            deleted.append(path)
        connection.execute(
            "delete from ops.file_deletions where file_path = %s and size_bytes = %s and modified_ns = %s",
            [name, size, modified],
        )
    return deleted


def refuse_deleted(connection: Connection, settings: Settings, name: str, paths: Iterable[Path]) -> None:
    """Raises IngestionError if a file was deleted, or is to be deleted, since a load began to read it."""
    rows = connection.execute("select file_path, size_bytes, modified_ns from ops.file_deletions").fetchall()
    recorded = {settings.home / row[0]: (row[1], row[2]) for row in rows}
    for path in paths:
        if not path.exists() or (path in recorded and _is_unchanged(path, *recorded[path])):
            raise IngestionError(f"{name}: {path.name} was deleted while it was read. Nothing was loaded.")


def _is_unchanged(path: Path, size: int, modified: int) -> bool:
    try:
        state = path.stat()
    except FileNotFoundError:
        return False
    return (state.st_size, state.st_mtime_ns) == (size, modified)


def _remove_empty_folders(path: Path, home: Path) -> None:
    """Removes a delivery's empty folder, but no folder of the first two levels of the home."""
    for folder in path.parents:
        if len(folder.relative_to(home).parts) <= 2:
            return
        try:
            folder.rmdir()
        except OSError:
            return
