"""Countries by any usual spelling: English short name, ISO codes and continent."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import numpy as np
import pandas as pd

from warehouse_assets.ingestion.contract.frame import TEXT, Codes, Distinct, Mask, distinct
from warehouse_assets.ingestion.contract.plain_text import plain
from warehouse_assets.ingestion.contract.words.country_names import iso2_of
from warehouse_assets.ingestion.errors import SourceError
from warehouse_assets.ingestion.sources.source import Source
from warehouse_assets.pseudonyms.hashing import UNKNOWN_KEY, natural_key

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
    return _by_code().get(iso2_of(name) or _code_of(name)) if name else None


@cache
def _by_code() -> Mapping[str, Country]:
    """All countries, by their codes of two and of three letters."""
    found: dict[str, Country] = {}
    for pattern, iso3, name, continent in _converter().data[["ISO2", "ISO3", "name_short", "continent"]].to_numpy():
        iso2 = pattern.removeprefix("^")[:2]  # ^GB$|^UK$
        found[iso2] = found[iso3] = Country(name, iso2, iso3, continent)
    return found


def _code_of(name: str) -> str:
    """The code of three letters; empty when there is none or several fit."""
    found = _converter().convert(name, to="ISO3", not_found=_NOT_FOUND)
    return found if isinstance(found, str) and found != _NOT_FOUND else ""


def _folded(name: str) -> str:
    """A name of a place as it is compared: in its plain form, upper and lower case alike."""
    return plain(name).casefold()


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


@dataclass(frozen=True)
class Countries:
    """The country of each row of a frame: the members, and each row's place among them."""

    members: list[Country]
    codes: Codes

    @property
    def is_known(self) -> Mask:
        return np.array([member is not NOWHERE for member in self.members], dtype=np.bool_)[self.codes]

    @property
    def names(self) -> pd.Series:
        return Distinct(self.codes, []).taken(member.name for member in self.members)


def countries(
    values: pd.Series, default: str | None, territories: Mapping[str, str] = MappingProxyType({})
) -> tuple[Countries, Mask]:
    """The country of each text (a missing one is the default's, else NOWHERE); the texts that name none.

    `territories` (name -> continent) are places that count as countries of their own.
    """
    own = {_folded(name): Country(plain(name), None, None, continent) for name, continent in territories.items()}
    found = distinct(values)
    known = [own.get(_folded(text)) or find_country(text) for text in found.texts]
    fallback = (own.get(_folded(default)) or find_country(default) if default else None) or NOWHERE
    members = [*(country or NOWHERE for country in known), fallback]
    unknown = found.marked(country is None for country in known)
    return Countries(members, found.codes % len(members)), unknown


def require_default_country(source: Source) -> None:
    """Raises SourceError where the default country is none, as no sale would have a place then."""
    settings = source.settings
    found, _ = countries(pd.Series([None], dtype=TEXT), settings.default_country, settings.territories)
    if settings.default_country and not found.is_known.any():
        raise SourceError(
            f"{source.folder / 'source.toml'}: default_country {settings.default_country!r} is no country, and not "
            "under [territories]."
        )
