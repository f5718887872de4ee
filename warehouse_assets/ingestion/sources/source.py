"""A source: one folder with `source.toml` and up to three SELECTs, and no Python."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ValidationError

from warehouse_assets.ingestion.errors import SourceError
from warehouse_assets.ingestion.sources.canonical import FIELDS, RELATIONS, Relation
from warehouse_assets.ingestion.sources.file_patterns import may_name
from warehouse_assets.ingestion.sources.settings import (
    DatabaseSettings,
    MoneySettings,
    SelectSettings,
    SourceSettings,
    TableSettings,
)

_PARTS: Mapping[str, type[BaseModel]] = {
    "tables": TableSettings,
    "money": MoneySettings,
    "database": DatabaseSettings,
    **dict.fromkeys(RELATIONS, SelectSettings),
}


_NOT_READ = re.compile(r"--\s*not read:(.*)", re.IGNORECASE)


@dataclass(frozen=True)
class Source:
    """A shop's export mapped to the canonical relations."""

    name: str
    folder: Path
    settings: SourceSettings
    selects: Mapping[Relation, str] = field(default_factory=dict)

    namespace: str = ""
    """Sources that share customers have the same one; the source's own name otherwise."""

    def __post_init__(self) -> None:
        if not self.namespace:
            object.__setattr__(self, "namespace", self.name)

    @property
    def left_out(self) -> set[str]:
        """Columns that a comment `-- not read: a, b` of a SELECT names, in lower case: they are left out on purpose."""
        found = (line for text in self.selects.values() for line in _NOT_READ.findall(text))
        return {name.strip().strip('"').lower() for line in found for name in line.split(",")}

    @property
    def own_tables(self) -> tuple[str, ...]:
        """The tables whose files make a delivery; the others are shared by all deliveries."""
        return tuple(name for name, table in self.settings.tables.items() if not table.shared)

    @property
    def relations_of_shared_tables(self) -> frozenset[Relation]:
        """Relations whose driving table is shared: their records are loaded once, not with every delivery."""
        tables = self.settings.tables
        driving = {relation: getattr(self.settings, relation).driving for relation in self.selects}
        return frozenset(name for name, table in driving.items() if table is not None and tables[table].shared)

    def driving_table(self, relation: Relation) -> str:
        """The table whose rows the SELECT maps one to one, unless declared otherwise."""
        named = getattr(self.settings, relation).driving
        if named:
            return str(named)
        if len(self.settings.tables) == 1:
            return next(iter(self.settings.tables))
        raise SourceError(
            f'{self.folder / "source.toml"}: several tables, so [{relation}] needs driving = "<table>": '
            f"the one whose rows {relation}.sql gives"
        )


def list_sources(sources_path: Path) -> list[str]:
    """Names of all sources, sorted."""
    return sorted(path.parent.name for path in sources_path.glob("*/source.toml"))


def read_source(sources_path: Path, name: str) -> Source:
    """The source's folder, checked. Raises SourceError with the place to correct."""
    folder = sources_path / name
    path = folder / "source.toml"
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or not path.is_file():
        known = ", ".join(list_sources(sources_path)) or "none"
        raise SourceError(f"There is no source {name!r} in {sources_path}; known: {known}.")
    settings = _read_settings(path)
    selects = {
        relation: _read_select(place) for relation in RELATIONS if (place := folder / f"{relation}.sql").is_file()
    }
    if not selects:
        raise SourceError(f"{folder} has none of customers.sql, sales.sql and reviews.sql; add at least one.")
    _check_names(path, settings)
    source = Source(name, folder, settings, selects, _namespace(sources_path, name))
    if "sales" in selects and settings.refund_files:
        _check_refund_files(path, source)
    return source


def _check_refund_files(path: Path, source: Source) -> None:
    """Patterns of refunds must be able to name a file of the sales: else the refunds would count as sales."""
    table = source.driving_table("sales")
    patterns = source.settings.tables[table].patterns(table)
    for pattern in source.settings.refund_files:
        if not any(may_name(pattern, other) for other in patterns):
            raise SourceError(
                f"{path}: refund_files names {pattern!r}, which no file of tables.{table} can have: its patterns are "
                f"{', '.join(patterns)}. Write it as a path of one of these, or as the file's name alone."
            )


