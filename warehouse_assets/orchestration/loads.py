"""The load of one delivery as a run of Dagster does it: one transaction, checked before its commit.

Without Dagster, since a process that only loads has no need of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg

from warehouse_assets.building.table_checks import CheckFailed, ScanResult, bad_row_checks, results_of_checks
from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.ingestion.sources.delivery import Delivery, find_deliveries
from warehouse_assets.ingestion.sources.source import read_source
from warehouse_assets.ingestion.staging.file_deletions import complete_deletions
from warehouse_assets.ingestion.staging.keys import KEYS_OF_LOAD
from warehouse_assets.ingestion.staging.ledger import LoadResult
from warehouse_assets.ingestion.staging.loading import load_delivery
from warehouse_assets.lineage.deliveries import refuse_misuse
from warehouse_assets.orchestration.deliveries import split_delivery_key
from warehouse_assets.pseudonyms.secret import open_secret
from warehouse_assets.schemas import TABLES
from warehouse_assets.settings import Settings
from warehouse_assets.startup.preparation import session_as

DELIVERY_TABLES = (
    "staging.customers",
    "staging.sales",
    "staging.reviews",
    "staging.geographies",
    "staging.channels",
    "staging.products",
    "staging.rejected_records",
    "vault.customer_keys",
    "vault.identities",
    "vault.order_keys",
    "vault.orders",
    "ops.ingested_files",
    "ops.data_quality",
    "ops.watermarks",
)


@dataclass(frozen=True)
class Loaded:
    """A delivery that was loaded."""

    result: LoadResult
    checks: Mapping[str, Mapping[str, ScanResult]]
    """Table -> check -> its result on the rows of the delivery."""


def load(settings: Settings, key: str) -> Loaded:
    """Loads the delivery of a partition key. Loading the same content again changes nothing.

    Raises CheckFailed, IngestionError, SplitError or DatabaseError with nothing of it loaded.
    """
    delivery = find_delivery(settings, key)
    refuse_misuse(delivery.source)
    with session_as(settings, "ingest") as connection:
        secret = open_secret(settings.secrets_path, connection)
        with connection.transaction():
            result = load_delivery(connection, settings, delivery, secret, datetime.now(UTC).date())
            checks = _checked(connection, result)
        if result.erased_people or result.replaced_sample:
            complete_deletions(connection, settings)
    return Loaded(result, checks)


def find_delivery(settings: Settings, key: str) -> Delivery:
    """The delivery of a partition key. Raises if its files are gone."""
    source_name, file_name = split_delivery_key(key)
    source = read_source(settings.sources_path, source_name)
    for delivery in find_deliveries(source, settings.incoming_path):
        if delivery.name == file_name:
            return delivery
    raise IngestionError(
        f"{key}: no such delivery in {settings.incoming_path / source_name}. Its file is gone (retention deletes "
        "them in time), so it cannot be replayed; what it brought stays loaded. Bring the file again to replay it."
    )


def _checked(connection: psycopg.Connection[Any], result: LoadResult) -> dict[str, dict[str, ScanResult]]:
    """Checks the rows of the delivery before the commit."""
    queries, found = bad_row_checks(), dict[str, dict[str, ScanResult]]()
    for name in DELIVERY_TABLES:
        where, parameters = _rows_of(name, result)
        found[name] = {}
        for check, scan in results_of_checks(connection, TABLES[name], queries.get(name, ()), parameters, where=where):
            if not scan.passed:
                raise CheckFailed(name, check, scan)
            found[name][check] = scan
    return found


def _rows_of(name: str, result: LoadResult) -> tuple[str, dict[str, object]]:
    """The delivery's own rows, in the affected months only; of the vault's keys those that it names."""
    file_key, months = result.file_key, result.months
    if name in KEYS_OF_LOAD:
        return ("false" if result.outcome == "unchanged" else KEYS_OF_LOAD[name]), {}
    if "file_key" not in TABLES[name].column_names:
        return "true", {}
    if name != "staging.sales":
        return "file_key = %(key)s", {"key": file_key}
    if not months:
        return "false", {}
    bounds = "sale_date >= %(first)s and sale_date < %(last)s::date + interval '1 month'"
    return f"file_key = %(key)s and {bounds}", {"key": file_key, "first": min(months), "last": max(months)}
