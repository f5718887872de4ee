"""Erased people whose ids the warehouse compares in another form than at their erasure.

An e-mail address is compared in lower case, and `[normalise]` of a source may change. A tombstone that was made
for the id as exported then has to cover the normal form, too.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from warehouse_assets.ingestion.readers.relations import EXPORTED_PERSON, Landed
from warehouse_assets.ingestion.sources.source import Source
from warehouse_assets.pseudonyms.hashing import leading_63_bits
from warehouse_assets.pseudonyms.secret import Keys, Secret
from warehouse_assets.pseudonyms.tombstones import Tombstones, add_tombstones

_BATCH = 50_000


def cover_spellings(
    workspace: duckdb.DuckDBPyConnection,
    landed: Landed,
    source: Source,
    secret: Secret,
    tombstones: Tombstones,
    folder: Path,
) -> Tombstones:
    """Adds a tombstone for the normal form of each id whose exported form has one; returns all tombstones.

    The next start erases what earlier deliveries hold under the normal form.
    """
    holders = [relation for relation, fields in landed.relations.items() if "customer_id" in fields]
    if not tombstones.by_generation or not holders:
        return tombstones
    ids = " union ".join(
        f"select customer_id, {EXPORTED_PERSON} from canonical_{relation}"
        f" where customer_id is not null and {EXPORTED_PERSON} is not null"
        for relation in holders
    )
    for batch in workspace.cursor().execute(ids).to_arrow_reader(_BATCH):
        normal, exported = (
            leading_63_bits(secret.people(source.namespace, column.to_pylist())) for column in batch.columns
        )
        erased_at = tombstones.erased_at(secret, exported)
        for generation in sorted(set(erased_at[erased_at >= 0].tolist())):
            tombstones = _add(folder, secret, tombstones, generation, normal[erased_at == generation])
    return tombstones


def _add(folder: Path, secret: Secret, tombstones: Tombstones, erased_at: int, first: Keys) -> Tombstones:
    """In the generation of the erasure, which decides the keys of orders, and in the present one, for recovery."""
    for generation in sorted({erased_at, secret.generation}):
        subjects = map(tombstones.subject, secret.keys(first, end=generation).tolist())
        tombstones = add_tombstones(folder, generation, subjects)
    return tombstones