def _read_select(path: Path) -> str:
    try:
        return re.sub(r";\s*((--[^\n]*)?\s*)*$", "", path.read_text(encoding="utf-8").strip())
    except UnicodeDecodeError:
        raise SourceError(f"{path} is not UTF-8; save it as UTF-8.") from None


def _read_settings(path: Path) -> SourceSettings:
    try:
        return SourceSettings.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SourceError(f"{path} is not valid TOML: {error}.") from None
    except ValidationError as error:
        raise SourceError(f"{path}:\n" + "\n".join(_explain(error))) from None


def _explain(error: ValidationError) -> Iterator[str]:
    for problem in error.errors():
        place = ".".join(str(part) for part in problem["loc"]) or "file"
        if problem["type"] == "extra_forbidden":
            yield f"  {place}: {_no_setting(problem['loc'])}"
        else:
            yield f"  {place}: {problem['msg'].removeprefix('Value error, ')}"


def _no_setting(location: Sequence[int | str]) -> str:
    """What stands there instead: the settings of that part of the file, the nearest one first."""
    part = str(location[0]) if len(location) > 1 else ""
    name, known = str(location[-1]), list(_PARTS.get(part, SourceSettings).model_fields)
    if part and name in SourceSettings.model_fields:
        return f"is a setting of the whole source: write it above the first line in brackets, not under [{part}]"
    if places := [f"[{other}]" for other, model in _PARTS.items() if name in model.model_fields and other != part]:
        return f"is no setting here; it belongs under {' or '.join(places).replace('[tables]', '[tables.<name>]')}"
    return f"is no setting;{near(name, known)} known are: {', '.join(sorted(known))}"


def near(name: str, known: Iterable[str]) -> str:
    """` did you mean x?` where a known name is much like it; else nothing."""
    found = difflib.get_close_matches(name, list(known), n=1)
    return f" did you mean {found[0]!r}?" if found else ""


def _check_names(path: Path, settings: SourceSettings) -> None:
    """Settings that name a canonical column or a table must name one that exists."""
    for setting, kind in (("date_formats", "date"), ("normalise", "id")):
        fields = {name for relation in FIELDS.values() for name, field in relation.items() if field.kind == kind}
        for name in sorted(set(getattr(settings, setting)) - fields):
            raise SourceError(
                f"{path}: {setting}.{name} is no canonical column of this kind ({kind});{near(name, fields)} known "
                f"are: {', '.join(sorted(fields))}."
            )
    for relation in RELATIONS:
        driving = getattr(settings, relation).driving
        if driving and driving not in settings.tables:
            raise SourceError(
                f"{path}: {relation}.driving names {driving!r}, which is no table of this source; "
                f"known are: {', '.join(settings.tables)}."
            )


def _namespace(sources_path: Path, name: str) -> str:
    """The source whose customer numbers count: of those that share customers, the one that names no other.

    So the keys of a source that is there already stay the same when a new one joins it.
    """
    shares = {other: _shares(sources_path / other / "source.toml") for other in list_sources(sources_path)}
    unknown = sorted(set(shares[name]) - set(shares))
    if unknown:
        raise SourceError(
            f"{sources_path / name / 'source.toml'}: shares_customers_with names {unknown[0]!r}, which is no "
            f"source;{near(unknown[0], shares)} known are: {', '.join(shares)}."
        )
    together, size = {name}, 0
    while len(together) > size:
        size = len(together)
        together |= {other for other, named in shares.items() if together & {other, *named}}
        together |= {named for other in together for named in shares.get(other, ())}
    return min([other for other in together if not shares.get(other)] or together)


def _shares(path: Path) -> tuple[str, ...]:
    """What a source shares customers with; a file that cannot be read tells when its own source is read."""
    state = path.stat()
    return _shares_at(path, state.st_size, state.st_mtime_ns)


@lru_cache(maxsize=1024)  # each source asks about all others
def _shares_at(path: Path, size: int, modified_ns: int) -> tuple[str, ...]:
    try:
        named = tomllib.loads(path.read_text(encoding="utf-8")).get("shares_customers_with", ())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return ()
    return tuple(name for name in named if isinstance(name, str)) if isinstance(named, list) else ()
