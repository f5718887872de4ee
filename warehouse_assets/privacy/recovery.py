"""Recovery at start-up: completes interrupted rotations and file deletions, and erases restored people again.

A restored backup may be older than the last rotation and hold people who were erased since. The secret and the
tombstones are files outside the database, so both survive a restore.
"""

from __future__ import annotations

from typing import Any

import psycopg

from warehouse_assets.database.locks import lock_ingestion
from warehouse_assets.ingestion.staging.file_deletions import complete_deletions, is_deletion_pending
from warehouse_assets.privacy import rotation
from warehouse_assets.privacy.erasure import erase_keys
from warehouse_assets.pseudonyms.secret import SECRET_FILE, open_secret
from warehouse_assets.pseudonyms.tombstones import Tombstones, read_tombstones
from warehouse_assets.settings import Settings

Connection = psycopg.Connection[Any]
_STATE = "select value from ops.fingerprints where name = 'tombstones'"


def recover(connection: Connection, settings: Settings) -> int:
    """Applies missing rotations and tombstones to the database; takes milliseconds when none are missing.

    Returns the number of people erased again. Their months and customers are queued for a rebuild.
    """
    if is_recovered(connection, settings):
        return 0
    complete_deletions(connection, settings)
    if is_recovered(connection, settings):
        return 0
    folder = settings.secrets_path
    tombstones = read_tombstones(folder)
    with connection.transaction():
        lock_ingestion(connection)
        erased = _erase(connection, settings, tombstones)
        while rotation.is_behind(connection, folder):
            rotation.step(connection, folder)
            erased += _erase(connection, settings, tombstones)
        note_applied(connection, tombstones)
    return erased


def is_recovered(connection: Connection, settings: Settings) -> bool:
    """Whether the database already matches the secret and the tombstones, which is the usual case."""
    folder = settings.secrets_path
    if is_deletion_pending(connection):
        return False
    if not (folder / SECRET_FILE).exists():
        return True
    return _is_applied(connection, read_tombstones(folder)) and not rotation.is_behind(connection, folder)


def _is_applied(connection: Connection, tombstones: Tombstones) -> bool:
    row = connection.execute(_STATE).fetchone()
    return (str(row[0]) if row else "") == tombstones.state


def note_applied(connection: Connection, tombstones: Tombstones) -> None:
    """Records that the database holds none of these people."""
    connection.execute("delete from ops.fingerprints where name = 'tombstones'")
    if tombstones.state:
        connection.execute("insert into ops.fingerprints values ('tombstones', %s)", [tombstones.state])


def _erase(connection: Connection, settings: Settings, tombstones: Tombstones) -> int:
    """People in the database who were erased in its current generation of the secret."""
    generation = open_secret(settings.secrets_path, connection).generation
    if generation not in tombstones.by_generation:
        return 0
    rows = connection.execute("select customer_key from vault.customer_keys").fetchall()
    found = tombstones.matching(generation, [int(row[0]) for row in rows])
    if found:
        erase_keys(connection, tombstones, found)
    return len(found)
