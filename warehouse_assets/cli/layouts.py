"""Which source a file belongs to: the one whose SELECTs read the columns of its header."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from warehouse_assets.cli.console import console, errors
from warehouse_assets.drafting.tables.encodings import find_encoding
from warehouse_assets.drafting.tables.titles import title_lines
from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.ingestion.readers.delivered_tables import open_file
from warehouse_assets.ingestion.sources.column_usage import find_column_usage, needed_for
from warehouse_assets.ingestion.sources.settings import TableSettings
from warehouse_assets.ingestion.sources.source import Source
from warehouse_assets.orchestration.deliveries import all_sources
from warehouse_assets.settings import Settings
from warehouse_assets.splitting import SplitError
from warehouse_assets.splitting.source import BLOCK_BYTES, byte_blocks
from warehouse_assets.splitting.staged import private_directory

_ENOUGH, _FEWEST = 0.7, 4
"""The share of the columns that a source reads, and their number, that a file has to have."""
_TYPED = (".json", ".jsonl", ".ndjson", ".parquet", ".pq", ".sqlite", ".sqlite3", ".db", ".xlsx", ".xls", ".ods")


@dataclass(frozen=True)
class Fit:
    """How well a source fits a header: the share of its columns that are there, and those that are not."""

    source: Source
    share: float
    count: int
    missing: tuple[str, ...]

    @property
    def is_enough(self) -> bool:
        return self.share >= _ENOUGH and self.count >= _FEWEST and not _lacks(self.source, set(self.missing))


def route(settings: Settings, files: Sequence[Path], named: str | None) -> dict[str, list[Path]]:
    """Source -> its files: the source that is named, else for each file the one that its header fits.

    Says which source it chose. Raises IngestionError for a file that none fits, or several do.
    """
    if named is not None:
        return {named: list(files)}
    sources = all_sources(settings, _warn)
    found: dict[str, list[Path]] = {}
    for file in files:
        source = recognise(sources, file, settings.home / "tmp")
        console.print(
            f"  {file.name} looks like: {_title(source)}. Mapped by {source.name}; --source chooses another.",
            markup=False,
        )
        found.setdefault(source.name, []).append(file)
    return found


def known_layout(settings: Settings, path: Path) -> str | None:
    """The source that a file fits; None where that is not just one."""
    sources = all_sources(settings, _warn)
    try:
        return recognise(sources, path, settings.home / "tmp").name
    except IngestionError:
        return None


def recognise(sources: Iterable[Source], path: Path, scratch: Path) -> Source:
    """The source that fits the file, or the files of the folder. Raises IngestionError where that is not just one."""
    header = _header(path, scratch)
    fits = sorted(
        (fit for source in sources if (fit := _fit(source, header))), key=lambda fit: (-fit.share, -fit.count)
    )
    good = [fit for fit in fits if fit.is_enough]
    best = [fit for fit in good if (fit.share, fit.count) == (good[0].share, good[0].count)]
    if len(best) == 1:
        return best[0].source
    if best:
        names = " and ".join(fit.source.name for fit in best)
        raise IngestionError(f"{path}: the header fits {names} alike. Name the source with --source.")
    nearest = f" Nearest is {fits[0].source.name}, which also reads {_shown(fits[0].missing)}." if fits else ""
    raise IngestionError(
        f"{path}: the header fits no source.{nearest} Name the source with --source, or draft one: "
        f"warehouse source new NAME {path}"
    )


def print_sources(settings: Settings) -> None:
    """Each source with its description and the columns that a file of it must have."""
    for source in all_sources(settings, _warn):
        console.print(f"[bold]{source.name}[/bold]")
        console.print(f"  {source.settings.description or 'no description'}", markup=False)
        if source.settings.database:
            console.print("  Reads a database; see [database] in its source.toml.", markup=False)
        else:
            console.print(f"  Needs        {', '.join(needs(source))}", markup=False)


def _warn(line: str) -> None:
    errors.print(line, markup=False)


def needs(source: Source) -> list[str]:
    """The columns without which the source refuses a file, by name."""
    return [column for column in sorted(_read(source)) if _lacks(source, {column})]


def _shown(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")


def _title(source: Source) -> str:
    return source.settings.description.split(".")[0].rstrip(": ") or source.name


def _fit(source: Source, header: set[str]) -> Fit | None:
    """None for a source of a database, or of files without a header."""
    if source.settings.database or any(table.columns for table in source.settings.tables.values()):
        return None
    read = _read(source)
    found = read & (header | _known_otherwise(source, header))
    return Fit(source, len(found) / len(read), len(found), tuple(sorted(read - found))) if found else None


def _known_otherwise(source: Source, header: set[str]) -> set[str]:
    """Columns that stand in the header under another name of [columns]."""
    named = source.settings.columns.items()
    return {name.lower() for name, others in named if any(other.lower() in header for other in others)}


def _read(source: Source) -> set[str]:
    return {mention.column for mention in find_column_usage(source).columns if not mention.may_be_alias}


def _lacks(source: Source, missing: set[str]) -> bool:
    optional = {name.lower() for table in source.settings.tables.values() for name in table.optional}
    return any(needed_for(source, relation, missing - optional) for relation in source.selects)


def _header(path: Path, scratch: Path) -> set[str]:
    """Names of the columns in lower case; of a folder, those of all its files."""
    if not path.exists():
        raise IngestionError(f"{path}: there is no such file. Give the path of an export, or none for the sample.")
    files = [path] if path.is_file() else sorted(one for one in path.rglob("[!.]*") if one.is_file())
    return {name.lower() for file in files for name in _columns(file, scratch)}


def _columns(path: Path, parent: Path) -> list[str]:
    private_directory(parent)
    with tempfile.TemporaryDirectory(prefix="header-", dir=parent) as scratch:
        try:
            if path.name.lower().removesuffix(".gz").endswith(_TYPED):
                return open_file(path, TableSettings(files=("*",)), Path(scratch)).columns
            head = Path(scratch) / path.name.removesuffix(".gz")
            head.write_bytes(_first_lines(path))
            encoding = find_encoding(head).name
            titles = title_lines(head, encoding)
            return open_file(
                head, TableSettings(files=("*",), encoding=encoding, skip_lines=titles), Path(scratch)
            ).columns
        except (IngestionError, SplitError):
            return []


def _first_lines(path: Path) -> bytes:
    """The whole lines of the first block, decompressed."""
    block = next(islice(byte_blocks(path), 1), b"")
    return block if len(block) < BLOCK_BYTES else block[: block.rfind(b"\n") + 1]
