"""Members of the marts as people call them: fixed members, rules and countries in French; data stay as they are."""

from __future__ import annotations

import unicodedata
from functools import cache

from babel import Locale

from warehouse_assets.bi.metrics.shops import ALL_SHOPS
from warehouse_assets.bi.text import Language, Text

MEMBERS: dict[str, Text] = {
    "All": Text("All", "Tous"),
    ALL_SHOPS: Text("All shops", "Toutes les boutiques"),
    "Unknown": Text("Unknown", "Inconnu"),
    "Anonymous": Text("Anonymous", "Anonyme"),
    "Other": Text("Other", "Autre"),
    "F": Text("Women", "Femmes"),
    "M": Text("Men", "Hommes"),
    "Africa": Text("Africa", "Afrique"),
    "America": Text("America", "Amérique"),
    "Asia": Text("Asia", "Asie"),
    "Europe": Text("Europe", "Europe"),
    "Oceania": Text("Oceania", "Océanie"),
    "champion": Text("Champions", "Champions"),
    "loyal": Text("Loyal", "Fidèles"),
    "at risk": Text("At risk", "À risque"),
    "promising": Text("Promising", "Prometteurs"),
    "needs attention": Text("Need attention", "À relancer"),
    "dormant": Text("Dormant", "Dormants"),
    "age_band": Text("Age", "Âge"),
    "gender": Text("Gender", "Genre"),
    "country": Text("Country", "Pays"),
    "continent": Text("Continent", "Continent"),
    "segment": Text("Segment", "Segment"),
    "channel": Text("Channel", "Canal"),
    "status": Text("Status", "Statut"),
    "purchase_frequency": Text("Purchase frequency", "Fréquence d'achat"),
    "reject": Text("Rejected", "Rejeté"),
    "blank": Text("Blanked", "Valeur effacée"),
    "warn": Text("Counted", "Compté"),
}
_PAIR = " × "


def member_name(member: str, language: Language) -> str:
    """A member as a person calls it: pairs part by part, countries in the language."""
    if _PAIR in member:
        return _PAIR.join(member_name(part, language) for part in member.split(_PAIR))
    if member in MEMBERS:
        return MEMBERS[member].in_language(language)
    if member.startswith("Other ") and member.removeprefix("Other ") in MEMBERS:
        place = MEMBERS[member.removeprefix("Other ")].in_language(language)
        return f"Other {place}" if language == "en" else f"{place}, autres pays"
    return country_name(member, language)


def attribute_name(attribute: str, language: Language) -> str:
    """What customers are grouped by; pairs have both names."""
    parts = [MEMBERS[part].in_language(language) if part in MEMBERS else part for part in attribute.split("×")]
    return _PAIR.join(parts)


def country_name(country: str, language: Language) -> str:
    """The country in French where Babel knows its English name; as it is otherwise."""
    return country if language == "en" else _french_countries().get(_plain(country), country)


@cache
def _french_countries() -> dict[str, str]:
    english, french = Locale.parse("en").territories, Locale.parse("fr").territories
    found = {_plain(name): french[code] for code, name in english.items() if len(code) == 2 and code in french}
    return found | {_plain(name): french[code] for name, code in _OTHER_NAMES.items()}


_OTHER_NAMES = {
    "Czech Republic": "CZ",
    "Turkey": "TR",
    "Congo Republic": "CG",
    "DR Congo": "CD",
    "Myanmar": "MM",
    "Hong Kong": "HK",
    "Macau": "MO",
    "Palestine": "PS",
    "St. Lucia": "LC",
    "Bonaire, Saint Eustatius and Saba": "BQ",
    "Brunei Darussalam": "BN",
    "Cabo Verde": "CV",
    "Micronesia, Fed. Sts.": "FM",
    "Pitcairn": "PN",
    "Saint-Martin": "MF",
    "South Georgia and South Sandwich Is.": "GS",
    "St. Barths": "BL",
    "St. Vincent and the Grenadines": "VC",
    "Svalbard and Jan Mayen Islands": "SJ",
    "United States Minor Outlying Islands": "UM",
    "United States Virgin Islands": "VI",
    "Vatican": "VA",
    "Wallis and Futuna Islands": "WF",
}
"""Names of country_converter that Babel does not know."""


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.replace("&", "and").replace("’", "'"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold()
