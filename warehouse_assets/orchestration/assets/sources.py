"""The data splitter: splits each flat export into a CSV file, a JSON Lines file and a database table."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import dagster as dg

from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.ingestion.sources.source import list_sources, read_source
from warehouse_assets.orchestration.assets.step_retries import retry_transient_errors
from warehouse_assets.orchestration.assets.table_metadata import OWNER
from warehouse_assets.orchestration.deliveries import land_offers
from warehouse_assets.orchestration.resources import Warehouse
from warehouse_assets.settings import Settings, read_settings
from warehouse_assets.splitting import Part, SplitError, SplitResult, split_file
from warehouse_assets.splitting.source import scan_source
from warehouse_assets.splitting.staged import private_directory

PARTS: dict[str, Part] = {"csv_third": "csv", "json_third": "json", "database_third": "database"}
_KINDS = {"csv_third": "csv", "json_third": "json", "database_third": "sqlite"}
DATABASES = dg.AssetKey(["split", "shop_databases"])
_DONE = ".splits.json"
SOURCE_TAG = "warehouse/source"
"""Run tag: the source to read. Without it, all sources."""
DATASETS_TAG = "warehouse/datasets"
"""Run tag: the datasets to split, a JSON list of `<source>/<file>`. Without it, all new datasets."""


INCOMING = dg.AssetKey(["split", "incoming"])
"""The incoming directory: thirds, rows of databases, and other files."""


@dataclass(frozen=True)
class Dataset:
    """A flat export in `datasets/`."""

    source_name: str
    path: Path
    target: Path

    @property
    def name(self) -> str:
        return f"{self.source_name}/{self.path.name}"

    @cached_property
    def checksum(self) -> str | None:
        """SHA-256 of the decompressed bytes. None if the file cannot be read; splitting it reports why."""
        try:
            return scan_source(self.path).checksum
        except (SplitError, OSError):
            return None


def source_specs(settings: Settings) -> list[dg.AssetSpec]:
    """The exports of shops, outside the warehouse: one asset per folder of `sql/sources`.

    One that cannot be read shows why, and stops no other.
    """
    return [_source_spec(settings, name) for name in list_sources(settings.sources_path)]


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


def _source_keys(settings: Settings) -> list[dg.AssetKey]:
    return [dg.AssetKey(["sources", name]) for name in list_sources(settings.sources_path)]


def _spec(name: str) -> dg.AssetSpec:
    return dg.AssetSpec(
        ["split", name],
        deps=_source_keys(read_settings()),
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
    deps=_source_keys(read_settings()),
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


def find_datasets(settings: Settings) -> list[Dataset]:
    """Files in `datasets/<source>/`, by source and name, without hidden files and links."""
    return [
        Dataset(name, path, settings.incoming_path / name)
        for name in list_sources(settings.sources_path)
        if (folder := settings.datasets_path / name).is_dir()
        for path in sorted(folder.iterdir())
        if path.is_file() and not path.is_symlink() and not path.name.startswith(".")
    ]


def is_split(dataset: Dataset) -> bool:
    """Whether its thirds were made from its current content."""
    return dataset.checksum is not None and _read_done(dataset.target).get(dataset.path.name) == dataset.checksum


def unsplit_datasets(settings: Settings, chosen: Collection[str] | None = None) -> list[Dataset]:
    """Datasets that are new or have changed. `chosen` limits them by name."""
    datasets = [dataset for dataset in find_datasets(settings) if chosen is None or dataset.name in chosen]
    return [dataset for dataset in datasets if not is_split(dataset)]


def split_new_datasets(
    settings: Settings, chosen: Collection[str] | None = None
) -> tuple[list[SplitResult], list[str]]:
    """Splits them into `incoming/<source>/`. Returns the split datasets, and the reasons of failures."""
    results, failures = [], []
    for dataset in unsplit_datasets(settings, chosen):
        private_directory(dataset.target)
        try:
            keys = read_source(settings.sources_path, dataset.source_name).settings.split_key
            results.append(split_file(dataset.path, dataset.target, key_columns=keys))
        except IngestionError as error:
            failures.append(f"{dataset.path} was not split: {error}")
        except (SplitError, OSError) as error:
            failures.append(f"{error}. It was not split. Correct or delete {dataset.path}")
        else:
            _note_done(dataset)
    return results, failures


def _read_done(target: Path) -> dict[str, str]:
    """Dataset -> checksum of the content that was split."""
    done = target / _DONE
    return json.loads(done.read_text()) if done.exists() else {}


def _note_done(dataset: Dataset) -> None:
    done = dataset.target / _DONE
    draft = done.with_suffix(".new")
    known = {**_read_done(dataset.target), dataset.path.name: dataset.checksum}
    draft.write_text(json.dumps(known, indent=1, sort_keys=True))
    draft.replace(done)


INCOMING_SPEC = dg.AssetSpec(
    INCOMING,
    deps=[*(["split", name] for name in PARTS), DATABASES, *_source_keys(read_settings())],
    group_name="split",
    owners=[OWNER],
    kinds={"file"},
    tags={"layer": "split"},
    description=(
        "The incoming directory: thirds of flat exports, what shops' databases gave, and all other files as they "
        "come. Grain: one file, or the files that belong together, per delivery."
    ),
)
