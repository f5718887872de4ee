"""What the values of a delivered column look like."""

from __future__ import annotations

import re
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from warehouse_assets.drafting.nested import Inner
from warehouse_assets.ingestion.contract.frame import TEXT, Mask
from warehouse_assets.ingestion.contract.places import find_country
from warehouse_assets.ingestion.contract.values import parse_dates
from warehouse_assets.ingestion.sources.settings import day_order

SAMPLE = 400
"""Distinct values of a column that are looked at."""
ISO = ""
"""In the place of a strptime format: dates as ISO 8601 writes them."""
DATE_FORMATS = (
    "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d", "%Y%m%d", "%Y.%m.%d",
    "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M", "%d.%m.%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S",
    "%d.%m.%Y %H:%M:%S", "%d-%m-%Y %H:%M", "%Y/%m/%d %H:%M:%S", "%d/%m/%y", "%m/%d/%y", "%d.%m.%y", "%d %b %Y",
    "%d-%b-%Y", "%d-%b-%y", "%b %d, %Y", "%d %B %Y", "%B %d, %Y", "%m/%d/%Y %I:%M %p", "%Y%m%d%H%M%S",
)  # fmt: skip
_PLAIN = re.compile(r"[+-]?\d+(\.\d+)?")
_SIGN = r"[^\d.,'+\-()\s]{0,3}"
_AMOUNT = re.compile(rf"\(?\s*(?P<lead>{_SIGN})\s*[+-]?\s*\d[\d.,'\s]*(?P<trail>{_SIGN})\s*\)?-?")
_GENDERS = {
    "f", "m", "female", "male", "femme", "homme", "frau", "mann", "w", "h", "d", "other", "autre", "x", "divers",
}  # fmt: skip


@dataclass(frozen=True)
class Dates:
    """Formats that together read a sample, the share that they read, and formats that read it otherwise."""

    formats: tuple[str, ...]
    share: float
    rivals: tuple[str, ...] = ()


NO_DATES = Dates((), 0.0)


@dataclass(frozen=True)
class Column:
    """One column of a table: how often it has a value, how many distinct ones, and a sample of those."""

    table: str
    name: str
    rows: int
    present: int
    distinct: int
    sample: Sequence[str] = field(repr=False, compare=False)
    inner: Inner | None = None
    """Where it lies inside a column of nested JSON."""

    @property
    def is_item(self) -> bool:
        """Whether it is of a thing in a list, which makes a row of its own."""
        return self.inner is not None and self.inner.is_item

    @property
    def label(self) -> str:
        """What its name says of its meaning."""
        return self.inner.label if self.inner else self.name

    @property
    def is_unique(self) -> bool:
        """Whether it could be the key of its table."""
        return self.rows > 0 and self.present == self.rows == self.distinct

    @cached_property
    def numbers(self) -> list[float]:
        """The plain numbers of the sample; empty unless nearly all are."""
        found = [float(text) for text in self.sample if _PLAIN.fullmatch(text)]
        return found if found and len(found) >= 0.9 * len(self.sample) else []

    @property
    def is_whole(self) -> bool:
        return bool(self.numbers) and all(number == int(number) for number in self.numbers)

    @cached_property
    def amounts(self) -> list[re.Match[str]]:
        """The texts that could be amounts of money; empty unless nearly all could."""
        found = [match for text in self.sample if (match := _AMOUNT.fullmatch(text))]
        return found if found and len(found) >= 0.9 * len(self.sample) else []

    @cached_property
    def dates(self) -> Dates:
        """How the sample is read as dates; without formats where it is not."""
        if not self.sample or max(map(len, self.sample)) > 40:
            return NO_DATES
        values = pd.Series(list(self.sample), dtype=TEXT)
        iso, formatted = _read(values, ISO), {one: _read(values, one) for one in DATE_FORMATS}
        formats, covered = [ISO] if iso.any() else [], iso
        while covered.mean() < 0.995:
            best = max(DATE_FORMATS, key=lambda one: (formatted[one] & ~covered).sum())
            if (formatted[best] & ~covered).mean() < 0.02:
                break
            formats.append(best)
            covered = covered | formatted[best]
        share = float(covered.mean())
        return Dates(tuple(formats), share, _rivals(formats, formatted)) if share >= 0.8 else NO_DATES

    @property
    def is_dates(self) -> bool:
        return bool(self.dates.formats)

    @cached_property
    def is_countries(self) -> bool:
        texts = [text for text in list(self.sample)[:60] if not text.isdecimal()]
        known = sum(find_country(text) is not None for text in texts)
        return bool(texts) and self.distinct <= 300 and known >= 0.7 * len(texts)

    @property
    def is_genders(self) -> bool:
        return 1 < len(self.sample) <= 8 and {text.lower() for text in self.sample} <= _GENDERS | {"", "unknown", "n/a"}

    @property
    def is_emails(self) -> bool:
        return bool(self.sample) and sum("@" in text for text in self.sample) >= 0.8 * len(self.sample)

    @property
    def is_ages(self) -> bool:
        return self.is_whole and 10 <= statistics.median(self.numbers) <= 90 and self.distinct <= 130

    @property
    def is_currencies(self) -> bool:
        return bool(self.sample) and all(re.fullmatch("[A-Za-z]{3}", text) for text in self.sample)

    @property
    def is_ratings(self) -> bool:
        return bool(self.numbers) and min(self.numbers) >= 0 and max(self.numbers) <= 10 and self.distinct <= 21


def _read(values: pd.Series, date_format: str) -> Mask:
    """What a format alone reads as a day between 1900 and 2100."""
    if date_format:
        days = pd.to_datetime(values.astype(object), format=date_format, errors="coerce")
    else:
        days = parse_dates(values, [], "UTC").day
    found: Mask = days.between(pd.Timestamp(1900, 1, 1), pd.Timestamp(2100, 1, 1)).to_numpy(dtype=bool)
    return found


def _rivals(formats: Sequence[str], formatted: Mapping[str, Mask]) -> tuple[str, ...]:
    """Formats that read just as much as a chosen one with day and month in the other order."""
    return tuple(
        other
        for one in formats
        for other in DATE_FORMATS
        if one and other != one and sorted(one) == sorted(other) and day_order(one) != day_order(other)
        and (formatted[one] == formatted[other]).all()
    )  # fmt: skip
