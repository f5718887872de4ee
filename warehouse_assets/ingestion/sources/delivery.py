"""Deliveries: what lies in a source's incoming directory, grouped into units of loading."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.ingestion.sources.source import Source
from warehouse_assets.pseudonyms.hashing import natural_key
from warehouse_assets.schemas.ddl import next_month
from warehouse_assets.splitting import recover_splits
from warehouse_assets.splitting.source import byte_blocks

MALFORMED_SUFFIX = ".malformed.jsonl"
_WILDCARDS = {"*": "[^/]*", "?": "[^/]"}


@dataclass(frozen=True)
class Delivery:
    """One file, or the files that one pattern groups: the unit of loading."""

    source: Source
    name: str
    """Path within the source's incoming directory, or the group's name; what the ledger calls file_name."""
    folder: Path
    files: Mapping[str, tuple[Path, ...]]
    """Table of the source -> its files."""

    @property
    def paths(self) -> tuple[Path, ...]:
        return tuple(sorted({path for paths in self.files.values() for path in paths}))

    @property
    def size_bytes(self) -> int:
        return sum(path.stat().st_size for path in self.paths)

    def checksum(self) -> str:
        """SHA-256 of the decompressed bytes; of several files, of their names and checksums."""
        sums = [(path.relative_to(self.folder).as_posix(), _file_checksum(path)) for path in self.paths]
        if len(sums) == 1:
            return sums[0][1]
        return hashlib.sha256("".join(f"{name}\0{total}\n" for name, total in sums).encode()).hexdigest()

    def key(self, checksum: str) -> int:
        return natural_key("delivery", self.source.name, self.name, checksum)

    def declared_export_day(self) -> date | None:
        """The export day that the source declares: a date, or a pattern over the delivery's name.

        Where the name tells only the month, its last day: the month's own sales are not after the export.
        """
        declared = self.source.settings.exported_on
        if not isinstance(declared, str):
            return declared
        found = re.search(declared, self.name)
        if found is None:
            raise IngestionError(
                f"{self.name}: its name does not match exported_on of source {self.source.name}, so the day "
                "of export is not known. Rename the file, or correct the pattern in "
                f"{self.source.folder / 'source.toml'}."
            )
        parts = {name: int(text) for name, text in found.groupdict().items() if text}
        try:
            month = date(parts["year"], parts["month"], 1)
            return month.replace(day=parts["day"]) if "day" in parts else next_month(month) - timedelta(days=1)
        except ValueError:
            raise IngestionError(f"{self.name}: exported_on finds no date that exists in this name.") from None


def find_deliveries(source: Source, incoming: Path) -> list[Delivery]:
    """All deliveries that lie in `incoming/<source>/`, in the order of their names.

    Hidden files, links and what no pattern of the source names are left alone.
    """
    folder = incoming / source.name
    if folder.is_dir():
        recover_splits(folder)
    groups: dict[str, dict[str, list[Path]]] = {}
    for path in _regular_files(folder):
        for table, name in tables_of(source, path.relative_to(folder).as_posix()):
            groups.setdefault(name, {}).setdefault(table, []).append(path)
    return [
        Delivery(source, name, folder, {table: tuple(sorted(paths)) for table, paths in sorted(tables.items())})
        for name, tables in sorted(groups.items())
    ]


def _regular_files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).parts
        hidden = any(part.startswith(".") for part in inside)
        linked = any((folder.joinpath(*inside[: n + 1])).is_symlink() for n in range(len(inside)))
        if not hidden and not linked and path.is_file() and not path.name.endswith(MALFORMED_SUFFIX):
            yield path


def tables_of(source: Source, name: str) -> Iterator[tuple[str, str]]:
    """(table, delivery name) of a file by its path, upper and lower case alike; nothing when no pattern names it."""
    is_alone = len(source.settings.tables) == 1
    for table, settings in source.settings.tables.items():
        for pattern in settings.files or (f"{{delivery}}/{table}.csv",):
            found = re.fullmatch(_regex(pattern), name, re.IGNORECASE)
            if found:
                yield table, found.groupdict().get("delivery") or (name if is_alone else source.name)
                break


def _regex(pattern: str) -> str:
    """A file pattern (`*`, `?`, `{delivery}`) as a regular expression over the relative path."""
    parts = re.split(r"(\{delivery\}|[*?])", pattern)
    return "".join(
        "(?P<delivery>.+?)" if part == "{delivery}" else _WILDCARDS.get(part) or re.escape(part) for part in parts
    )


def _file_checksum(path: Path) -> str:
    total = hashlib.sha256()
    for block in byte_blocks(path):
        total.update(block)
    return total.hexdigest()
