"""Text to dates: by the formats of the source, else ISO 8601."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

import numpy as np
import pandas as pd

from warehouse_assets.ingestion.contract.frame import Distinct, Mask, distinct
from warehouse_assets.ingestion.contract.values import MOST_CHARACTERS
from warehouse_assets.ingestion.contract.words.month_names import with_english_months, without_points
from warehouse_assets.ingestion.sources.date_formats import COUNTED

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?)?", re.ASCII)
_DATE_WITH_OFFSET = re.compile(
    r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)? ?(Z|[+-]\d{2}(:?\d{2})?)", re.ASCII
)
_COUNT = re.compile(r"-?\d{1,15}([.,]\d{1,18})?", re.ASCII)
_MICROSECONDS: Mapping[str, int] = {"excel": 86_400_000_000, "unix": 1_000_000, "unix_ms": 1_000}
_FIRST_DAY = pd.Timestamp(1899, 12, 30)
"""Day 0 of spreadsheets: right from day 61 on, as they count a 29 February 1900 that never was."""
_SURE_DAYS = (61, 2_958_465)
_FURTHEST = 250_000_000_000_000_000
"""Microseconds from 1970 to about the year 9892; what is further is no date."""
_MILLISECOND = 1_000


@dataclass(frozen=True)
class Dates:
    """Instants in UTC, local days of the shop, and the mask of unreadable texts."""

    instant: pd.Series
    day: pd.Series
    is_unreadable: Mask


def parse_dates(values: pd.Series, formats: Sequence[str], time_zone: str) -> Dates:
    """Instants from the given formats in their order, else ISO dates and times.

    ISO is taken beside formats too, as typed files have it, unless one of them begins with the year: it could
    mean another order of month and day.
    """
    found = distinct(values)
    texts = pd.Series([text if len(text) <= MOST_CHARACTERS else "" for text in found.texts], dtype=object)
    instants = _formatted(texts, formats, time_zone) if formats else _iso(texts, time_zone)
    if formats and not any(one.startswith("%Y") for one in formats):
        instants = instants.where(instants.notna(), _iso(texts, time_zone))
    days = instants.dt.tz_convert(time_zone).dt.tz_localize(None).dt.normalize()
    instant = _taken(found, instants.dt.tz_localize(None)).dt.tz_localize("UTC")
    return Dates(instant, _taken(found, days), found.marked(instants.isna()))


def _taken(found: Distinct, times: pd.Series) -> pd.Series:
    known = np.append(times.to_numpy("datetime64[us]"), np.datetime64("NaT", "us"))
    return pd.Series(known[found.codes])


def _formatted(texts: pd.Series, formats: Sequence[str], time_zone: str) -> pd.Series:
    instants = pd.Series(pd.NaT, index=texts.index, dtype="datetime64[us, UTC]")
    for date_format in formats:
        todo = instants.isna()
        read = _counted if date_format in COUNTED else _written
        instants[todo] = read(texts[todo], date_format, time_zone)
    return instants


def _written(texts: pd.Series, date_format: str, time_zone: str) -> pd.Series:
    english = texts.map(lambda text: with_english_months(text, date_format))
    parsed = pd.to_datetime(english, format=without_points(date_format), errors="coerce")
    return _in_zone(parsed.astype("datetime64[us]"), time_zone)


def _counted(texts: pd.Series, unit: str, time_zone: str) -> pd.Series:
    """Days of a spreadsheet are local times of the shop; seconds since 1970 are instants."""
    counts = [_microseconds(text, unit) for text in texts]
    known = np.array(["NaT" if count is None else count for count in counts], dtype="datetime64[us]")
    times = pd.Series(known, index=texts.index)
    if unit != "excel":
        return times.dt.tz_localize("UTC")
    return _in_zone(times + (_FIRST_DAY - pd.Timestamp(1970, 1, 1)), time_zone)


def _microseconds(text: str, unit: str) -> int | None:
    if not _COUNT.fullmatch(text):
        return None
    count = Decimal(text.replace(",", "."))
    if unit == "excel" and not _SURE_DAYS[0] <= count <= _SURE_DAYS[1]:
        return None
    # A day's fraction is stored in binary: noon and a half is 0.520833333336.
    step = _MILLISECOND if unit == "excel" else 1
    found = int((count * _MICROSECONDS[unit] / step).quantize(Decimal(1), ROUND_HALF_EVEN)) * step
    return found if abs(found) <= _FURTHEST else None


def _iso(texts: pd.Series, time_zone: str) -> pd.Series:
    local = texts.where(texts.map(_is(_DATE)))
    instants = _in_zone(_from_iso(local).dt.tz_localize(None), time_zone)
    with_offset = texts.where(texts.map(_is(_DATE_WITH_OFFSET)))
    return instants.where(instants.notna(), _from_iso(with_offset))


def _is(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: pattern.fullmatch(text) is not None


def _from_iso(texts: pd.Series) -> pd.Series:
    return pd.to_datetime(texts, format="ISO8601", errors="coerce", utc=True).astype("datetime64[us, UTC]")


def _in_zone(local: pd.Series, time_zone: str) -> pd.Series:
    """Local times as instants; an hour that exists twice is its second, one that does not, the next."""
    ambiguous = np.zeros(len(local), dtype=np.bool_)
    zoned = local.dt.tz_localize(time_zone, ambiguous=ambiguous, nonexistent="shift_forward")
    instants: pd.Series = zoned.dt.tz_convert("UTC")
    return instants
