"""The secret behind the pseudonyms: one file of mode 0600, checked against the database before use.

The file holds the first key and one more for each rotation. Every id goes through all of them, so that a rotated
warehouse recognises its customers.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import psycopg

from warehouse_assets.pseudonyms.hashing import encode, first_63_bits, leading_63_bits
from warehouse_assets.settings import WarehouseError

SECRET_FILE = "pseudonym.key"  # noqa: S105 - a name of a file
KEY_BYTES = 32
Keys = npt.NDArray[np.int64]


class SecretError(WarehouseError, RuntimeError):
    """The secret is missing, unreadable, or not the one that the warehouse was built with."""


@dataclass(frozen=True)
class Hmac:
    """HMAC-SHA256 under one key, prepared for many short messages. Its bytes are never printed."""

    _inner: hashlib._Hash
    _outer: hashlib._Hash

    def __repr__(self) -> str:
        return "Hmac(…)"

    def digest(self, message: bytes) -> bytes:
        """The full 32 bytes. Equals hmac.digest(key, message, "sha256"), without its set-up per call."""
        inner = self._inner.copy()
        inner.update(message)
        outer = self._outer.copy()
        outer.update(inner.digest())
        return outer.digest()

    def digests(self, messages: Iterable[bytes]) -> list[bytes]:
        """`digest` for many messages, in one loop."""
        new_inner, new_outer, found = self._inner.copy, self._outer.copy, []
        for message in messages:
            inner, outer = new_inner(), new_outer()
            inner.update(message)
            outer.update(inner.digest())
            found.append(outer.digest())
        return found

    def keys(self, keys: Keys) -> Keys:
        """New keys of 63 bits from old ones, each hashed as its 8 bytes, the most significant first.

        Reserved keys (negative: Unknown, Anonymous) stay as they are.
        """
        return np.where(keys < 0, keys, leading_63_bits(self.digests(_words(keys)))) if len(keys) else keys


@dataclass(frozen=True)
class Secret:
    """Computes pseudonyms: HMAC-SHA256 of a natural key, then one more HMAC for each rotation of the secret."""

    _first: Hmac
    _rotations: tuple[Hmac, ...] = ()

    def __repr__(self) -> str:
        return f"Secret(… rotated {self.generation} times)"

    @property
    def generation(self) -> int:
        """How many times the secret was rotated."""
        return len(self._rotations)

    def digest(self, message: bytes) -> bytes:
        """The 32 bytes of the first generation. `hashes` and `keys` convert them to the current one."""
        return self._first.digest(message)

    def digests(self, messages: Iterable[bytes]) -> list[bytes]:
        return self._first.digests(messages)

    def person(self, namespace: str, customer_id: str) -> bytes:
        return self.people(namespace, [customer_id])[0]

    def people(self, namespace: str, customer_ids: Iterable[str]) -> list[bytes]:
        """Full hashes of customers. Sources that share customers share the namespace."""
        return self.digests(_led(encode(("customer", namespace)), customer_ids))

    def order(self, source_name: str, order_id: str) -> bytes:
        return self.orders(source_name, [order_id])[0]

    def orders(self, source_name: str, order_ids: Iterable[str]) -> list[bytes]:
        return self.digests(_led(encode(("order", source_name)), order_ids))

    def key(self, message: bytes) -> int:
        return first_63_bits(self.digest(message))

    def keys(self, first: Keys, start: int = 0, end: int | None = None) -> Keys:
        """Keys of generation `start`, converted to generation `end` (default: the current one)."""
        for rotation in self._rotations[start:end]:
            first = rotation.keys(first)
        return first

    def hashes(self, first: list[bytes], start: int = 0, end: int | None = None) -> list[bytes]:
        """Full hashes of generation `start`, converted to generation `end`."""
        for rotation in self._rotations[start:end]:
            first = rotation.digests(first)
        return first

    @property
    def fingerprint(self) -> str:
        """A fingerprint by which the database recognises the secret. Nothing can be derived from it."""
        return self.hashes([self.digest(b"fingerprint")])[0].hex()

    def before(self, generation: int) -> Secret:
        """The secret after that many rotations."""
        return Secret(self._first, self._rotations[:generation])

    def rotation(self, generation: int) -> Hmac:
        """The key that leads from that generation to the next."""
        return self._rotations[generation]


def _led(lead: bytes, texts: Iterable[str]) -> Iterator[bytes]:
    """Each text as one more part of an encoding that starts with `lead`."""
    encoded = (text.encode("utf-8", "surrogatepass") for text in texts)
    return (lead + len(part).to_bytes(4, "big") + part for part in encoded)


def _words(keys: Keys) -> list[bytes]:
    data = keys.astype(">i8").tobytes()
    return [data[start : start + 8] for start in range(0, len(data), 8)]


def hmac_from(key: bytes) -> Hmac:
    """HMAC-SHA256 under a key of 32 bytes or more."""
    block = (key if len(key) <= 64 else hashlib.sha256(key).digest()).ljust(64, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block))
    outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block))
    return Hmac(inner, outer)


def secret_from(key: bytes, *rotations: bytes) -> Secret:
    """A secret from its bytes (32 or more), and those of each rotation."""
    return Secret(hmac_from(key), tuple(map(hmac_from, rotations)))


def open_secret(folder: Path, connection: psycopg.Connection) -> Secret:
    """The warehouse's secret. It is created at first use, and refused if the database was built with another.

    The database's fingerprint says how many of the rotations it has applied.
    """
    path = folder / SECRET_FILE
    known = known_fingerprint(connection)
    if not path.exists():
        if known is not None:
            raise SecretError(
                f"{path} is missing, but the warehouse was built with a secret. Restore the file from your "
                "backup; without it, known customers would become strangers. Nothing was written."
            )
        write_keys(path, [secrets.token_bytes(KEY_BYTES)], new=True)
    secret = secret_from(*read_keys(path))
    if known is None:
        connection.execute(
            "insert into ops.fingerprints (name, value) values ('pseudonym', %s) on conflict do nothing",
            [secret.fingerprint],
        )
        known = known_fingerprint(connection)
    for generation in range(secret.generation, -1, -1):
        if known is not None and hmac.compare_digest(known, secret.before(generation).fingerprint):
            return secret.before(generation)
    raise SecretError(
        f"{path} is not the secret that this warehouse was built with. Restore the right file, or point "
        "WAREHOUSE_HOME to the right directory. Nothing was written."
    )


def known_fingerprint(connection: psycopg.Connection) -> str | None:
    """The fingerprint of the secret that the database was built with; None before the first load."""
    row = connection.execute("select value from ops.fingerprints where name = 'pseudonym'").fetchone()
    return None if row is None else str(row[0])


def require_current(connection: psycopg.Connection, secret: Secret) -> None:
    """Raises SecretError if the secret was rotated since it was opened."""
    known = known_fingerprint(connection)
    if known is not None and not hmac.compare_digest(known, secret.fingerprint):
        raise SecretError("The secret was rotated while this load waited. Nothing was written. Run it again.")


def write_keys(path: Path, keys: Sequence[bytes], *, new: bool = False) -> None:
    """Writes a file of keys atomically, one per line in hexadecimal.

    With `new`, a file that another process created meanwhile is kept.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write("".join(f"{key.hex()}\n" for key in keys))
        file.flush()
        os.fsync(file.fileno())
    if not new:
        draft.replace(path)
        return
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # another process was first: its secret counts
    finally:
        draft.unlink()


def read_keys(path: Path) -> list[bytes]:
    """The keys of a file: the first, and one for each rotation. Raises SecretError."""
    try:
        keys = [bytes.fromhex(line) for line in path.read_text(encoding="ascii").split()]
    except (OSError, ValueError) as error:
        raise SecretError(f"{path} cannot be read as a secret: {type(error).__name__}") from None
    if not keys or any(len(key) < KEY_BYTES for key in keys):
        raise SecretError(f"{path} is too short for a secret. It needs 64 hexadecimal digits")
    if path.stat().st_mode & 0o077:
        raise SecretError(f"Others can read {path}. Run `chmod 600 {path}`")
    return keys
