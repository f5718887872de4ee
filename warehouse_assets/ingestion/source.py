"""A source: one folder with `source.toml` and up to three SELECTs, and no Python."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from warehouse_assets.ingestion.canonical import FIELDS, RELATIONS, Relation
from warehouse_assets.ingestion.errors import SourceError

DayOrder = Literal["day first", "month first"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MoneySettings(_Strict):
    """How amounts are written: signs of decimals and thousands, and the currencies' symbols."""

    decimal: str = "."
    thousands: str = ","
    symbols: Mapping[str, str] = Field(default_factory=dict)


class TableSettings(_Strict):
    """One table that the SELECTs may read: the files that hold it and how they are written."""

    files: tuple[str, ...]
    delimiter: str | None = None
    encoding: str | None = None
    header: bool = True
    columns: tuple[str, ...] = ()
    collapse_spaces: bool = False


class SelectSettings(_Strict):
    """What one SELECT does to the rows of its driving table."""

    driving: str | None = None
    may_lose: bool = False
    may_multiply: bool = False


class SourceSettings(_Strict):
    """`source.toml`, setting by setting."""

    description: str = ""
    tables: Mapping[str, TableSettings]
    time_zone: str = "UTC"
    date_formats: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    money: MoneySettings = MoneySettings()
    default_currency: str = Field(default="XXX", pattern="^[A-Z]{3}$")
    default_country: str | None = None
    normalise: Mapping[str, tuple[Literal["trim", "lower"], ...]] = Field(default_factory=dict)
    cancelled_statuses: tuple[str, ...] = ()
    churned_statuses: tuple[str, ...] = ()
    negative_quantity: Literal["reject", "return"] = "reject"
    nonpositive_price: Literal["reject", "keep"] = "reject"
    duplicates: Literal["drop", "keep"] = "drop"
    same_name: Literal["replace", "append"] = "replace"
    exported_on: date | str | None = None
    split_key: tuple[str, ...] = ()
    shares_customers_with: tuple[str, ...] = ()
    never_read: tuple[str, ...] = ()
    customers: SelectSettings = SelectSettings()
    sales: SelectSettings = SelectSettings()
    reviews: SelectSettings = SelectSettings()

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError(f"{value!r} is no time zone; write it as in Europe/Paris") from None
        return value

    @field_validator("exported_on")
    @classmethod
    def _usable_export_day(cls, value: date | str | None) -> date | str | None:
        try:
            groups = set(re.compile(value).groupindex) if isinstance(value, str) else {"year", "month"}
        except re.error as error:
            raise ValueError(f"{value!r} is no regular expression: {error}") from None
        if not {"year", "month"} <= groups:
            raise ValueError(
                r"a pattern needs the groups (?P<year>\d{4}), (?P<month>\d{2}) and may have (?P<day>\d{2})"
            )
        return value

    @model_validator(mode="after")
    def _one_day_order(self) -> SourceSettings:
        for column, formats in self.date_formats.items():
            if {"day first", "month first"} <= {order for text in formats if (order := day_order(text))}:
                raise ValueError(
                    f"date_formats.{column} holds both day-first and month-first formats, and no date could "
                    "tell them apart; let the SELECT decide by another column and give it one of them"
                )
        return self


def day_order(date_format: str) -> DayOrder | None:
    """Whether a strptime format puts the day or the month first; None where the year leads or it is named."""
    marks = re.findall(r"%-?([dmYyBb])", date_format)
    if not marks or marks[0] in "YyBb" or "m" not in marks:
        return None
    return "day first" if marks.index("m") > 0 and marks[0] == "d" else "month first"


@dataclass(frozen=True)
class Source:
    """A shop's export mapped to the canonical relations."""

    name: str
    folder: Path
    settings: SourceSettings
    selects: Mapping[Relation, str] = field(default_factory=dict)

    @property
    def namespace(self) -> str:
        """Sources that share customers have the same namespace: the first of their names."""
        return min((self.name, *self.settings.shares_customers_with))

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
    """The source's folder, checked. Raises SourceError with the place to mend."""
    folder = sources_path / name
    path = folder / "source.toml"
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or not path.is_file():
        known = ", ".join(list_sources(sources_path)) or "none"
        raise SourceError(f"There is no source {name!r} in {sources_path}; known: {known}.")
    settings = _read_settings(path)
    selects = {
        relation: text.read_text(encoding="utf-8").strip().rstrip(";")
        for relation in RELATIONS
        if (text := folder / f"{relation}.sql").is_file()
    }
    if not selects:
        raise SourceError(f"{folder} has none of customers.sql, sales.sql and reviews.sql; add at least one.")
    _check_names(path, settings)
    return Source(name, folder, settings, selects)


def _read_settings(path: Path) -> SourceSettings:
    try:
        return SourceSettings.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except tomllib.TOMLDecodeError as error:
        raise SourceError(f"{path} is not valid TOML: {error}.") from None
    except ValidationError as error:
        raise SourceError(f"{path}:\n" + "\n".join(_explain(error))) from None


def _explain(error: ValidationError) -> Sequence[str]:
    known = ", ".join(sorted(SourceSettings.model_fields))
    lines = []
    for problem in error.errors():
        place = ".".join(str(part) for part in problem["loc"]) or "file"
        unknown = problem["type"] == "extra_forbidden"
        what = f"is no setting; known are: {known}" if unknown else problem["msg"]
        lines.append(f"  {place}: {what}")
    return lines


def _check_names(path: Path, settings: SourceSettings) -> None:
    """Settings that name a canonical column must name one that exists."""
    fields: Mapping[str, Any] = {name: kind for relation in FIELDS.values() for name, kind in relation.items()}
    for setting in ("date_formats", "normalise"):
        unknown = sorted(set(getattr(settings, setting)) - set(fields))
        if unknown:
            raise SourceError(
                f"{path}: {setting}.{unknown[0]} is no canonical column; known are: {', '.join(sorted(fields))}."
            )
