"""How the texts of a column are read as dates: one format per shape, day or month first where values decide it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pandas as pd

from warehouse_assets.ingestion.contract.dates import parse_dates
from warehouse_assets.ingestion.contract.frame import TEXT
from warehouse_assets.ingestion.contract.words.month_names import is_month, with_english_months, without_points
from warehouse_assets.ingestion.sources.date_formats import COUNTED, day_order

ISO = ""
"""Stands in the place of a strptime format for dates as ISO 8601 writes them."""
_EARLIEST, _LATEST = 1900, 2100
_EARLIEST_COUNTED = 1990
_NUMERIC = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")
_YEAR_FIRST = re.compile(r"(\d{4})([/.])(\d{1,2})\2(\d{1,2})(?!\d)|(\d{4})(-)(\d{1,2})-(\d{1,2})(?!\d)")
_PACKED = re.compile(r"(\d{8})(\d{4}|\d{6})?$")
_NAME = r"(?P<name>[^\W\d_]{3,10})(?P<point>\.?)"
_DAY_NAME = re.compile(
    rf"(?P<day>\d{{1,2}})(?P<nth>er|st|nd|rd|th|º)?(?P<lead>\. ?|[ /-])(?P<of>de |d'|of )?{_NAME}"
    r"(?P<trail>,? (?:de |del )?|[/-])(?P<year>\d{4}|\d{2})(?!\d)"
)
_NAME_DAY = re.compile(
    rf"{_NAME}(?P<lead>[ -])(?P<day>\d{{1,2}})(?P<nth>st|nd|rd|th)?(?P<trail>,? |-)(?P<year>\d{{4}}|\d{{2}})(?!\d)"
)
_COUNT = re.compile(r"\d{5}(?:[.,]\d+)?|\d{10}(?:\.\d+)?|\d{13}", re.ASCII)
_COUNTS = {5: "excel", 10: "unix", 13: "unix_ms"}
"""Digits of a number -> what it counts, if it is a day since 1990."""
_TIME = re.compile(
    r"(?P<lead>[ T]|, ?| at | à | um | alle )(\d{1,2}):\d{2}(?P<seconds>:\d{2})?(?P<fraction>\.\d{1,6})?"
    r"(?P<noon> ?[AaPp][Mm])?"
)


@dataclass(frozen=True)
class Dates:
    """The formats that together read a sample, the share that they read, and formats that read it otherwise."""

    formats: tuple[str, ...]
    share: float
    rivals: tuple[str, ...] = ()


NO_DATES = Dates((), 0.0)


def find_dates(texts: Sequence[str], *, may_count: bool = False) -> Dates:
    """The formats of a sample; no formats where fewer than four fifths of it are dates.

    Numbers are dates only where the caller knows that the column holds some: they count days or seconds.
    """
    if not texts or max(map(len, texts)) > 40 or not any(text[:1].isalnum() for text in texts):
        return NO_DATES
    iso = _iso_texts(texts)
    groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for text in texts:
        if text not in iso and (formats := _formats_of(text) or (_count_of(text) if may_count else ())):
            groups[formats].append(text)
    chosen = [_decide(formats, found, groups) for formats, found in groups.items()]
    read = sum(count for _, count, _ in chosen) + len(iso)
    if read < 0.8 * len(texts):
        return NO_DATES
    common = sorted(
        ((one, count, rival) for one, count, rival in chosen if count), key=lambda item: (-item[1], item[0])
    )
    formats = tuple(dict.fromkeys([ISO] * bool(iso) + [one for one, _, _ in common]))
    rivals = tuple(dict.fromkeys(rival for _, _, rival in common if rival))
    return Dates(formats, read / len(texts), rivals)


def _iso_texts(texts: Sequence[str]) -> set[str]:
    if not any(re.match(r"\d{4}-\d{2}-\d{2}", text) for text in texts):
        return set()
    days = parse_dates(pd.Series(list(texts), dtype=TEXT), [], "UTC").day
    usable = days.between(pd.Timestamp(_EARLIEST, 1, 1), pd.Timestamp(_LATEST, 1, 1)).to_numpy(dtype=bool)
    return {text for text, is_date in zip(texts, usable, strict=True) if is_date}


def _count_of(text: str) -> tuple[str, ...]:
    """What a number counts, as a format."""
    return (_COUNTS[len(re.split("[.,]", text)[0])],) if _COUNT.fullmatch(text) else ()


def _formats_of(text: str) -> tuple[str, ...]:
    """The formats that the shape of a text allows, day first before month first."""
    return tuple(dict.fromkeys(day + time for day, rest in _days(text) if (time := _time(rest)) is not None))


def _days(text: str) -> Iterator[tuple[str, str]]:
    """Formats of the day at the beginning of a text, and what follows it."""
    if found := _NUMERIC.match(text):
        sign, year = found[2], "%Y" if len(found[4]) == 4 else "%y"
        yield from ((order.replace("/", sign) + year, text[found.end() :]) for order in ("%d/%m/", "%m/%d/"))
    elif found := _YEAR_FIRST.match(text):
        sign = found[2] or found[6]
        yield f"%Y{sign}%m{sign}%d", text[found.end() :]
    elif found := _PACKED.match(text):
        yield "%Y%m%d" + {0: "", 4: "%H%M", 6: "%H%M%S"}[len(found[2] or "")], ""
    elif (found := _DAY_NAME.match(text)) and is_month(found["name"]):
        yield f"%d{found['lead']}{found['of'] or ''}{_month(found)}{found['trail']}{_year(found)}", text[found.end() :]
    elif (found := _NAME_DAY.match(text)) and is_month(found["name"]):
        yield f"{_month(found)}{found['lead']}%d{found['trail']}{_year(found)}", text[found.end() :]


def _month(found: re.Match[str]) -> str:
    """The sign of a named month, with the point that ends a shortened name."""
    return ("%b" if len(found["name"]) == 3 else "%B") + found["point"]


def _year(found: re.Match[str]) -> str:
    return "%Y" if len(found["year"]) == 4 else "%y"


def _time(text: str) -> str | None:
    """The format of what follows the day; None where it is no time of day."""
    found = _TIME.fullmatch(text) if text else None
    if not text or found is None:
        return None if text else ""
    seconds = ":%S" if found["seconds"] else ""
    fraction = ".%f" if found["fraction"] else ""
    noon = f"{' ' * found['noon'].startswith(' ')}%p" if found["noon"] else ""
    return f"{found['lead']}{'%I' if noon else '%H'}:%M{seconds}{fraction}{noon}"


def _decide(
    formats: tuple[str, ...], texts: Sequence[str], groups: dict[tuple[str, ...], list[str]]
) -> tuple[str, int, str]:
    """The format that reads most of a shape, how many texts it reads, and a rival that reads as many.

    Where the shape itself does not decide between day and month, other shapes with the same sign do.
    """
    counts = [_read_by(one, texts) for one in formats]
    if len(formats) == 1 or counts[0] != counts[1]:
        best = max(range(len(formats)), key=lambda place: counts[place])
        return formats[best], counts[best], ""
    for other, found in groups.items():
        if other != formats and len(other) == 2 and other[0][2] == formats[0][2]:
            first, second = (_read_by(one, found) for one in other)
            if first != second:
                return formats[int(second > first)], counts[0], ""
    for other, found in groups.items():
        # Dates with another sign may have another order: what they tell is a guess, and is named as one.
        if len(other) == 2 and other[0][2] != formats[0][2]:
            first, second = (_read_by(one, found) for one in other)
            if first != second:
                return formats[int(second > first)], counts[0], formats[int(second < first)]
    return formats[0], counts[0], formats[1]


def _read_by(date_format: str, texts: Sequence[str]) -> int:
    """How many of the texts are dates in that format."""
    if date_format in COUNTED:
        years = parse_dates(pd.Series(list(texts), dtype=TEXT), [date_format], "UTC").day.dt.year
        return int(years.between(_EARLIEST_COUNTED, _LATEST).sum())
    return sum(_is_written(text, date_format) for text in texts)


def _is_written(text: str, date_format: str) -> bool:
    english = with_english_months(text, date_format)
    try:
        return _EARLIEST <= datetime.strptime(english, without_points(date_format)).replace(tzinfo=UTC).year <= _LATEST
    except ValueError:
        return False


def one_order(formats: Sequence[str]) -> list[str]:
    """The formats beside ISO, with those of one order of day and month per sign between them."""
    orders: dict[str, str | None] = {}
    kept = []
    for one in formats:
        order, sign = day_order(one) if one else None, one[2:3]
        if one and (order is None or orders.setdefault(sign, order) == order):
            kept.append(one)
    return kept
