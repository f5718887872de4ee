"""Delivered files as tables of a draft: which files are one table, and how a later delivery will be named."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb

from warehouse_assets.drafting.nested import Inner, Nesting, find_nesting, widen
from warehouse_assets.drafting.profiles import SAMPLE, Column
from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.ingestion.readers import sqlite
from warehouse_assets.ingestion.readers.delivered_tables import load_table, open_file
from warehouse_assets.ingestion.readers.typed_files import sheet_names, sheet_titles
from warehouse_assets.ingestion.readers.workspace import folder_of, quoted
from warehouse_assets.ingestion.sources.column_usage import SOURCE_LINE
from warehouse_assets.ingestion.sources.settings import TableSettings
from warehouse_assets.splitting import title_lines

_RESERVED = {"order", "group", "table", "select", "user", "end", "all", "case", "column", "desc", "in", "from", "to"}
_SHEETS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
_TYPED = (".json", ".jsonl", ".ndjson", ".parquet", ".pq", ".sqlite", ".sqlite3", ".db")
_VARYING = re.compile(r"[-_. ]*(?:\d{4}[-_.]?\d{2}(?:[-_.]?\d{2})?|\d{6,8}|\d+)(?=[-_. ]|$)")
DATED = re.compile(r"(?<!\d)(\d{4})-(\d{2})(?:-(\d{2}))?(?!\d)")


@dataclass
class DraftTable:
    """A table of the draft: its files, which table of them is meant, and its profiled columns."""

    name: str
    paths: list[Path]
    inside: str | None = None
    columns: list[Column] = field(default_factory=list)
    rows: int = 0
    nesting: Nesting = field(default_factory=Nesting)
    skip_lines: int = 0

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def own_columns(self) -> list[Column]:
        """What is said of the record itself, not of the things in its list."""
        return [column for column in self.columns if not column.is_item]

    @property
    def settings(self) -> TableSettings:
        return TableSettings(files=("*",), inside=self.inside, skip_lines=self.skip_lines)

    @property
    def patterns(self) -> list[str]:
        """Patterns that name these files and, with another date or number in the name, the next ones."""
        dated = len(self.paths) > 1 or any(DATED.search(path.name) for path in self.paths)
        return sorted({_pattern(path.name) if dated else path.name for path in self.paths})


def find_tables(files: Sequence[Path], scratch: Path) -> list[DraftTable]:
    """The files as tables: those with the same columns whose names differ in a date or number only are one."""
    groups: dict[tuple[str, str | None, int], dict[tuple[str, ...], list[Path]]] = {}
    for path in _all_files(files):
        for inside in _insides(path):
            titles = _titles(path, inside)
            settings = TableSettings(files=("*",), inside=inside, skip_lines=titles)
            columns = open_file(path, settings, scratch).columns
            stem = _VARYING.sub("", _stem(path)) or _stem(path)
            groups.setdefault((inside or stem, inside, titles), {}).setdefault(tuple(sorted(columns)), []).append(path)
    tables: dict[str, DraftTable] = {}
    for (name, inside, titles), kinds in groups.items():
        # t1, t2 and t3 of which one has other columns are no parts of one table.
        parts = list(kinds.values()) if len(kinds) == 1 else [[path] for paths in kinds.values() for path in paths]
        for paths in parts:
            own = _identifier(name if len(kinds) == 1 else _stem(paths[0]))
            own = own if own not in tables else f"{own}_{len(tables) + 1}"
            tables[own] = DraftTable(own, paths, inside, skip_lines=titles)
    if not tables:
        raise IngestionError("There is no file to look at; give the files of one export.")
    return list(tables.values())


def load_profiles(workspace: duckdb.DuckDBPyConnection, table: DraftTable) -> None:
    """Brings the whole table to the workspace, and profiles its columns."""
    files = [open_file(path, table.settings, folder_of(workspace)) for path in table.paths]
    names = list(dict.fromkeys(name for file in files for name in file.columns if name != SOURCE_LINE))
    table.rows = load_table(workspace, table.name, files, names)
    table.nesting, rows = find_nesting(workspace, table.name, names), table.rows
    if table.nesting.inner:
        names, rows, records = widen(workspace, table.name, names, table.nesting)
        table.nesting = replace(table.nesting, empty=table.rows - records)
    inner = {one.name: one for one in table.nesting.inner}
    table.columns = [_profile(workspace, table.name, rows, name, inner.get(name)) for name in names]


def _profile(workspace: duckdb.DuckDBPyConnection, table: str, rows: int, name: str, inner: Inner | None) -> Column:
    text = f"nullif(trim({quoted(name)}), '')"
    counts = f"select count({text}), count(distinct {text}) from {quoted(table)}"
    present, distinct = workspace.execute(counts).fetchone() or (0, 0)
    distinct_texts = f"select distinct {text} as sampled from {quoted(table)} where sampled is not null"
    query = f"{distinct_texts} order by md5(sampled) limit {SAMPLE}"
    sample = [str(row[0]) for row in workspace.execute(query).fetchall()]
    return Column(table, name, rows, int(present), int(distinct), sample, inner)


def _all_files(files: Sequence[Path]) -> Iterator[Path]:
    for path in files:
        if not path.exists():
            raise IngestionError(f"{path}: there is no such file.")
        inner = path.rglob("[!.]*") if path.is_dir() else [path]
        yield from sorted(found for found in inner if found.is_file())


def _insides(path: Path) -> list[str | None]:
    """The tables of a SQLite file or the sheets of a workbook; else the file itself."""
    name = path.name.lower()
    if name.endswith((".sqlite", ".sqlite3", ".db")):
        found = sqlite.table_names(path)
    elif name.endswith(_SHEETS):
        found = sheet_names(path)
    else:
        return [None]
    return [None] if len(found) == 1 else list(found)


def _titles(path: Path, inside: str | None) -> int:
    """Lines above the header, in the kinds of files that people write by hand."""
    name = path.name.lower().removesuffix(".gz")
    if name.endswith(_SHEETS):
        return sheet_titles(path, inside)
    return 0 if name.endswith(_TYPED) else title_lines(path)


def _stem(path: Path) -> str:
    return path.name.split(".")[0]


def _identifier(text: str) -> str:
    name = re.sub(r"\W+", "_", text.lower(), flags=re.ASCII).strip("_") or "export"
    name = f"t_{name}" if name[0].isdigit() else name
    return f"{name}_rows" if name in _RESERVED or name.startswith(("canonical_", "keyed_", "kept_")) else name


def _pattern(name: str) -> str:
    stem, dot, ending = name.partition(".")
    return (_VARYING.sub("*", stem) if _VARYING.sub("", stem) else stem) + dot + ending
