"""Texts that a row has which sums up the rows above it: `Total`, `Zwischensumme:`, `Total for March`."""

from __future__ import annotations

import re
import unicodedata

_TOTAL = (
    r"(?:grand |sub |sous |net |page |day |daily |running )?"
    r"(?:totals?|totaux|totale|totali|totaal|subtotals?|subtotaal|subtotale|summe|gesamt|gesamtsumme|zwischensumme"
    r"|endsumme|tagessumme|insgesamt|somma)"
)
LEADING = (
    r"^\W*((grand|net|page|day|daily|running)[ -]?|sub[ -]?|sous[ -]?)?(totals?|totaux|totale|totali|totaal|summe"
    r"|gesamt(summe)?|zwischensumme|endsumme|tagessumme|insgesamt|somma)(\W|$)"
)
"""What a text in lower case begins with that may be a total, whatever follows."""
_LEADING = re.compile(LEADING)
_OF = r"of|for|per|by|de|du|des|del|della|der|di|do|da|le|von|fur|am|im|vom|van|voor"
_ROW = re.compile(
    rf"{_TOTAL}(?: (?:general|generale|geral|amount|eur|usd|gbp|chf)|(?: (?:{_OF}))(?: .*)?|(?: [\d/.]+)+)?"
)
BEGINNING = r"(?i)^\W*(grand|sub|sous|net|page|day|daily|running|tot|summe|gesamt|zwischen|endsum|tages|insg|somma)\W*"
"""What each such text begins with, for engines that look at many."""


def is_total(text: str) -> bool:
    """Whether the whole text says that the row is a sum."""
    return _ROW.fullmatch(" ".join(re.sub(r"[^a-z0-9/.]+", " ", _plain(text)).split())) is not None


def begins_as_total(text: str) -> bool:
    """Whether the text begins as one: no number of an order does."""
    return _LEADING.match(_plain(text)) is not None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
