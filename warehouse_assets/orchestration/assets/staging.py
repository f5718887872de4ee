"""Staging: accepted records, rejects and the ledger entry of a delivery, in one transaction."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import dagster as dg
import psycopg

from warehouse_assets.building.table_checks import CheckFailed
from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.ingestion.sources.delivery import Delivery, find_deliveries
from warehouse_assets.ingestion.sources.source import read_source
from warehouse_assets.ingestion.staging.file_deletions import complete_deletions
from warehouse_assets.ingestion.staging.files_of_erased import LEFT_OUT
from warehouse_assets.ingestion.staging.ledger import LoadResult
from warehouse_assets.ingestion.staging.loading import load_delivery
from warehouse_assets.lineage.deliveries import refuse_misuse
from warehouse_assets.orchestration.assets.sources import INCOMING
from warehouse_assets.orchestration.assets.step_retries import retry_transient_errors
from warehouse_assets.orchestration.assets.table_metadata import data_version, table_spec
from warehouse_assets.orchestration.checks import (
    TableChecks,
    are_checks_alone,
    asset_key,
    check_specs,
    of_one_transaction,
    run_alone,
)
from warehouse_assets.orchestration.deliveries import split_delivery_key
from warehouse_assets.orchestration.partitions import DELIVERIES
from warehouse_assets.orchestration.resources import Warehouse
from warehouse_assets.pseudonyms.secret import open_secret
from warehouse_assets.schemas import TABLES
from warehouse_assets.settings import Settings

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


@dg.multi_asset(
    specs=[table_spec(name, [INCOMING]) for name in DELIVERY_TABLES],
    check_specs=check_specs(DELIVERY_TABLES),
    partitions_def=DELIVERIES,
    backfill_policy=dg.BackfillPolicy.single_run(),
    can_subset=True,
    pool="ingestion",
)
@retry_transient_errors
def deliveries(
    context: dg.AssetExecutionContext, warehouse: Warehouse
) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
    """Loads each delivery of the run. Loading the same content again changes nothing."""
    if are_checks_alone(context):
        yield from run_alone(context, warehouse, role="ingest")
        return
    settings = warehouse.settings
    checks = {name: TableChecks(TABLES[name]) for name in DELIVERY_TABLES}
    results = []
    with warehouse.connect("ingest") as connection:
        secret = open_secret(settings.secrets_path, connection)
        for key in context.partition_keys:
            delivery = find_delivery(settings, key)
            refuse_misuse(delivery.source)
            try:
                with connection.transaction():
                    result = load_delivery(connection, settings, delivery, secret, datetime.now(UTC).date())
                    _check(connection, checks, result)
            except CheckFailed as failure:
                yield from checks[failure.table].results()
                raise dg.Failure(f"{key}: {failure}") from None
            context.log.info(f"{key}: {result.outcome}, {result.rows_read} records read")
            if result.erased_people:
                context.log.warning(f"{key} holds {result.erased_people} erased people: {LEFT_OUT}")
                complete_deletions(connection, settings)
            results.append(result)
    version = data_version(*(f"{result.file_key:x}" for result in results))
    yield from of_one_transaction(
        context,
        (
            dg.MaterializeResult(
                asset_key=asset_key(name),
                metadata=_metadata(name, results, checks[name].row_count),
                check_results=checks[name].results(),
                data_version=version,
            )
            for name in DELIVERY_TABLES
        ),
    )


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


def _check(connection: psycopg.Connection[Any], checks: Mapping[str, TableChecks], result: LoadResult) -> None:
    """Checks the rows of the delivery before the commit."""
    for name, check in checks.items():
        where, parameters = _rows_of(name, [result.file_key], result.months)
        check.run(connection, parameters, where=where)


def _rows_of(name: str, keys: list[int], months: list[Any]) -> tuple[str, dict[str, object]]:
    """The delivery's own rows, in the affected months only."""
    if "file_key" not in TABLES[name].column_names:
        return "true", {}
    if name != "staging.sales":
        return "file_key = any(%(keys)s)", {"keys": keys}
    if not months:
        return "false", {}
    bounds = "sale_date >= %(first)s and sale_date < %(last)s::date + interval '1 month'"
    return f"file_key = any(%(keys)s) and {bounds}", {"keys": keys, "first": min(months), "last": max(months)}


def _metadata(name: str, results: list[LoadResult], row_count: int) -> dict[str, Any]:
    """Counts of the load."""
    kind = name.split(".")[1]
    outcomes = dg.MetadataValue.json({result.file_name: result.outcome for result in results})
    shown: dict[str, Any] = {"dagster/partition_row_count": row_count, "deliveries": outcomes}
    counts = [result.counts[kind] for result in results if kind in result.counts]
    if counts:
        shown |= {what: sum(getattr(count, what) for count in counts) for what in vars(counts[0])}
    if name == "ops.data_quality":
        rules: Counter[str] = Counter()
        for result in results:
            for (rule, _, _), number in result.quality.counts.items():
                rules[rule] += number
        shown["records by rule"] = dg.MetadataValue.json(dict(rules))
    return shown
