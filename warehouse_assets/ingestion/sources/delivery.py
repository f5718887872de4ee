"""Deliveries: what lies in a source's incoming directory, grouped into units of loading."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from sqlglot import exp

from warehouse_assets.ingestion.errors import IngestionError, SourceError
from warehouse_assets.ingestion.sources.canonical import Relation
from warehouse_assets.ingestion.sources.column_usage import parsed
from warehouse_assets.ingestion.sources.file_patterns import named_by
from warehouse_assets.ingestion.sources.source import Source
from warehouse_assets.pseudonyms.hashing import natural_key
from warehouse_assets.schemas.ddl import next_month
from warehouse_assets.splitting import recover_splits
from warehouse_assets.splitting.source import byte_blocks

MALFORMED_SUFFIX = ".malformed.jsonl"
SHARED_TABLES = "shared tables"
"""The delivery of the records that shared tables give by themselves."""


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
    def is_of_shared_tables(self) -> bool:
        """Whether it holds shared tables only, for the relations that these drive."""
        return all(self.source.settings.tables[table].shared for table in self.files)

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that it must bring."""
        if self.is_of_shared_tables:
            return shared_tables_read(self.source)
        return tuple(self.source.settings.tables)

    @property
    def relations(self) -> tuple[Relation, ...]:
        """Those whose driving table is its own: what a shared table drives is read once, not with every delivery."""
        alone = self.source.relations_of_shared_tables
        return tuple(name for name in self.source.selects if (name in alone) == self.is_of_shared_tables)

    @property
    def paths(self) -> tuple[Path, ...]:
        """All files that are read, those of shared tables among them."""
        return _sorted(self.files.values())

    @property
    def own_paths(self) -> tuple[Path, ...]:
        """The files that no other delivery reads."""
        return self.paths if self.is_of_shared_tables else _sorted(self._by_sharing(is_shared=False))

    @property
    def size_bytes(self) -> int:
        return sum(path.stat().st_size for path in self.own_paths)

    def checksum(self) -> str:
        """SHA-256 of the decompressed bytes; of several files, of their names and checksums."""
        return self._checksum_of(self.own_paths)

    def shared_checksum(self) -> str:
        """The checksum of the shared tables' files; empty where it reads none beside its own."""
        shared = () if self.is_of_shared_tables else _sorted(self._by_sharing(is_shared=True))
        return self._checksum_of(shared) if shared else ""

    def lacks_shared_files(self) -> bool:
        """Whether a shared table has no file any more, so that it cannot be read again."""
        tables = self.source.settings.tables
        return any(tables[name].shared and not self.files.get(name) for name in self.tables)

    def _by_sharing(self, *, is_shared: bool) -> list[tuple[Path, ...]]:
        tables = self.source.settings.tables
        return [paths for name, paths in self.files.items() if tables[name].shared == is_shared]

    def _checksum_of(self, paths: Iterable[Path]) -> str:
        sums = [(path.relative_to(self.folder).as_posix(), _file_checksum(path)) for path in paths]
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
        if self.is_of_shared_tables:
            names = (path.relative_to(self.folder).as_posix() for path in self.paths)
            return max((self._day(found) for name in names if (found := re.search(declared, name))), default=None)
        found = re.search(declared, self.name)
        if found is None:
            raise IngestionError(
                f"{self.name}: its name does not match exported_on of source {self.source.name}, so the day "
                "of export is not known. Rename the file, or correct the pattern in "
                f"{self.source.folder / 'source.toml'}."
            )
        return self._day(found)

    def _day(self, found: re.Match[str]) -> date:
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
    shared = {table: tuple(sorted(paths)) for table, paths in sorted(groups.pop(SHARED_TABLES, {}).items())}
    found = [
        Delivery(
            source, name, folder, {**{table: tuple(sorted(paths)) for table, paths in sorted(own.items())}, **shared}
        )
        for name, own in sorted(groups.items())
    ]
    read = {table: shared[table] for table in shared_tables_read(source) if table in shared}
    return [*found, Delivery(source, SHARED_TABLES, folder, read)] if read else found


def shared_tables_read(source: Source) -> tuple[str, ...]:
    """The shared tables that SELECTs with a shared driving table read; with a SELECT that cannot be read, all."""
    shared = tuple(name for name in source.settings.tables if name not in source.own_tables)
    read = set[str]()
    for relation in source.relations_of_shared_tables:
        try:
            read |= {table.name.lower() for table in parsed(source, relation).find_all(exp.Table)}
        except SourceError:  # loading it says why
            return shared
    return tuple(name for name in shared if name.lower() in read)


def _regular_files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).parts
        hidden = any(part.startswith(".") for part in inside)
        linked = any((folder.joinpath(*inside[: n + 1])).is_symlink() for n in range(len(inside)))
        if not hidden and not linked and path.is_file() and not path.name.endswith(MALFORMED_SUFFIX):
            yield path


def tables_of(source: Source, name: str) -> Iterator[tuple[str, str]]:
    """(table, delivery name) of a file by its path, upper and lower case alike; nothing when no pattern names it."""
    is_alone = len(source.own_tables) == 1
    for table, settings in source.settings.tables.items():
        for pattern in settings.patterns(table):
            if found := named_by(pattern, name):
                named = found.groupdict().get("delivery") or (name if is_alone else source.name)
                yield table, SHARED_TABLES if settings.shared else named
                break


def _sorted(groups: Iterable[Iterable[Path]]) -> tuple[Path, ...]:
    return tuple(sorted({path for paths in groups for path in paths}))


def _file_checksum(path: Path) -> str:
    state = path.stat()
    return _checksum_at(path, state.st_size, state.st_mtime_ns)


@lru_cache(maxsize=10_000)
def _checksum_at(path: Path, size: int, modified_ns: int) -> str:
    """The checksum of a file as it was then: a shared one is asked for once per delivery."""
    total = hashlib.sha256()
    for block in byte_blocks(path):
        total.update(block)
    return total.hexdigest()
