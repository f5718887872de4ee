"""The example data of a home that has no data of its own: the two are never mixed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg

from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.ingestion.sources.delivery import Delivery
from warehouse_assets.ingestion.staging.file_deletions import request_deletion
from warehouse_assets.ingestion.staging.removal import remove_delivery
from warehouse_assets.settings import Settings

SAMPLE_SOURCE, SAMPLE_STEM = "ecommerce_export", "generated_sample"
SAMPLE_REPLACED = "Your own data replaces the generated sample."
_OF_SAMPLE = "source_name = %s and split_part(file_name, '.', 1) = %s and delivery_status = 'current'"

Connection = psycopg.Connection[Any]


def is_sample(delivery: Delivery) -> bool:
    """Whether the delivery is the example data, or a third of it."""
    return _is_name_of_sample(delivery.source.name, delivery.name)


def sample_files(settings: Settings) -> list[Path]:
    """What lies in the home of the example data."""
    folders = (settings.datasets_path / SAMPLE_SOURCE, settings.incoming_path / SAMPLE_SOURCE)
    return [path for folder in folders for path in sorted(folder.glob(f"{SAMPLE_STEM}.*"))]


def sample_keys(connection: Connection) -> list[int]:
    """Keys of the deliveries of example data that count."""
    query = f"select file_key from ops.ingested_files where {_OF_SAMPLE} order by file_key"
    return [int(row[0]) for row in connection.execute(query.encode(), [SAMPLE_SOURCE, SAMPLE_STEM])]


def has_loaded(connection: Connection) -> bool:
    """Whether anything was ever loaded, even if it was removed since."""
    return _found(connection, "select exists (select from ops.ingested_files)", [])


def refuse_name_of_sample(source_name: str, path: Path) -> None:
    """Raises IngestionError for a file of a shop that would be taken for example data, and deleted with it."""
    if _is_name_of_sample(source_name, path.name):
        raise IngestionError(f"{path}: the name {SAMPLE_STEM} is kept for example data. Give the file another name.")


def refuse_sample(connection: Connection, delivery: Delivery) -> None:
    """Raises IngestionError for example data where data of a shop is loaded."""
    query = f"select exists (select from ops.ingested_files where delivery_status = 'current' and not ({_OF_SAMPLE}))"
    if is_sample(delivery) and _found(connection, query, [SAMPLE_SOURCE, SAMPLE_STEM]):
        raise IngestionError(
            f"{delivery.name} is example data, which is not loaded beside your own. Delete the file, or give it"
            " another name if it is yours."
        )


def remove_sample(connection: Connection, settings: Settings, keys: Sequence[int]) -> None:
    """Takes the example data out of staging and records its files for deletion, within the caller's transaction."""
    for key in keys:
        remove_delivery(connection, key, "forgotten")
    request_deletion(connection, settings, sample_files(settings))


def _is_name_of_sample(source_name: str, name: str) -> bool:
    return source_name == SAMPLE_SOURCE and name.split(".")[0] == SAMPLE_STEM


def _found(connection: Connection, query: str, parameters: Sequence[str]) -> bool:
    row = connection.execute(query.encode(), parameters).fetchone()
    return bool(row and row[0])
