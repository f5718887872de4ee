"""The data splitter: splits each flat export into a CSV file, a JSON Lines file and a database table."""

import json
from collections.abc import Iterator
from typing import Any

import dagster as dg

from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.ingestion.sources.source import list_sources, read_source
from warehouse_assets.orchestration.assets.step_retries import retry_transient_errors
from warehouse_assets.orchestration.assets.table_metadata import OWNER
from warehouse_assets.orchestration.datasets import split_new_datasets
from warehouse_assets.orchestration.deliveries import land_offers
from warehouse_assets.orchestration.resources import Warehouse
from warehouse_assets.settings import Settings, read_settings
from warehouse_assets.splitting import Part

PARTS: dict[str, Part] = {"csv_third": "csv", "json_third": "json", "database_third": "database"}
_KINDS = {"csv_third": "csv", "json_third": "json", "database_third": "sqlite"}
DATABASES = dg.AssetKey(["split", "shop_databases"])
SOURCE_TAG = "warehouse/source"
"""Run tag: the source to read. Without it, all sources."""
DATASETS_TAG = "warehouse/datasets"
"""Run tag: the datasets to split, a JSON list of `<source>/<file>`. Without it, all new datasets."""


INCOMING = dg.AssetKey(["split", "incoming"])
"""The incoming directory: thirds, rows of databases, and other files."""


def source_specs(settings: Settings) -> list[dg.AssetSpec]:
    """The exports of shops, outside the warehouse: one asset for each source that is in use; all of a new warehouse.

    One that cannot be read shows why, and stops no other.
    """
    return [_source_spec(settings, name) for name in _used_sources(settings)]


def _used_sources(settings: Settings) -> list[str]:
    """Sources with files in `datasets/` or `incoming/`, with a database, or in need of correction.

    A code server that started before the first file shows them all, so that the file's source is among them.
    """
    known = list_sources(settings.sources_path)
    return [name for name in known if _is_used(settings, name)] or known


def _is_used(settings: Settings, name: str) -> bool:
    if any((door / name).is_dir() for door in (settings.datasets_path, settings.incoming_path)):
        return True
    try:
        return read_source(settings.sources_path, name).settings.database is not None
    except IngestionError:
        return True


def _source_spec(settings: Settings, name: str) -> dg.AssetSpec:
    metadata: dict[str, Any] = {"folder": dg.MetadataValue.path(str(settings.sources_path / name))}
    kinds = {"file"}
    try:
        source = read_source(settings.sources_path, name)
    except IngestionError as error:
        description = f"Grain: unknown, since this source cannot be read: {error}"
    else:
        of_tables = {table: "; ".join(told.files) for table, told in source.settings.tables.items()}
        metadata |= {"tables": dg.MetadataValue.json(of_tables), "time zone": source.settings.time_zone}
        metadata |= {f"SQL of {relation}": _shown(text) for relation, text in source.selects.items()}
        description = f"{source.settings.description or name} Grain: one row per record that the shop exports."
        kinds = {"database"} if source.settings.database else kinds
    return dg.AssetSpec(
        ["sources", name],
        group_name="sources",
        owners=[OWNER],
        kinds=kinds,
        tags={"layer": "sources"},
        description=description,
        metadata=metadata,
    )


def _shown(sql: str) -> dg.MetadataValue:
    return dg.MetadataValue.md(f"```sql\n{sql}\n```")


_SOURCE_KEYS = [dg.AssetKey(["sources", name]) for name in _used_sources(read_settings())]


def _spec(name: str) -> dg.AssetSpec:
    return dg.AssetSpec(
        ["split", name],
        deps=_SOURCE_KEYS,
        group_name="split",
        owners=[OWNER],
        kinds={"python", _KINDS[name]},
        tags={"layer": "split"},
        description=(
            "One of the three disjoint thirds of each flat export in `datasets/`; a row goes to one third by a "
            "stable hash of the source's `split_key`. Grain: one row per row of the export."
        ),
        code_version="1",
        skippable=True,
    )


@dg.asset(
    key=DATABASES,
    deps=_SOURCE_KEYS,
    group_name="split",
    owners=[OWNER],
    kinds={"python", "sqlalchemy"},
    tags={"layer": "split"},
    description=(
        "Rows of the shops' databases beyond the watermarks, landed as deliveries in `incoming/`. "
        "Grain: one row per row of a source's table."
    ),
    code_version="1",
)
@retry_transient_errors
def shop_databases(context: dg.AssetExecutionContext, warehouse: Warehouse) -> dg.MaterializeResult[Any]:
    """Reads every source with a database, or the one that the run's tag names."""
    with warehouse.connect("ingest") as connection:
        landed, failures = land_offers(warehouse.settings, connection, context.run.tags.get(SOURCE_TAG))
    if failures:
        raise dg.Failure("\n".join(failures))
    return dg.MaterializeResult(metadata={"deliveries": dg.MetadataValue.json(landed)})


@dg.multi_asset(specs=[_spec(name) for name in PARTS])
@retry_transient_errors
def split_datasets(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Iterator[dg.MaterializeResult[Any]]:
    """Splits every dataset that is new or has changed."""
    chosen = context.run.tags.get(DATASETS_TAG)
    results, failures = split_new_datasets(warehouse.settings, json.loads(chosen) if chosen else None)
    for result in results:
        context.log.info(f"split {result.table}: {result.rows}, {result.malformed} malformed records set aside")
    for name, part in PARTS.items():
        files = {result.table: result.rows[part] for result in results}
        yield dg.MaterializeResult(
            asset_key=["split", name],
            metadata={"dagster/row_count": sum(files.values()), "rows by dataset": dg.MetadataValue.json(files)},
        )
    if failures:
        raise dg.Failure("\n".join(failures))


INCOMING_SPEC = dg.AssetSpec(
    INCOMING,
    deps=[*(["split", name] for name in PARTS), DATABASES, *_SOURCE_KEYS],
    group_name="split",
    owners=[OWNER],
    kinds={"file"},
    tags={"layer": "split"},
    description=(
        "The incoming directory: thirds of flat exports, what shops' databases gave, and all other files as they "
        "come. Grain: one file, or the files that belong together, per delivery."
    ),
)
