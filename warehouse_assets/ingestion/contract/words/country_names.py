"""Names of countries in the languages of Europe's larger shops, from CLDR by Babel."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache

LANGUAGES = ("en", "fr", "de", "es", "it", "pt", "nl")
"""Where one name means two countries, the earlier language counts."""


def iso2_of(name: str) -> str | None:
    """The ISO 3166 code of a country's exact name in one of the languages; accents and case do not matter."""
    return _names().get(_folded(name))


@cache
def _names() -> Mapping[str, str]:
    from babel import Locale  # it would slow down every start of the UI

    found: dict[str, str] = {}
    for language in LANGUAGES:
        for code, name in sorted(Locale(language).territories.items()):
            if len(code) == 2 and code.isalpha():
                found.setdefault(_folded(name), code)
    return found


def _folded(name: str) -> str:
    plain = unicodedata.normalize("NFD", name.casefold())
    return "".join(c for c in plain if unicodedata.category(c) != "Mn").replace("\u2019", "'")
