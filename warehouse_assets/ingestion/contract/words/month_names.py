"""Names of months in seven languages, as the English ones that strptime reads."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from babel import Locale

_LANGUAGES = ("en", "fr", "de", "es", "it", "pt", "nl")
_SHORT = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LONG = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_BESIDE_CLDR = {"maerz": 3, "mrz": 3}
_WORD = re.compile(r"[^\W\d_]{3,}(?:\.(?=\s|$))?")
_ORDINAL = re.compile(r"(?<=\d)(?:er|st|nd|rd|th|º|ª|\.º)(?=\W)")
"""`1er mars`, `March 3rd`."""
_POINTED = re.compile(r"(%[bB])\.(?=\s|$)")


def with_english_months(text: str, date_format: str) -> str:
    """The text with each name of a month as the format takes it; as it stands where the format names no month."""
    if "%b" not in date_format and "%B" not in date_format:
        return text
    names = _LONG if "%B" in date_format else _SHORT
    return _WORD.sub(lambda found: _english(found[0], names), _ORDINAL.sub("", text))


def without_points(date_format: str) -> str:
    """The format as it reads texts whose months have lost the point that ends a shortened name."""
    return _POINTED.sub(r"\1", date_format)


def is_month(word: str) -> bool:
    """Whether a word names a month."""
    return _plain(word) in _months()


def _english(word: str, names: tuple[str, ...]) -> str:
    number = _months().get(_plain(word))
    return names[number - 1] if number else word


def _plain(word: str) -> str:
    folded = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in folded if letter.isalpha())


@lru_cache(maxsize=1)
def _months() -> Mapping[str, int]:
    """Name without accents or points -> number of the month. No name means two months."""
    found = dict(_BESIDE_CLDR)
    for language in _LANGUAGES:
        for width in ("wide", "abbreviated"):
            for number, name in Locale(language).months["format"][width].items():
                found[_plain(name)] = number
    return found
