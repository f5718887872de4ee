"""Delivered files as tables of a draft: which files form one table, and how a later delivery will be named."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from warehouse_assets.drafting.tables.encodings import Encoding, find_encoding
from warehouse_assets.drafting.tables.families import Family
from warehouse_assets.drafting.tables.nested import Nesting
from warehouse_assets.drafting.tables.profiles import Column
from warehouse_assets.drafting.tables.titles import is_record, title_lines
from warehouse_assets.drafting.weighing.names import words_of
from warehouse_assets.drafting.weighing.vocabulary import REFUNDS
from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.ingestion.readers import sqlite
from warehouse_assets.ingestion.readers.delivered_tables import open_file
from warehouse_assets.ingestion.readers.typed_files import sheet_names, sheet_titles
from warehouse_assets.ingestion.sources.settings import TableSettings

_RESERVED = {"order", "group", "table", "select", "user", "end", "all", "case", "column", "desc", "in", "from", "to"}
_SHEETS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
_TYPED = (".json", ".jsonl", ".ndjson", ".parquet", ".pq", ".sqlite", ".sqlite3", ".db")
_MONTHS = (
    "jan(?:uary|vier|uar)?|feb(?:ruary|ruar)?|fevrier|f[ée]vr?|mar(?:ch|s)?|maerz|m[äa]rz|apr(?:il)?|avr(?:il)?|ma[iy]"
    "|june?|juin|juni|jul[iy]?|juil(?:let)?|aug(?:ust)?|ao[uû]t|sept?(?:ember|embre)?|o[ck]t(?:ober|obre)?"
    "|nov(?:ember|embre)?|de[cz](?:ember|embre)?|d[ée]c(?:embre)?"
)
_VARYING = re.compile(
    rf"(?:(?<=[-_. ])|^)(?:{_MONTHS})(?=[-_. ]|$)"
    r"|(?:[-_. ]|^)*(?:\d{4}[-_.]?\d{2}(?:[-_.]?\d{2})?|\d+)(?=[-_. ]|$)"
    r"|[-_ ]?\(\d+\)|[-_. ]?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    re.IGNORECASE,
)
"""What changes in a file's name from month to month: dates, numbers, names of months, copies, random ids."""
DATED = re.compile(r"(?<!\d)(\d{4})-(\d{2})(?:-(\d{2}))?(?!\d)")


@dataclass
class DraftTable:
    """A table of the draft: its files, the table inside them, and its profiled columns."""

    name: str
    paths: list[Path]
    inside: str | None = None
    columns: list[Column] = field(default_factory=list)
    rows: int = 0
    nesting: Nesting = field(default_factory=Nesting)
    skip_lines: int = 0
    encoding: Encoding = field(default_factory=lambda: Encoding(None))
    given_names: tuple[str, ...] = ()
    """Names of the columns of files without a header: their first line is a record."""
    family: Family | None = None
    repeats: int = 0
    """Rows that repeat another row in every column."""
    sums: int = 0
    """Rows that sum up the others."""
    sum_label: str | None = None
    """The column in which they say so."""
    sum_sign: str | None = None
    """A column that nearly all other rows fill, and none of them."""
    refunds: list[Path] = field(default_factory=list)
    """Those of its files whose names speak of refunds."""
    signed_refunds: str = ""
    """Why its files of refunds are as any other: numbers below 0 tell what came back."""
    unread: int = 0
    """Columns that were left out of a very wide table because their names and values say nothing."""

    @property
    def own_columns(self) -> list[Column]:
        """What belongs to the record itself, and not to the elements of its list."""
        return [column for column in self.columns if not column.is_item]

    @cached_property
    def key(self) -> Column | None:
        """The first column that is unique."""
        return next((column for column in self.own_columns if column.is_unique), None)

    @property
    def settings(self) -> TableSettings:
        return TableSettings(
            files=("*",),
            inside=self.inside,
            skip_lines=self.skip_lines,
            encoding=self.encoding.name,
            header=not self.given_names,
            columns=self.given_names,
        )

    @property
    def refund_patterns(self) -> list[str]:
        """Patterns that name its files of refunds, and those of a later export."""
        return sorted({_pattern(path.name) for path in self.refunds})

    def patterns(self, tables: Sequence[DraftTable]) -> list[str]:
        """Patterns that name these files and those of a later export, and no file of another table."""
        others = [path.name for table in tables if table is not self and not self.inside for path in table.paths]
        found = set()
        for path in self.paths:
            pattern = _pattern(path.name)
            found.add(path.name if any(_matches(pattern, other) for other in others) else pattern)
        return sorted(found)


