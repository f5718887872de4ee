"""Names and texts as SQL writes them."""

from __future__ import annotations

import re

_PLAIN = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)+")
"""Names with an underscore are never SQL keywords; all others are quoted."""
_WORDS = ("current_", "session_", "system_", "user_")


def quoted(name: str) -> str:
    """A name as an SQL identifier; PUBLIC as the keyword."""
    if name == "PUBLIC":
        return "public"
    if _PLAIN.fullmatch(name) and not name.startswith(_WORDS):
        return name
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as an SQL literal, independent of the server's escape setting."""
    return ("E'" if "\\" in text else "'") + text.replace("\\", "\\\\").replace("'", "''") + "'"
