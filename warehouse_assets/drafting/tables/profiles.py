"""What the values of a delivered column look like."""

from __future__ import annotations

import re
import statistics
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from math import ceil

from babel import Locale
from babel.core import UnknownLocaleError

from warehouse_assets.drafting.tables.dates import Dates, find_dates
from warehouse_assets.drafting.tables.nested import Inner
from warehouse_assets.drafting.weighing.names import says_date
from warehouse_assets.ingestion.contract.places import find_country

SAMPLE = 400
"""Distinct values of a column that are looked at."""
_PLAIN = re.compile(r"[+-]?\d+(\.\d+)?")
_WHOLE_WITH_POINT = re.compile(r"\d+\.0+", re.ASCII)
_FRACTION = re.compile(r".*\d[.,]\d{1,4}\D*")
_SIGN = r"[^\d.,'+\-()\s]{0,3}"
_AMOUNT = re.compile(rf"\(?\s*(?P<lead>{_SIGN})\s*[+-]?\s*(?P<sign>{_SIGN})\s*\d[\d.,'\s]*(?P<trail>{_SIGN})\s*\)?-?")
_GENDERS = {
    "f", "m", "female", "male", "femme", "homme", "frau", "mann", "w", "h", "d", "other", "autre", "x", "divers",
}  # fmt: skip
_PERSON = re.compile(r"[^\W\d_][\w.'’-]*( [^\W\d_][\w.'’-]*){1,3}")
_PHONE = re.compile(r"\+?[\d\s().-]{8,20}")


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
    """Its place inside a column of nested JSON."""
    is_numbered: bool = False
    """Whether it stands for columns with a number in their names, one per line of the order."""
    repeats: int = 0
    """Rows of the table that repeat another row in every column; loading counts them once."""

    @property
    def is_item(self) -> bool:
        """Whether it belongs to an element of a list, which makes a row of its own."""
        return self.is_numbered or (self.inner is not None and self.inner.is_item)

    @property
    def label(self) -> str:
        """What its name says of its meaning."""
        return self.inner.label if self.inner else self.name

    @property
    def is_unique(self) -> bool:
        """Whether it can be the key of its table, rows that repeat another row aside."""
        return self.rows > 0 and self.present == self.rows and self.distinct >= self.rows - self.repeats

    @property
    def is_complete(self) -> bool:
        """Whether every row has a value."""
        return self.present == self.rows

    @property
    def is_constant(self) -> bool:
        """Whether a table of several rows has one value throughout."""
        return self.distinct <= 1 and self.rows >= 5

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
        """The texts that may be amounts of money; empty unless nearly all may."""
        texts = [text.replace("\u2212", "-") for text in self.sample]
        found = [match for text in texts if (match := _AMOUNT.fullmatch(text)) and _is_money_sign(match)]
        return found if found and len(found) >= 0.9 * len(self.sample) else []

    @cached_property
    def has_fraction(self) -> bool:
        """Whether amounts are written with decimals or a sign of money, as no id is."""
        return bool(self.amounts) and any(
            _FRACTION.fullmatch(text) or match["lead"] or match["trail"] or match["sign"]
            for text, match in ((match.string, match) for match in self.amounts)
        )

    @cached_property
    def are_whole_with_point(self) -> bool:
        """Whether all values are whole numbers with a needless fraction, as in `1001.0`."""
        return bool(self.sample) and all(_WHOLE_WITH_POINT.fullmatch(text) for text in self.sample)

    @cached_property
    def dates(self) -> Dates:
        """How the sample is read as dates; numbers only where the name speaks of a date."""
        return find_dates(self.sample, may_count=says_date(self.label))

    @property
    def is_dates(self) -> bool:
        return bool(self.dates.formats)

    @cached_property
    def is_countries(self) -> bool:
        texts = [text for text in list(self.sample)[:60] if not text.isdecimal()]
        if not texts or self.distinct > 300:
            return False
        others = (text for text in texts if find_country(text) is None and text.casefold() not in _country_names())
        most = len(texts) - ceil(0.7 * len(texts))
        return len(list(islice(others, most + 1))) <= most  # to look a text up takes a millisecond

    @property
    def is_genders(self) -> bool:
        return 1 < len(self.sample) <= 8 and {text.lower() for text in self.sample} <= _GENDERS | {"", "unknown", "n/a"}

    @property
    def is_emails(self) -> bool:
        return bool(self.sample) and sum("@" in text for text in self.sample) >= 0.8 * len(self.sample)

    @property
    def is_phones(self) -> bool:
        """Whether the values look like telephone numbers: a plus, brackets or groups of digits."""
        found = [text for text in self.sample if _PHONE.fullmatch(text)]
        marked = [text for text in found if text.startswith("+") or "(" in text or " " in text.strip()]
        return bool(found) and len(found) >= 0.9 * len(self.sample) and len(marked) >= 0.8 * len(found)

    @cached_property
    def are_words(self) -> bool:
        """Whether most values are two to four capitalised words without digits, as names of persons are."""
        found = [text for text in self.sample if _PERSON.fullmatch(text) and text[0].isupper()]
        return len(found) >= 0.8 * max(len(self.sample), 1)

    @property
    def is_ages(self) -> bool:
        return self.is_whole and 10 <= statistics.median(self.numbers) <= 90 and self.distinct <= 130

    @cached_property
    def is_currencies(self) -> bool:
        return bool(self.sample) and all(text.upper() in _currency_codes() for text in self.sample)

    @cached_property
    def unknown_currencies(self) -> list[str]:
        """Values beside codes of currencies, where some values are such codes."""
        unknown = sorted(text for text in self.sample if text.upper() not in _currency_codes())
        return unknown if len(unknown) < len(self.sample) else []

    @property
    def are_mostly_currencies(self) -> bool:
        """Whether the values are codes of three letters, some of which are currencies."""
        return bool(self.unknown_currencies) and all(len(text) == 3 and text.isalpha() for text in self.sample)

    @property
    def is_ratings(self) -> bool:
        return bool(self.numbers) and min(self.numbers) >= 0 and max(self.numbers) <= 10 and self.distinct <= 21

    @property
    def is_prose(self) -> bool:
        """Whether values are too long for an id."""
        return max(map(len, self.sample), default=0) > 120


def _is_money_sign(match: re.Match[str]) -> bool:
    """Whether what stands beside the digits is a symbol or code of a currency; `M1` is no amount."""
    signs = [match[name] for name in ("lead", "sign", "trail") if match[name]]
    return all(sign in _WORDS or unicodedata.category(sign[-1]) == "Sc" or sign in _currency_codes() for sign in signs)


_WORDS = {"Fr.", "Fr", "kr", "kr.", "zł", "R$", "US$", "Kč", "Rs", "Rs.", "lei", "Ft", "CA$", "A$", "C$", "TL"}
"""How currencies are written in letters that are no code."""
_LANGUAGES = ("en", "fr", "de", "es", "it", "pt", "nl")
_names: set[str] = set()


def _country_names() -> set[str]:
    """Countries as the languages of `_LANGUAGES` call them, in lower case."""
    if not _names:
        for language in _LANGUAGES:
            _names.update(name.casefold() for code, name in _locale(language).territories.items() if len(code) == 2)
    return _names


def _currency_codes() -> frozenset[str]:
    return frozenset(_locale("en").currencies)


def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language)
    except UnknownLocaleError as error:  # pragma: no cover - Babel ships all of them
        raise RuntimeError(f"Babel lacks the language {language}") from error
