"""Countries as country_converter knows them; what has no ISO2 code is not a country."""

from __future__ import annotations

import logging
from functools import cache

from country_converter import CountryConverter  # type: ignore[import-untyped]

UNKNOWN = "Unknown"

ALIASES = {"EIRE": "Ireland", "RSA": "South Africa"}

Place = tuple[str, str]


@cache
def _converter() -> CountryConverter:
    logging.getLogger("country_converter").setLevel(logging.CRITICAL)
    return CountryConverter()


@cache
def place_of(name: str) -> Place:
    """Short name and continent."""
    if not name:
        return UNKNOWN, UNKNOWN
    sought = ALIASES.get(name.upper(), name)
    iso2 = _converter().convert(sought, to="ISO2", not_found=None)
    if not isinstance(iso2, str) or len(iso2) != 2:
        return UNKNOWN, UNKNOWN
    short_name, continent = (
        _converter().convert(iso2, src="ISO2", to=column) for column in ("name_short", "continent")
    )
    return str(short_name), str(continent)
