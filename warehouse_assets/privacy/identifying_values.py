"""The search terms of an erasure proof: bytes that occur only in this person's data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from warehouse_assets.ingestion.contract.customers import IDENTIFIERS
from warehouse_assets.ingestion.sources.canonical import FIELDS
from warehouse_assets.privacy.original_files import LandedRecord

Connection = psycopg.Connection[Any]
SHORTEST = 6
"""Characters; a shorter text occurs in other data by chance."""
_TELLING = 10
"""Digits; a shorter number occurs in amounts, times and checksums by chance."""
_NUMBER = re.compile(r"[0-9a-fA-F.\-]*")


@dataclass(frozen=True)
class IdentifyingValue:
    """Bytes to search for, and the text or key they encode. Never printed."""

    kind: str
    text: str
    patterns: tuple[bytes, ...]

    def __repr__(self) -> str:
        return f"IdentifyingValue({self.kind})"


def text_needle(kind: str, text: str) -> IdentifyingValue:
    """A text as UTF-8; a short number only as PostgreSQL stores a value, with its length in front."""
    data = text.encode()
    if _NUMBER.fullmatch(text) and len(text) < _TELLING:
        return IdentifyingValue(kind, text, (bytes([(len(data) + 1) << 1 | 1]) + data,))
    return IdentifyingValue(kind, text, (data,))


def key_needle(kind: str, key: int) -> IdentifyingValue:
    """A key as PostgreSQL stores it (in either byte order), as it sends it, and in digits."""
    return IdentifyingValue(kind, str(key), (key.to_bytes(8, "little"), key.to_bytes(8, "big"), str(key).encode()))


def identifiers_of(connection: Connection, customer_key: int, records: Iterable[LandedRecord]) -> dict[str, str]:
    """The person's direct identifiers in the vault and in original files: value -> kind."""
    found: dict[str, str] = {}
    columns = ("customer_id", *IDENTIFIERS)
    query = f"select {', '.join(columns)} from vault.identities where customer_key = %s"
    for row in connection.execute(query.encode(), [customer_key]):
        found |= {str(text): name for name, text in zip(columns, row, strict=True) if text is not None}
    for (text,) in connection.execute("select order_id from vault.orders where customer_key = %s", [customer_key]):
        found[str(text)] = "order_id"
    for record in records:
        for name, text in record.fields.items():
            field = FIELDS[record.relation][name]
            if not field.is_kept_in_rejects:
                found[text] = name
    return found


def own_identifiers(
    connection: Connection, customer_key: int, found: dict[str, str], shared: set[str]
) -> list[IdentifyingValue]:
    """Needles for the identifiers that are long enough and occur in nobody else's data."""
    candidates = {text: kind for text, kind in found.items() if len(text) >= SHORTEST and text not in shared}
    texts = " || chr(31) || ".join(f"coalesce({name}, '')" for name in ("customer_id", *IDENTIFIERS))
    rows = connection.execute(
        "select v.value from unnest(%s::text[]) as v (value) where"
        f" exists (select from vault.identities where customer_key <> %s and position(v.value in {texts}) > 0)"
        " or exists (select from vault.orders where customer_key <> %s and position(v.value in order_id) > 0)"
        " or exists (select from staging.products where position(v.value in"
        " product_id || chr(31) || product_name || chr(31) || category || chr(31) || subcategory) > 0)"
        " or exists (select from staging.geographies where position(v.value in"
        " country || chr(31) || region || chr(31) || city) > 0)".encode(),
        [sorted(candidates), customer_key, customer_key],
    ).fetchall()
    others = {str(row[0]) for row in rows}
    return [text_needle(kind, text) for text, kind in sorted(candidates.items()) if text not in others]


def key_values(connection: Connection, keys: Sequence[int]) -> list[IdentifyingValue]:
    """Needles for the person's own keys and the former keys of their orders, lines and reviews."""
    rows = connection.execute(
        "select 'order_key', order_key from staging.sales where customer_key = any(%(keys)s)"
        " union select 'line_key', line_key from staging.sales where customer_key = any(%(keys)s)"
        " union select 'review_key', review_key from staging.reviews where customer_key = any(%(keys)s)",
        {"keys": list(keys)},
    )
    return [key_needle("customer_key", key) for key in keys] + [key_needle(str(name), int(key)) for name, key in rows]
