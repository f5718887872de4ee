"""One form for one text: names, categories and places that look the same are the same."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable

import pandas as pd

from warehouse_assets.ingestion.contract.frame import distinct

PRODUCT_NAMES = ("product_name", "category", "subcategory")
PLACES = ("country", "region", "city")
_ENTITY = re.compile(r"&(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,31});")
_JOINERS = "\u200c\u200d"
_FIRST_JOINED = 0x0590
"""Hebrew, Arabic, Indic scripts and emoji begin here: a joiner is part of their spelling, and noise before them."""


def plain(text: str) -> str:
    """NFC, HTML entities resolved, invisible marks removed, every run of spaces one space, none at the ends."""
    if text.isascii() and text.isprintable() and "&" not in text and "  " not in text:
        return text.strip()
    text = unicodedata.normalize("NFC", _ENTITY.sub(lambda found: html.unescape(found[0]), text))
    joins = any(ord(character) >= _FIRST_JOINED and unicodedata.category(character) != "Cf" for character in text)
    return " ".join("".join(_visible(character, joins) for character in text).split())


def _visible(character: str, joins: bool) -> str:
    category = unicodedata.category(character)
    if category == "Cf":
        return character if joins and character in _JOINERS else ""
    return " " if category in ("Cc", "Zs", "Zl", "Zp") else character


def plain_columns(raw: pd.DataFrame, names: Iterable[str]) -> pd.DataFrame:
    """The frame with these columns in their plain form, each distinct text looked at once; an empty one is missing."""
    changed = {}
    for name in names:
        if name in raw:
            found = distinct(raw[name])
            texts = [plain(text) for text in found.texts]
            if texts != found.texts:
                changed[name] = found.taken(text or None for text in texts)
    return raw.assign(**changed) if changed else raw
