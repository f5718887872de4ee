"""Rotation of the secret: every pseudonym becomes HMAC(new secret, old pseudonym), in one transaction.

The new key is written to the file before the database changes. The database's fingerprint says which keys of the
file it has applied. A crash at any moment leaves the old state or the new one, both usable.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from warehouse_assets.building.rebuild_queue import rebuild_all
from warehouse_assets.database.locks import lock_ingestion
from warehouse_assets.privacy import rekeying
from warehouse_assets.pseudonyms.secret import (
    KEY_BYTES,
    SECRET_FILE,
    Hmac,
    Secret,
    SecretError,
    known_fingerprint,
    open_secret,
    read_keys,
    secret_from,
    write_keys,
)

Connection = psycopg.Connection[Any]


@dataclass(frozen=True)
class Rotation:
    """The number of keys that a rotation changed, and the number of rotations so far."""

    keys: int
    generation: int


def rotate(connection: Connection, folder: Path) -> Rotation:
    """Rotates the secret, or completes an interrupted rotation. Queues all months.

    Raises SecretError if two keys would collide (a chance of one in billions); nothing is changed then.
    """
    with connection.transaction():
        lock_ingestion(connection)
        secret = open_secret(folder, connection)
        path = folder / SECRET_FILE
        keys = read_keys(path)
        if len(keys) == secret.generation + 1:
            write_keys(path, [*keys, secrets.token_bytes(KEY_BYTES)])
        return step(connection, folder)


def is_behind(connection: Connection, folder: Path) -> bool:
    """Whether the file has rotations that the database lacks, after an interruption or a restore."""
    known = known_fingerprint(connection)
    try:
        secret = secret_from(*read_keys(folder / SECRET_FILE))
    except SecretError:
        return False  # the code that needs the secret raises
    return known in [secret.before(generation).fingerprint for generation in range(secret.generation)]


def step(connection: Connection, folder: Path) -> Rotation:
    """Applies to the database the next rotation of the file that it lacks."""
    with connection.transaction():
        lock_ingestion(connection)
        generation = open_secret(folder, connection).generation
        keys = read_keys(folder / SECRET_FILE)
        if len(keys) == generation + 1:
            return Rotation(0, generation)
        successor = secret_from(*keys).before(generation + 1)
        number = _rekey(connection, successor.rotation(generation))
        rebuild_all(connection)
        _note(connection, successor)
    return Rotation(number, successor.generation)


def _rekey(connection: Connection, rotation: Hmac) -> int:
    tables = rekeying.pseudonym_tables()
    rekeying.create_mappings(connection)
    number = rekeying.map_keys(connection, rekeying.every_key(tables), rotation.keys)
    rekeying.map_hashes(connection, rekeying.every_hash(tables), rotation.digests)
    try:
        for table in tables:
            rekeying.replace_rows(connection, table)
    except psycopg.errors.UniqueViolation:
        raise SecretError(
            "Two keys would collide (63 bits). Nothing was changed. Delete the last line of "
            f"the file {SECRET_FILE} and rotate again."
        ) from None
    return number


def _note(connection: Connection, secret: Secret) -> None:
    connection.execute("delete from ops.fingerprints where name = 'pseudonym'")
    connection.execute("insert into ops.fingerprints (name, value) values ('pseudonym', %s)", [secret.fingerprint])


def start_anew(connection: Connection, folder: Path) -> None:
    """Creates a new secret after the old one is lost for good. Loaded data stay.

    Their sales keep their amounts, but a person who buys again counts as a new customer. Raises SecretError
    while the secret file exists.
    """
    path = folder / SECRET_FILE
    if path.exists():
        raise SecretError(f"{path} exists, so the secret is not lost. Nothing was changed.")
    with connection.transaction():
        lock_ingestion(connection)
        connection.execute("delete from ops.fingerprints where name = 'pseudonym'")
        open_secret(folder, connection)
