"""Deliveries in the incoming directory by partition key, and whether the ledger knows them."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import psycopg

from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.ingestion.readers.shop_databases import Offer, find_offer, land_offer
from warehouse_assets.ingestion.sources.delivery import Delivery, find_deliveries
from warehouse_assets.ingestion.sources.fingerprint import is_up_to_date
from warehouse_assets.ingestion.sources.source import Source, list_sources, read_source
from warehouse_assets.ingestion.staging.ledger import find_entry
from warehouse_assets.settings import Settings
from warehouse_assets.splitting import SplitError

_READ_BYTES = 256 << 20
"""Larger deliveries are identified by size and time: reading them would take the sensor too long."""


def delivery_key(source_name: str, file_name: str) -> str:
    """The partition key of a delivery."""
    return f"{source_name}/{file_name}"


def split_delivery_key(key: str) -> tuple[str, str]:
    """(source, file name) of a partition key."""
    source_name, _, file_name = key.partition("/")
    return source_name, file_name


def all_deliveries(settings: Settings, warn: Callable[[str], None]) -> dict[str, Delivery]:
    """Every delivery of every source, by partition key; `warn` as for `all_sources`."""
    return deliveries_of(all_sources(settings, warn), settings)


def all_sources(settings: Settings, warn: Callable[[str], None]) -> list[Source]:
    """Every source. One that cannot be read is reported by `warn` and left out: it stops no other."""
    found = []
    for name in list_sources(settings.sources_path):
        try:
            found.append(read_source(settings.sources_path, name))
        except IngestionError as error:
            warn(f"Source {name} is left out: {error}")
    return found


def deliveries_of(sources: Iterable[Source], settings: Settings) -> dict[str, Delivery]:
    """Deliveries of these sources in the incoming directory, by partition key."""
    return {
        delivery_key(source.name, delivery.name): delivery
        for source in sources
        for delivery in find_deliveries(source, settings.incoming_path)
    }


def land_offers(
    settings: Settings, connection: psycopg.Connection[Any], chosen: str | None = None
) -> tuple[list[str], list[str]]:
    """Copies new rows of the shops' databases, beyond their watermarks, to the incoming directory.

    Returns the partition keys of the new deliveries, and why a source or its database could not be read; `chosen` names
    one source.
    """
    landed, failures = list[str](), list[str]()
    sources = [read_source(settings.sources_path, chosen)] if chosen else all_sources(settings, failures.append)
    for source in sources:
        try:
            offer = find_offer(source, settings.incoming_path, connection)
            if offer is not None:
                landed.append(delivery_key(source.name, land_offer(source, offer, settings.incoming_path)))
        except IngestionError as error:
            failures.append(str(error))
    return landed, failures


def offers_beyond_watermarks(settings: Settings, connection: psycopg.Connection[Any]) -> list[Offer]:
    """New rows of databases with watermarks. Databases without watermarks are read by the schedule, not by a sensor.

    A database that cannot be read is left out: the run that reads it tells why.
    """
    found = []
    for name in list_sources(settings.sources_path):
        with contextlib.suppress(IngestionError):
            source = read_source(settings.sources_path, name)
            if any(table.watermark for table in source.settings.tables.values()):
                found.append(find_offer(source, settings.incoming_path, connection))
    return [offer for offer in found if offer is not None]


def content_of(delivery: Delivery, largest_read: int | None = _READ_BYTES) -> str:
    """The checksum in the ledger. For large, unreadable or vanished files, a hash of their sizes and times."""
    with contextlib.suppress(SplitError, OSError):  # loading it reports why
        if largest_read is None or delivery.size_bytes <= largest_read:
            return delivery.checksum()
    states = [_state(path) for path in delivery.own_paths]
    return "unread-" + hashlib.sha256(repr(states).encode()).hexdigest()


def _state(path: Path) -> tuple[str, int, int]:
    try:
        found = path.stat()
    except OSError:
        return path.name, -1, -1
    return path.name, found.st_size, found.st_mtime_ns


def is_loaded(connection: psycopg.Connection[Any], settings: Settings, delivery: Delivery, content: str) -> bool:
    """Whether this content is loaded and current."""
    entry = find_entry(connection, delivery.key(content))
    return entry is not None and entry.is_current and is_up_to_date(delivery, entry.fingerprint, settings.first_month)


def times_loaded(connection: psycopg.Connection[Any], delivery: Delivery, content: str) -> int:
    """How often this content was loaded under this name."""
    entry = find_entry(connection, delivery.key(content))
    return entry.attempt if entry is not None else 0
