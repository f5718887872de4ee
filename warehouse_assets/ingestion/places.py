"""Countries by any usual spelling: English short name, ISO codes and continent."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from warehouse_assets.privacy.hashing import UNKNOWN_KEY, natural_key

UNKNOWN = "Unknown"
_NOT_FOUND = "-"
_ALIASES = {"eire": "Ireland", "rsa": "South Africa", "uae": "United Arab Emirates", "holland": "Netherlands"}


@dataclass(frozen=True)
class Country:
    """A country as the warehouse calls it."""

    name: str
    iso2: str | None
    iso3: str | None
    continent: str


NOWHERE = Country(UNKNOWN, None, None, UNKNOWN)


@cache
def _converter():  # type: ignore[no-untyped-def]
    import country_converter

    logging.getLogger("country_converter").setLevel(logging.CRITICAL)
    return country_converter.CountryConverter()


@cache
def find_country(text: str) -> Country | None:
    """The country that a text names; None where it has no ISO 3166 code."""
    name = _ALIASES.get(text.strip().lower(), text.strip())
    if not name:
        return None
    iso2, iso3, short, continent = (_convert(name, to) for to in ("ISO2", "ISO3", "name_short", "continent"))
    return Country(short, iso2, iso3, continent) if iso2 and iso3 and short and continent else None


def _convert(name: str, to: str) -> str:
    """One attribute of a country; empty when there is none or several fit."""
    found = _converter().convert(name, to=to, not_found=_NOT_FOUND)
    return found if isinstance(found, str) and found != _NOT_FOUND else ""


@dataclass(frozen=True)
class Place:
    """A country, region and city, with its key; region and city are empty when unknown."""

    country: Country
    region: str
    city: str

    @property
    def key(self) -> int:
        if self.country is NOWHERE and not self.region and not self.city:
            return UNKNOWN_KEY
        return natural_key("place", self.country.name, self.region, self.city)


def countries(values: pd.Series, default: str | None) -> pd.Series:
    """The Country of each text, by distinct text; a missing one is the default's, else NOWHERE."""
    fallback = (find_country(default) if default else None) or NOWHERE
    codes, distinct = pd.factorize(values)
    known = np.array([find_country(str(text)) or NOWHERE for text in distinct] + [fallback], dtype=object)
    return pd.Series(known[codes], index=values.index, dtype=object)
