"""What decides how a delivery is read, as one hash: deliveries that were read otherwise are read again."""

from __future__ import annotations

import hashlib
from datetime import date
from functools import lru_cache

import sqlglot

from warehouse_assets.ingestion.sources.delivery import Delivery
from warehouse_assets.ingestion.sources.source import Source

CONTRACT_VERSION = 6
"""Rises with every change of the contract or of the readers that gives other rows for the same file."""
_ONLY_WORDS = {"description"}


def mapping_fingerprint(source: Source, first_month: date) -> str:
    """SHA-256 of settings, SELECTs, shared customer numbers, the first month and the version of the contract.

    Comments, spaces and the description change nothing.
    """
    settings = source.settings.model_dump_json(exclude=_ONLY_WORDS)
    selects = [f"{relation}\x1f{_bare(text)}" for relation, text in sorted(source.selects.items())]
    parts = (str(CONTRACT_VERSION), first_month.isoformat(), source.namespace, settings, *selects)
    return hashlib.sha256("\x1e".join(parts).encode()).hexdigest()


def reading_fingerprint(delivery: Delivery, first_month: date) -> str:
    """The mapping's fingerprint; with shared tables, together with their content."""
    mapping, shared = mapping_fingerprint(delivery.source, first_month), delivery.shared_checksum()
    return hashlib.sha256(f"{mapping}\x1e{shared}".encode()).hexdigest() if shared else mapping


def is_up_to_date(delivery: Delivery, known: str | None, first_month: date) -> bool:
    """Whether a loaded delivery need not be read again. It stays as it is where a shared file was deleted."""
    return delivery.lacks_shared_files() or known == reading_fingerprint(delivery, first_month)


@lru_cache(maxsize=1024)  # a sensor asks about every SELECT each time
def _bare(select: str) -> str:
    """The SELECT in one form; one that cannot be read stays as it is, and loading says why."""
    try:
        return "; ".join(
            tree.sql(dialect="duckdb", comments=False) for tree in sqlglot.parse(select, dialect="duckdb") if tree
        )
    except sqlglot.errors.SqlglotError:
        return select
