"""Numbers and dates as English and French readers write them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, Literal

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import (
    format_compact_currency,
    format_compact_decimal,
    format_currency,
    format_decimal,
    format_percent,
)

from warehouse_assets.bi.text import Language

Kind = (
    Literal["text", "money", "count", "number", "percent", "days", "years"]
    | Literal["month", "month_name", "quarter", "year", "day", "week", "date", "time"]
)
"""How a value is shown; the first ones after `text` are the registry's formats."""

NOTHING = "–"
UNKNOWN_CURRENCY = "XXX"
NUMBERS: frozenset[str] = frozenset({"money", "count", "number", "percent", "days", "years"})
_COMPACT_FROM = 1_000_000


@cache
def locale_of(language: Language) -> Locale:
    """Babel's rules; English dates read day, month, year."""
    return Locale.parse("fr_FR" if language == "fr" else "en_GB")


def show(value: Any, kind: Kind, language: Language, currency: str | None = None) -> str:
    """The value as text; a dash for NULL. Money of the unknown currency has no sign."""
    if value is None:
        return NOTHING
    if kind == "text":
        return str(value)
    if kind == "time":  # two equal moments may be of two zones
        return _FORMS[kind](value, locale_of(language))
    return _show(value, kind, language, currency)


@lru_cache(maxsize=65_536)
def _show(value: Any, kind: Kind, language: Language, currency: str | None) -> str:
    """Babel takes longer over the numbers of a page than the database."""
    if kind == "money":
        return _money(value, language, currency)
    return _FORMS[kind](value, locale_of(language))


def show_compact(value: Any, kind: Kind, language: Language, currency: str | None = None) -> str:
    """The value short enough for a headline: 1.23M, 1,23 M."""
    if value is None or kind not in ("money", "count") or abs(value) < _COMPACT_FROM:
        return show(value, kind, language, currency)
    locale = locale_of(language)
    if kind == "money" and currency not in (None, UNKNOWN_CURRENCY):
        return format_compact_currency(value, currency, locale=locale, fraction_digits=2)
    return format_compact_decimal(value, locale=locale, fraction_digits=2)


def show_change(value: Decimal | None, language: Language, *, is_points: bool = False) -> str:
    """A growth with its sign; the difference of two rates in points; a dash for NULL."""
    if value is None:
        return NOTHING
    return show_points(value, language, "+") if is_points else _percent(value, "+#,##0.0", locale_of(language))


def show_points(value: Decimal, language: Language, sign: str = "") -> str:
    """The difference of two rates, in words that both languages share."""
    number = format_decimal(value * 100, format=f"{sign}#,##0.0;-#,##0.0", locale=locale_of(language))
    return f"{number} points"


def _percent(value: Any, form: str, locale: Locale) -> str:
    """French sets a narrow space before the sign."""
    space = "\u202f" if locale.language == "fr" else ""
    signed = f"{form}{space}%"
    return format_percent(value, format=f"{signed};-{signed.removeprefix('+')}", locale=locale)


def _money(value: Any, language: Language, currency: str | None) -> str:
    locale = locale_of(language)
    if currency in (None, UNKNOWN_CURRENCY):
        return format_decimal(value, format="#,##0.00", locale=locale)
    return format_currency(value, currency, locale=locale)


_FORMS: dict[str, Callable[[Any, Locale], str]] = {
    "count": lambda value, locale: format_decimal(value, format="#,##0", locale=locale),
    "number": lambda value, locale: format_decimal(value, format="#,##0.00", locale=locale),
    "percent": lambda value, locale: _percent(value, "#,##0.0", locale),
    "days": lambda value, locale: format_decimal(value, format="#,##0.0", locale=locale),
    "years": lambda value, locale: format_decimal(value, format="#,##0.0", locale=locale),
    "month": lambda value, locale: format_date(value, "MMM y", locale=locale),
    "month_name": lambda value, locale: format_date(value, "LLLL", locale=locale),
    "quarter": lambda value, locale: format_date(value, "QQQ y", locale=locale),
    "year": lambda value, locale: format_date(value, "y", locale=locale),
    "day": lambda value, locale: format_date(value, "d MMM y", locale=locale),
    "week": lambda value, locale: format_date(value, "d MMM y", locale=locale),
    "date": lambda value, locale: format_date(value, "long", locale=locale),
    "time": lambda value, locale: _time(value, locale),
}


def _time(value: datetime, locale: Locale) -> str:
    """Day and minute, in the value's own zone."""
    hour = format_time(value, "short", locale=locale, tzinfo=value.tzinfo)
    return f"{format_date(value, 'medium', locale=locale)}, {hour}"
