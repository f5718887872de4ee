"""Files in `incoming/` and `datasets/` that nothing reads, and why: a person may wait for what they hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.ingestion.sources.delivery import MALFORMED_SUFFIX, find_deliveries
from warehouse_assets.ingestion.sources.source import list_sources, read_source
from warehouse_assets.settings import Settings

_MOST_TOLD = 8


def unread_files(settings: Settings, door: Path) -> list[str]:
    """One sentence for each file of `incoming_path` or `datasets_path` that nothing reads.

    Hidden files are left out, and so are those of a source that cannot be read: what reads it tells.
    """
    sources, unsure, read = list_sources(settings.sources_path), set[str](), set[Path]()
    for name in sources:
        try:
            read.update(_read(settings, name, door))
        except IngestionError:
            unsure.add(name)
    found = [(path, path.relative_to(door)) for path in sorted(door.rglob("[!.]*"))]
    return [
        f"{door.name}/{inside}: {_reason(settings, door, path, sources)}"
        for path, inside in found
        if path not in read and inside.parts[0] not in unsure and _is_meant(path, inside, sources)
    ]


def told(settings: Settings, *doors: Path) -> list[str]:
    """The first of them, and how many more there are."""
    unread = [sentence for door in doors for sentence in unread_files(settings, door)]
    more = [f"and {len(unread) - _MOST_TOLD} more"] if len(unread) > _MOST_TOLD else []
    return [*unread[:_MOST_TOLD], *more]


def _is_meant(path: Path, inside: Path, sources: Sequence[str]) -> bool:
    """Whether it is to bring something: a file, or a link. A source's folder may be a link, and is read."""
    if path.is_dir() and (not path.is_symlink() or str(inside) in sources):
        return False
    return not any(part.startswith(".") for part in inside.parts) and not inside.name.endswith(MALFORMED_SUFFIX)


def _read(settings: Settings, source_name: str, door: Path) -> Iterator[Path]:
    """What is split, or loaded."""
    if door == settings.datasets_path:
        folder = door / source_name
        yield from (path for path in (folder.iterdir() if folder.is_dir() else ()) if not path.is_symlink())
        return
    for delivery in find_deliveries(read_source(settings.sources_path, source_name), door):
        yield from delivery.paths


def _reason(settings: Settings, door: Path, path: Path, sources: Sequence[str]) -> str:
    inside = path.relative_to(door).parts
    if len(inside) == 1:
        return "it lies in no source's folder"
    if inside[0] not in sources:
        return f"there is no source {inside[0]}"
    if path.is_symlink():
        return "links are not read"
    if door == settings.datasets_path:
        return f"only files of {door.name}/{inside[0]} itself are split"
    return f"no pattern of source {inside[0]} names it"