def find_tables(files: Sequence[Path], scratch: Path) -> list[DraftTable]:
    """The files as tables: files with the same columns whose names differ in a date or number form one."""
    groups: dict[tuple[str, str | None, int, Encoding, bool], dict[tuple[str, ...], list[Path]]] = {}
    for path in _all_files(files):
        encoding = find_encoding(path) if _is_text(path) else Encoding(None)
        for inside in _insides(path):
            titles = _titles(path, inside, encoding.name)
            settings = TableSettings(files=("*",), inside=inside, skip_lines=titles, encoding=encoding.name)
            columns = open_file(path, settings, scratch).columns
            bare = _may_lack_header(path) and is_record(columns)
            names = _numbered(len(columns)) if bare else tuple(sorted(columns))
            group = groups.setdefault((inside or _stable(path), inside, titles, encoding, bare), {})
            group.setdefault(names, []).append(path)
    tables: dict[str, DraftTable] = {}
    columns_of: dict[str, tuple[str, ...]] = {}
    for (name, inside, titles, encoding, bare), kinds in groups.items():
        # t1, t2 and t3 of which one has other columns are no parts of one table.
        parts = list(kinds.items())
        if len(kinds) > 1:
            parts = [(names, [path]) for names, paths in kinds.items() for path in paths]
        for names, paths in parts:
            own = _identifier(name if len(kinds) == 1 else _stem(paths[0]))
            own = own if own not in tables else f"{own}_{len(tables) + 1}"
            given = names if bare else ()
            tables[own] = DraftTable(own, paths, inside, skip_lines=titles, encoding=encoding, given_names=given)
            columns_of[own] = names
    _take_refunds(tables, columns_of)
    if not tables:
        raise IngestionError("No files to look at: give the files of one export, or a folder that holds them.")
    return list(tables.values())


def _take_refunds(tables: dict[str, DraftTable], columns_of: Mapping[str, tuple[str, ...]]) -> None:
    """Files of refunds with the columns of sales become files of the sales' table."""
    words = {name: words_of(name) for name in tables if not tables[name].inside}
    refunds = [name for name, found in words.items() if {*found, "".join(found)} & REFUNDS]
    for name in refunds:
        same = [other for other in tables if other not in refunds and columns_of[other] == columns_of[name]]
        if len(same) == 1 and tables[same[0]].settings == tables[name].settings:
            taken = tables.pop(name)
            tables[same[0]].paths += taken.paths
            tables[same[0]].refunds += taken.paths


def _all_files(files: Sequence[Path]) -> Iterator[Path]:
    for path in files:
        if not path.exists():
            raise IngestionError(f"{path}: no such file.")
        inner = path.rglob("[!.]*") if path.is_dir() else [path]
        yield from sorted(found for found in inner if found.is_file())


def _may_lack_header(path: Path) -> bool:
    return _is_text(path) or path.name.lower().removesuffix(".gz").endswith(_SHEETS)


def _numbered(width: int) -> tuple[str, ...]:
    """Names of columns that have none; in their order, which the first line gives."""
    return tuple(f"column_{n}" for n in range(1, width + 1))


def _is_text(path: Path) -> bool:
    return not path.name.lower().removesuffix(".gz").endswith((*_SHEETS, *_TYPED))


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


def _titles(path: Path, inside: str | None, encoding: str | None) -> int:
    """Lines above the header, in the kinds of files that people write by hand."""
    if path.name.lower().removesuffix(".gz").endswith(_SHEETS):
        return sheet_titles(path, inside)
    return title_lines(path, encoding) if _is_text(path) else 0


def _stem(path: Path) -> str:
    return path.name.split(".")[0]


def _stable(path: Path) -> str:
    """The name without what changes from month to month."""
    return re.sub(r"^[-_. ]+|[-_. ]+$", "", _VARYING.sub("", _stem(path))) or _stem(path)


def _identifier(text: str) -> str:
    name = re.sub(r"\W+", "_", text.lower(), flags=re.ASCII).strip("_") or "export"
    name = f"t_{name}" if name[0].isdigit() else name
    return f"{name}_rows" if name in _RESERVED or name.startswith(("canonical_", "keyed_", "kept_")) else name


def _pattern(name: str) -> str:
    """A pattern for this file and the next month's: what varies is a star, and so is what may follow the name."""
    stem, dot, ending = name.partition(".")
    varying = _VARYING.sub("*", stem)
    if not re.search(r"[^\W\d_]", varying):
        return f"*{dot}{ending}"
    return re.sub(r"[-_. ]*\*+", "*", f"{varying}*") + dot + ending


def _matches(pattern: str, name: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), name, re.IGNORECASE) is not None
