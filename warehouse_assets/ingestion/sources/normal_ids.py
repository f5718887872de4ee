"""Ids in the form in which they are compared: as SQL over a delivery, and as Python for one id."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

PERSON = "customer_id"
_ALWAYS_NFC = ("product_id",)
"""A product has one number however its letters are composed; keys of people and orders change on request only."""
_BLANK = r"[\s\x{00A0}\x{2000}-\x{200F}\x{202F}\x{2060}\x{3000}\x{FEFF}]+"
_EDGES = f"^{_BLANK}|{_BLANK}$"
_PYTHON_EDGES = re.compile(re.sub(r"\\x\{([0-9A-F]{4})\}", r"\\u\1", _EDGES))


def id_expression(field: str, text: str, options: Sequence[str]) -> str:
    """The SQL of an id: `text` with what the source's [normalise] asks; an e-mail address is compared in lower case."""
    if "nfc" in options or field in _ALWAYS_NFC:
        text = f"nfc_normalize({text})"
    if "trim" in options:
        text = f"nullif(regexp_replace({text}, '{_EDGES}', '', 'g'), '')"
    if "lower" in options:
        return f"lower({text})"
    return (
        f"case when contains({text}, '@') then lower(nfc_normalize({text})) else {text} end"
        if field == PERSON
        else text
    )


def normal_id(field: str, text: str, options: Sequence[str]) -> str:
    """The same for one id, as somebody types it."""
    text = text.strip()
    if "nfc" in options or field in _ALWAYS_NFC:
        text = unicodedata.normalize("NFC", text)
    if "trim" in options:
        text = _PYTHON_EDGES.sub("", text)
    if "lower" in options:
        return text.lower()
    return unicodedata.normalize("NFC", text).lower() if field == PERSON and "@" in text else text
