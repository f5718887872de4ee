"""Texts that a row has which sums up the rows above it: `Total`, `Zwischensumme:`, `Total for March`."""

from __future__ import annotations

import re
import unicodedata

_TOTAL = (
    r"(?:grand |sub |sous |net |page |day |daily |running )?"
    r"(?:totals?|totaux|totale|totali|totaal|subtotals?|subtotaal|subtotale|summe|gesamt|gesamtsumme|zwischensumme"
    r"|endsumme|tagessumme|insgesamt|somma)"
)
_LEADING = re.compile(rf"\W*{_TOTAL.replace(' ', '[ -]?')}(?:\W|$)")
_OF = r"of|for|per|by|de|du|des|del|della|der|di|do|da|le|von|fur|am|im|vom|van|voor"
_WHOLE = rf"{_TOTAL}(?: (?:general|generale|geral|amount|eur|usd|gbp|chf))?"
_ROW = re.compile(rf"{_WHOLE}|{_TOTAL}(?:(?: (?:{_OF}))(?: .*)?|(?: [\d/.]+)+)")
BEGINNING = r"(?i)^\W*(grand|sub|sous|net|page|day|daily|running|tot|summe|gesamt|zwischen|endsum|tages|insg|somma)\W*"
"""What each such text begins with, for engines that look at many."""
NEARLY_ALL = 0.98
"""The share of rows that fill a field which each record has."""


def is_total(text: str) -> bool:
    """Whether the whole text says that the row is a sum."""
    return _ROW.fullmatch(_words(text)) is not None


def is_word_of_total(text: str) -> bool:
    """Whether the text is the word of a total, and nothing else."""
    return re.fullmatch(_WHOLE, _words(text)) is not None


def begins_as_total(text: str) -> bool:
    """Whether the text begins as one, whatever follows."""
    return _LEADING.match(_plain(text)) is not None


def leading_sql(text: str) -> str:
    """SQL of what a text begins with that may be a total, else ''; that too where a letter is not Latin."""
    words = _TOTAL.replace("(?:", "(").replace(" ", "[ -]?")
    return rf"regexp_extract(lower(coalesce({text}, '')), '^[^\pL\pN]*{words}([^\pL\pN][\p{{Latin}}\PL]*)?$')"


def _words(text: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9/.]+", " ", _plain(text)).split())


def _plain(text: str) -> str:
    """The text in plain small letters; nothing where it has letters that are not Latin, as no word of a total does."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
        if any(sign.isalpha() and not unicodedata.name(sign, "").startswith("LATIN") for sign in text):
            return ""
    return text.encode("ascii", "ignore").decode().lower()
