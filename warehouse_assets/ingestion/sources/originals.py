"""The original files of deliveries: what lies in `incoming/`, and the flat exports that were split."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from warehouse_assets.ingestion.sources.delivery import Delivery, find_deliveries
from warehouse_assets.ingestion.sources.source import Source, list_sources, read_source
from warehouse_assets.settings import Settings


def originals_of(settings: Settings, deliveries: Sequence[tuple[str, str]]) -> list[Path]:
    """Files of the deliveries (source, file name), and the flat exports they were split from."""
    names = set(deliveries)
    stems = {(source, _stem(name)) for source, name in names}
    found: list[Path] = []
    for source_name in sorted({source for source, _ in names}):
        present = list(originals_of_source(settings, read_source(settings.sources_path, source_name)))
        named = [
            delivery
            for delivery in present
            if (source_name, delivery.name) in names
            or (_is_dataset(settings, delivery) and (source_name, _stem(delivery.name)) in stems)
        ]
        # a shared table is needed as long as one delivery is left that reads it
        found += [path for one in named for path in (one.paths if len(named) == len(present) else one.own_paths)]
    return list(dict.fromkeys(found))


def _stem(name: str) -> str:
    return name.split(".")[0]


def _is_dataset(settings: Settings, delivery: Delivery) -> bool:
    return delivery.folder.is_relative_to(settings.datasets_path)


def originals_of_source(settings: Settings, source: Source) -> Iterator[Delivery]:
    """Files in `incoming/`, and flat exports in `datasets/`, each as a delivery."""
    yield from find_deliveries(source, settings.incoming_path)
    folder = settings.datasets_path / source.name
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.is_file() and not path.is_symlink() and not path.name.startswith("."):
            yield Delivery(source, path.name, folder, {next(iter(source.settings.tables)): (path,)})


def all_originals(settings: Settings) -> Iterator[Delivery]:
    """The originals of every source."""
    for name in list_sources(settings.sources_path):
        yield from originals_of_source(settings, read_source(settings.sources_path, name))
