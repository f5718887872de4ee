"""Original files that hold somebody who was erased: they are deleted as soon as what they brought is loaded.

The records of such a person are suppressed or anonymous in the database; the file still names them.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import psycopg

from warehouse_assets.ingestion.sources.originals import all_originals, originals_of
from warehouse_assets.ingestion.staging.file_deletions import complete_deletions, request_deletion
from warehouse_assets.pseudonyms.hashing import ANONYMOUS_KEY
from warehouse_assets.pseudonyms.tombstones import read_tombstones
from warehouse_assets.settings import Settings

LEFT_OUT = "their sales were loaded as Anonymous, all else of them was left out, and the file was deleted"
# Only an erased person's sales and reviews are Anonymous; only their other records are suppressed at loading.
_HOLDERS = f"""
select f.source_name, f.file_name from ops.ingested_files as f
where f.source_name || '/' || f.file_name = any(%(names)s) and f.delivery_status = 'current' and (
    f.customers_suppressed + f.sales_suppressed + f.reviews_suppressed > 0
    or exists (select from staging.sales as s where s.file_key = f.file_key and s.customer_key = {ANONYMOUS_KEY})
    or exists (select from staging.reviews as r where r.file_key = f.file_key and r.customer_key = {ANONYMOUS_KEY})
)
"""


def request_originals(connection: psycopg.Connection, settings: Settings, source_name: str, name: str) -> list[Path]:
    """Records the files of one delivery for deletion after the commit, within the caller's transaction."""
    paths = originals_of(settings, [(source_name, name)])
    request_deletion(connection, settings, paths)
    return paths


def files_of_erased(connection: psycopg.Connection, settings: Settings) -> list[Path]:
    """Files of loaded deliveries that hold an erased person, such as one that was put there a second time."""
    if not read_tombstones(settings.secrets_path).by_generation:
        return []
    there = {f"{delivery.source.name}/{delivery.name}" for delivery in all_originals(settings)}
    holders = connection.execute(_HOLDERS.encode(), {"names": sorted(there)}).fetchall() if there else []
    return originals_of(settings, [(str(source), str(name)) for source, name in holders])


def delete_files_of_erased(connection: psycopg.Connection, settings: Settings) -> Iterable[Path]:
    """Deletes them; returns those that were there."""
    found = files_of_erased(connection, settings)
    if found:
        with connection.transaction():
            request_deletion(connection, settings, found)
        complete_deletions(connection, settings)
    return found
