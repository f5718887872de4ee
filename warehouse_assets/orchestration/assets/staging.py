"""Staging: accepted records, rejects and the ledger entry of a delivery, in one transaction."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

import dagster as dg

from warehouse_assets.building.table_checks import SCHEMA_CHECK, CheckFailed
from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.ingestion.sources.delivery import Delivery
from warehouse_assets.ingestion.sources.source import read_source
from warehouse_assets.ingestion.staging.files_of_erased import LEFT_OUT
from warehouse_assets.ingestion.staging.sample import SAMPLE_REPLACED
from warehouse_assets.orchestration.assets.sources import INCOMING
from warehouse_assets.orchestration.assets.step_retries import retry_transient_errors
from warehouse_assets.orchestration.assets.table_metadata import data_version, table_spec
from warehouse_assets.orchestration.checks import (
    TableChecks,
    are_checks_alone,
    asset_key,
    check_result,
    check_specs,
    of_one_transaction,
    run_alone,
)
from warehouse_assets.orchestration.deliveries import deliveries_of, split_delivery_key
from warehouse_assets.orchestration.loads import DELIVERY_TABLES, Loaded
from warehouse_assets.orchestration.loads_at_once import AT_ONCE, LOADS
from warehouse_assets.orchestration.partitions import DELIVERIES
from warehouse_assets.orchestration.passing_faults import may_pass
from warehouse_assets.orchestration.resources import Warehouse
from warehouse_assets.schemas import TABLES
from warehouse_assets.settings import Settings


@dg.multi_asset(
    specs=[table_spec(name, [INCOMING]) for name in DELIVERY_TABLES],
    check_specs=check_specs(DELIVERY_TABLES),
    partitions_def=DELIVERIES,
    backfill_policy=dg.BackfillPolicy.single_run(),
    can_subset=True,
    pool=LOADS,
)
@retry_transient_errors
def deliveries(
    context: dg.AssetExecutionContext, warehouse: Warehouse
) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult | dg.AssetMaterialization]:
    """Loads each delivery of the run. Loading the same content again changes nothing."""
    if are_checks_alone(context):
        yield from run_alone(context, warehouse, role="ingest")
        return
    settings = warehouse.settings
    checks = {name: TableChecks(TABLES[name]) for name in DELIVERY_TABLES}
    loads, failures = dict[str, Loaded](), dict[str, Exception]()
    with AT_ONCE.begun(settings, _present(settings, context.partition_keys), context.log.warning):
        for key in context.partition_keys:
            try:
                loaded = AT_ONCE.take(settings, key)
            except Exception as error:
                failures[key] = error
                continue
            for name, scans in loaded.checks.items():
                for check, scan in scans.items():
                    checks[name].note(check, scan)
            result = loaded.result
            context.log.info(f"{key}: {result.outcome}, {result.rows_read} records read")
            if result.replaced_sample:
                context.log.info(SAMPLE_REPLACED)
            if result.erased_people:
                context.log.warning(f"{key} holds {result.erased_people} erased people: {LEFT_OUT}")
            loads[key] = loaded
    if failures:
        yield from _loaded(loads)
        yield from _raised(failures)
    _describe(context, loads)
    version = data_version(*(f"{loaded.result.file_key:x}" for loaded in loads.values()))
    yield from of_one_transaction(
        context,
        (
            dg.MaterializeResult(
                asset_key=asset_key(name),
                check_results=checks[name].results(),
                data_version=version,
            )
            for name in DELIVERY_TABLES
        ),
    )


def _present(settings: Settings, keys: Sequence[str]) -> dict[str, Delivery]:
    """Several deliveries that can be loaded at once. One whose files are gone says so when it is taken."""
    if len(keys) == 1:
        return {}
    found = dict[str, Delivery]()
    for name in sorted({split_delivery_key(key)[0] for key in keys}):
        with suppress(IngestionError):
            found |= deliveries_of([read_source(settings.sources_path, name)], settings)
    return {key: found[key] for key in keys if key in found}


def _describe(context: dg.AssetExecutionContext, loads: Mapping[str, Loaded]) -> None:
    """Gives each delivery of the run its own counts."""
    selected = [name for name in DELIVERY_TABLES if asset_key(name) in context.selected_asset_keys]
    for key, loaded in loads.items():
        for name in selected:
            context.add_asset_metadata(_metadata(name, loaded), asset_key(name), partition_key=key)


def _loaded(loads: Mapping[str, Loaded]) -> Iterator[dg.AssetMaterialization]:
    """The deliveries that a failed run has loaded. A result of the run would stand for those that failed too."""
    for key, loaded in loads.items():
        version = {"dagster/data_version": data_version(f"{loaded.result.file_key:x}").value}
        for name in loaded.checks:
            yield dg.AssetMaterialization(
                asset_key(name), metadata=_metadata(name, loaded), partition=key, tags=version
            )


def _raised(failures: Mapping[str, Exception]) -> Iterator[dg.AssetCheckResult]:
    """Raises why deliveries were not loaded; the others of the run are."""
    for error in failures.values():
        if isinstance(error, CheckFailed):
            yield check_result(error.table, error.check, error.result)
    errors = list(failures.values())
    if passing := [error for error in errors if may_pass(error)]:
        raise passing[0]  # done again, the step loads what is missing
    if len(errors) == 1 and not isinstance(errors[0], CheckFailed):
        raise errors[0]
    raise dg.Failure("\n".join(f"{key}: {error}" for key, error in failures.items()))


def _metadata(name: str, loaded: Loaded) -> dict[str, Any]:
    """Counts of the load of one delivery."""
    result, kind = loaded.result, name.split(".")[1]
    shown: dict[str, Any] = {
        "dagster/partition_row_count": loaded.checks[name][SCHEMA_CHECK].row_count,
        "deliveries": dg.MetadataValue.json({result.file_name: result.outcome}),
    }
    if kind in result.counts:
        shown |= vars(result.counts[kind])
    if name == "ops.data_quality":
        rules: Counter[str] = Counter()
        for (rule, _, _), number in result.quality.counts.items():
            rules[rule] += number
        shown["records by rule"] = dg.MetadataValue.json(dict(rules))
    return shown
