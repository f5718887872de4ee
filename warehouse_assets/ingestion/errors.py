"""What can be wrong with a source or a delivery, said so that a person can correct it."""

from __future__ import annotations

from warehouse_assets.settings import WarehouseError


class IngestionError(WarehouseError, RuntimeError):
    """Nothing of the delivery was loaded; the message says what is wrong, where, and what to do."""


class SourceError(IngestionError):
    """A source's folder (source.toml or a SELECT) cannot be used."""
