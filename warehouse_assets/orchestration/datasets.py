"""Flat exports in `datasets/`: which are new, and splitting them into thirds."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.ingestion.sources.source import list_sources, read_source
from warehouse_assets.orchestration.passing_faults import may_pass
from warehouse_assets.settings import Settings
from warehouse_assets.splitting import SplitError, SplitResult, split_file
from warehouse_assets.splitting.source import scan_source
from warehouse_assets.splitting.staged import private_directory

_DONE = ".splits.json"


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
    """Splits them into `incoming/<source>/`. Returns the split datasets, and the reasons of failures.

    Raises a fault that may pass, such as a full disk: what was split before it stays split.
    """
    results, failures = [], []
    for dataset in unsplit_datasets(settings, chosen):
        private_directory(dataset.target)
        try:
            keys = read_source(settings.sources_path, dataset.source_name).settings.split_key
            results.append(split_file(dataset.path, dataset.target, key_columns=keys))
        except IngestionError as error:
            failures.append(f"{dataset.path} was not split: {error}")
        except (SplitError, OSError) as error:
            if may_pass(error):
                raise
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
