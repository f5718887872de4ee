"""From delivered files to staging: sources, deliveries, the contract, pseudonyms, the ledger."""

from warehouse_assets.ingestion.databases import Offer, find_offer, land_offer
from warehouse_assets.ingestion.delivery import Delivery, find_deliveries
from warehouse_assets.ingestion.errors import IngestionError, SourceError
from warehouse_assets.ingestion.ledger import LoadResult
from warehouse_assets.ingestion.loading import load_delivery
from warehouse_assets.ingestion.removal import forget_delivery
from warehouse_assets.ingestion.source import Source, list_sources, read_source

__all__ = [
    "Delivery",
    "IngestionError",
    "LoadResult",
    "Offer",
    "Source",
    "SourceError",
    "find_deliveries",
    "find_offer",
    "forget_delivery",
    "land_offer",
    "list_sources",
    "load_delivery",
    "read_source",
]
