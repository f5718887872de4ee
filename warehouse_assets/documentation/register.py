"""The register of processing (art. 30), from the classification of every column and the live grants."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from warehouse_assets.documentation.markdown import code, codes, table
from warehouse_assets.documentation.register_words import STAFF_PURPOSES, Language, label, phrase, title
from warehouse_assets.ingestion.sources.canonical import FIELDS as CANONICAL
from warehouse_assets.schemas import TABLES, Table
from warehouse_assets.schemas.classification import Classification

PAGES: Mapping[Language, str] = {"fr": "docs/rgpd/registre.md", "en": "docs/rgpd/register.en.md"}
"""Language -> the generated page."""


@dataclass(frozen=True)
class Holding:
    """A classified column and its table; a field that is never stored has no table."""

    table: str | None
    column: str
    classification: Classification


def holdings(tables: Mapping[str, Table] = TABLES) -> list[Holding]:
    """All personal columns of the warehouse, and all canonical fields that ingestion drops."""
    stored = [
        Holding(found.name, column.name, column.classification)
        for found in tables.values()
        for column in found.column_list
    ]
    dropped = [
        Holding(None, name, field.classification)
        for fields in CANONICAL.values()
        for name, field in fields.items()
        if field.classification.treatment == "drop"
    ]
    return [found for found in (*stored, *dropped) if found.classification.privacy_class != "none"]


def register(recipients: Mapping[str, tuple[str, ...]], language: Language) -> str:
    """The page; `recipients` maps each table to the groups that may read it, from the live catalog."""
    held = holdings()
    purposes = dict.fromkeys(found.classification.purpose for found in held)
    actors = [(label(name, language), label("unnamed", language)) for name in ("controller", "officer")]
    parts = [
        f"# {label('title', language)}",
        label("generated", language),
        label("introduction", language),
        f"## {label('actors', language)}",
        "\n".join(f"- **{name}**: {value}" for name, value in actors),
    ]
    for number, purpose in enumerate(purposes, 1):
        own = [found for found in held if found.classification.purpose == purpose]
        parts += _sheet(number, purpose, own, recipients, language)
    return "\n\n".join(parts) + "\n"


def _sheet(
    number: int, purpose: str, own: list[Holding], recipients: Mapping[str, tuple[str, ...]], language: Language
) -> Iterator[str]:
    yield f"## {number}. {title(purpose, language)}"
    lines = {
        "basis": _phrases((found.classification.legal_basis for found in own), language),
        "people": label("staff" if purpose in STAFF_PURPOSES else "customers", language),
        "sensitive": label("no_sensitive", language),
        "retention": _phrases((found.classification.retention for found in own), language),
        "processors": label("no_processors", language),
        "transfers": label("no_transfers", language),
        "security": label("measures", language),
    }
    yield "\n".join(f"- **{label(name, language)}** : {text}" for name, text in lines.items())
    yield f"### {label('categories', language)}"
    header = tuple(label(name, language) for name in ("category", "columns", "tables"))
    yield table(header, _categories(own, language))
    yield f"### {label('recipients', language)}"
    rows = list(_readers(own, recipients))
    yield table((label("role", language), label("reads", language)), rows) if rows else label("nobody", language)


def _phrases(texts: Iterable[str], language: Language) -> str:
    return " ; ".join(phrase(text, language) for text in dict.fromkeys(texts))


def _categories(own: list[Holding], language: Language) -> Iterator[tuple[str, str, str]]:
    for klass in dict.fromkeys(found.classification.privacy_class for found in own):
        members = [found for found in own if found.classification.privacy_class == klass]
        names = dict.fromkeys(found.column for found in members)
        places = dict.fromkeys(found.table for found in members if found.table)
        yield phrase(klass, language), codes(names), codes(places)


def _readers(own: list[Holding], recipients: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    places = dict.fromkeys(found.table for found in own if found.table)
    for role in sorted({role for place in places for role in recipients.get(place, ())}):
        yield code(role), codes(place for place in places if role in recipients.get(place, ()))
