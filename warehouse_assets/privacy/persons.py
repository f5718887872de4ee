"""The person of a request: a customer number of a source, and the pseudonyms computed from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import psycopg

from warehouse_assets.ingestion.sources.normal_ids import PERSON, normal_id
from warehouse_assets.ingestion.sources.source import Source, read_source
from warehouse_assets.pseudonyms.hashing import first_63_bits
from warehouse_assets.pseudonyms.secret import Secret, open_secret
from warehouse_assets.pseudonyms.tombstones import Tombstones, read_tombstones
from warehouse_assets.settings import Settings

Connection = psycopg.Connection[Any]


@dataclass(frozen=True)
class Person:
    """A person in one source and in the sources that share its customers."""

    source: Source
    customer_id: str
    keys: tuple[int, ...]
    """The key in each generation of the secret, the current one last."""
    erased_at: int
    """The generation of the secret in which the person was erased; -1 if not erased."""

    def __repr__(self) -> str:
        return f"Person(of {self.source.name})"

    @property
    def customer_key(self) -> int:
        return self.keys[-1]

    def subjects(self, tombstones: Tombstones) -> list[str]:
        """Hashes that may identify the person in the log of requests, one per generation of the secret."""
        return [tombstones.subject(key) for key in self.keys]


@dataclass(frozen=True)
class PrivacySession:
    """The warehouse's connection with its secret and tombstones, which few may use."""

    settings: Settings
    connection: Connection
    secret: Secret
    tombstones: Tombstones

    def person(self, source_name: str, customer_id: str) -> Person:
        """The person with this number in the source, whether or not the warehouse holds data about them."""
        source = read_source(self.settings.sources_path, source_name)
        text = normal_id(PERSON, customer_id, source.settings.normalise.get(PERSON, ()))
        first = np.array([first_63_bits(self.secret.person(source.namespace, text))], dtype=np.int64)
        keys = [int(self.secret.keys(first, end=end)[0]) for end in range(self.secret.generation + 1)]
        return Person(source, text, tuple(keys), int(self.tombstones.erased_at(self.secret, first)[0]))


def open_privacy_session(settings: Settings, connection: Connection) -> PrivacySession:
    """Reads the secret and the tombstones. Raises SecretError when they belong to another warehouse."""
    secret = open_secret(settings.secrets_path, connection)
    return PrivacySession(settings, connection, secret, read_tombstones(settings.secrets_path).known_to(secret))
