"""The secret behind the pseudonyms: one file of mode 0600, checked against the database before use."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

from warehouse_assets.privacy.hashing import encode, first_63_bits

SECRET_FILE = "pseudonym.key"  # noqa: S105 - a name of a file


class SecretError(RuntimeError):
    """The secret is missing, unreadable or another than the one the warehouse was built with."""


@dataclass(frozen=True)
class Secret:
    """Makes pseudonyms: HMAC-SHA256 of a natural key. Its bytes are never printed."""

    _inner: hashlib._Hash
    _outer: hashlib._Hash

    def __repr__(self) -> str:
        return "Secret(…)"

    def digest(self, message: bytes) -> bytes:
        """The full 32 bytes. Equals hmac.digest(secret, message, "sha256"), without its set-up per call."""
        inner = self._inner.copy()
        inner.update(message)
        outer = self._outer.copy()
        outer.update(inner.digest())
        return outer.digest()

    def digests(self, messages: Iterable[bytes]) -> list[bytes]:
        """`digest` of many messages: the same, in one loop without calls of its own."""
        new_inner, new_outer, found = self._inner.copy, self._outer.copy, []
        for message in messages:
            inner, outer = new_inner(), new_outer()
            inner.update(message)
            outer.update(inner.digest())
            found.append(outer.digest())
        return found

    def person(self, namespace: str, customer_id: str) -> bytes:
        return self.people(namespace, [customer_id])[0]

    def people(self, namespace: str, customer_ids: Iterable[str]) -> list[bytes]:
        """Full hashes of customers; sources that share customers share the namespace."""
        return self.digests(_led(encode(("customer", namespace)), customer_ids))

    def order(self, source_name: str, order_id: str) -> bytes:
        return self.orders(source_name, [order_id])[0]

    def orders(self, source_name: str, order_ids: Iterable[str]) -> list[bytes]:
        return self.digests(_led(encode(("order", source_name)), order_ids))

    def key(self, message: bytes) -> int:
        return first_63_bits(self.digest(message))

    @property
    def fingerprint(self) -> str:
        """What the database keeps to recognise the secret; nothing can be derived from it."""
        return self.digest(b"fingerprint").hex()


def _led(lead: bytes, texts: Iterable[str]) -> Iterator[bytes]:
    """Each text as one more part of an encoding that starts with `lead`."""
    encoded = (text.encode("utf-8", "surrogatepass") for text in texts)
    return (lead + len(part).to_bytes(4, "big") + part for part in encoded)


def secret_from(key: bytes) -> Secret:
    """A secret from its bytes (32 or more)."""
    block = (key if len(key) <= 64 else hashlib.sha256(key).digest()).ljust(64, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block))
    outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block))
    return Secret(inner, outer)


def open_secret(folder: Path, connection: psycopg.Connection) -> Secret:
    """The warehouse's secret: made at the first use, refused when it is not the database's own."""
    path = folder / SECRET_FILE
    known = connection.execute("select value from ops.fingerprints where name = 'pseudonym'").fetchone()
    if not path.exists():
        if known is not None:
            raise SecretError(
                f"{path} is missing, but the warehouse was built with a secret. Restore the file from your "
                "backup; without it, known customers would become strangers. Nothing was written."
            )
        _create(path)
    secret = secret_from(_read(path))
    if known is None:
        connection.execute(
            "insert into ops.fingerprints (name, value) values ('pseudonym', %s) on conflict do nothing",
            [secret.fingerprint],
        )
        known = connection.execute("select value from ops.fingerprints where name = 'pseudonym'").fetchone()
    if known is None or not hmac.compare_digest(str(known[0]), secret.fingerprint):
        raise SecretError(
            f"{path} is not the secret that this warehouse was built with. Restore the right file, or point "
            "WAREHOUSE_HOME to the right directory. Nothing was written."
        )
    return secret


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_hex(32) + "\n")
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # another process was first: its secret counts
    finally:
        draft.unlink()


def _read(path: Path) -> bytes:
    try:
        text = path.read_text(encoding="ascii").strip()
        key = bytes.fromhex(text)
    except (OSError, ValueError) as error:
        raise SecretError(f"{path} cannot be read as a secret: {type(error).__name__}") from None
    if len(key) < 32:
        raise SecretError(f"{path} is too short for a secret: 64 hexadecimal digits are needed")
    if path.stat().st_mode & 0o077:
        raise SecretError(f"{path} can be read by others: run `chmod 600 {path}`")
    return key
