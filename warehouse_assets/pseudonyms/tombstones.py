"""Tombstones: the erased persons, recorded so that no reload and no restored backup brings one back.

One append-only file beside the secret, so that restoring the database cannot lose it. A line holds the
generation of the secret at the erasure, and an HMAC of the person's key under a second key. It identifies nobody.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from warehouse_assets.pseudonyms.hashing import encode
from warehouse_assets.pseudonyms.secret import (
    KEY_BYTES,
    Hmac,
    Keys,
    Secret,
    SecretError,
    hmac_from,
    read_keys,
    write_keys,
)

TOMBSTONE_FILE, TOMBSTONE_KEY_FILE = "tombstones", "tombstone.key"
_NONE = -1


@dataclass(frozen=True)
class Tombstones:
    """All erased persons by generation of the secret, and the keys of their records since."""

    _key: Hmac
    by_generation: dict[int, frozenset[str]] = field(default_factory=dict)
    state: str = ""
    """Changes with every new tombstone; empty without any."""

    def subject(self, customer_key: int) -> str:
        """The value that represents a person in the file and in the log of requests."""
        return self._key.digest(encode(("person", str(customer_key)))).hex()

    def erased_at(self, secret: Secret, first: Keys) -> Keys:
        """For each person's first key, the generation of the erasure, or -1."""
        found = np.full(len(first), _NONE, dtype=np.int64)
        for generation, subjects in sorted(self.by_generation.items()):
            keys = secret.keys(first, end=generation).tolist()
            is_erased = np.array([self.subject(key) in subjects for key in keys], dtype=np.bool_)
            found[is_erased & (found == _NONE)] = generation
        return found

    def matching(self, generation: int, customer_keys: Iterable[int]) -> list[int]:
        """The keys of that generation that belong to a person erased in it."""
        subjects = self.by_generation.get(generation, frozenset())
        return [key for key in customer_keys if self.subject(key) in subjects] if subjects else []

    def rehashed(self, keys: Keys) -> Keys:
        """Keys of an erased person's orders, lines and reviews. They cannot be computed from the numbers."""
        return self._key.keys(keys)

    def rehashed_hashes(self, hashes: Sequence[bytes]) -> list[bytes]:
        """The same for full hashes."""
        return self._key.digests(hashes)

    def carried(self, secret: Secret, first: Keys, erased_at: Keys) -> Keys:
        """Current keys of records, with those of erased persons rehashed as at their erasure."""
        present = secret.keys(first).copy()
        for generation in set(erased_at.tolist()) - {_NONE}:
            mask = erased_at == generation
            at_erasure = secret.keys(first[mask], end=generation)
            present[mask] = secret.keys(self.rehashed(at_erasure), start=generation)
        return present

    def carried_hashes(self, secret: Secret, first: Sequence[bytes], erased_at: Keys) -> list[bytes]:
        """`carried` for full hashes."""
        present = secret.hashes(list(first))
        for place in np.flatnonzero(erased_at != _NONE).tolist():
            generation = int(erased_at[place])
            at_erasure = secret.hashes([first[place]], end=generation)
            [present[place]] = secret.hashes(self.rehashed_hashes(at_erasure), start=generation)
        return present

    def known_to(self, secret: Secret) -> Tombstones:
        """These tombstones, if the database has applied all rotations they need. Otherwise raises SecretError."""
        if max(self.by_generation, default=0) > secret.generation:
            raise SecretError(
                "The database is older than the last rotation of the secret, as after a restore. Nothing was "
                "written. `warehouse privacy recover` brings it up to date."
            )
        return self


NOBODY = Tombstones(hmac_from(bytes(KEY_BYTES)))
"""Nobody was erased."""


def read_tombstones(folder: Path) -> Tombstones:
    """All erased persons. Raises SecretError if the key is missing or the file is invalid."""
    path, key = folder / TOMBSTONE_FILE, folder / TOMBSTONE_KEY_FILE
    if path.exists() and not key.exists():
        raise SecretError(
            f"{key} is missing, but {path} has tombstones. Without the key, erased persons would come back. "
            "Restore the file from your backup. Nothing was written."
        )
    if not key.exists():
        write_keys(key, [secrets.token_bytes(KEY_BYTES)], new=True)
    text = path.read_text(encoding="ascii") if path.exists() else ""
    by_generation: dict[int, set[str]] = {}
    # A line that a crash cut off has no line end. The interrupted erasure writes it again.
    for line in text.split("\n")[:-1]:
        generation, _, subject = line.partition(" ")
        if generation.isdecimal() and len(subject) == 2 * KEY_BYTES:
            by_generation.setdefault(int(generation), set()).add(subject)
    state = hashlib.sha256(text.encode()).hexdigest() if by_generation else ""
    [first, *_] = read_keys(key)
    return Tombstones(hmac_from(first), {n: frozenset(found) for n, found in by_generation.items()}, state)


def add_tombstones(folder: Path, generation: int, subjects: Iterable[str]) -> Tombstones:
    """Appends the new tombstones, synced to disk, and returns all tombstones."""
    known = read_tombstones(folder)
    new = sorted(set(subjects) - known.by_generation.get(generation, frozenset()))
    if not new:
        return known
    handle = os.open(folder / TOMBSTONE_FILE, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        size = os.fstat(handle).st_size
        cut_off = size > 0 and os.pread(handle, 1, size - 1) != b"\n"
        lines = "".join(f"{generation} {subject}\n" for subject in new)
        os.write(handle, (("\n" if cut_off else "") + lines).encode())
        os.fsync(handle)
    finally:
        os.close(handle)
    return read_tombstones(folder)
