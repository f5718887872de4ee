"""Values of spreadsheets, databases and typed files as the text that the contract reads."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, time
from decimal import Decimal

_LAST_EXACT = 1e15


def text_of(value: object) -> str | None:
    """ISO 8601 for dates and times, plain digits for numbers, JSON for what is nested."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return _day_or_time(value)
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, (int, float, Decimal)):
        return number_text(value)
    if isinstance(value, (bytes, memoryview)):
        return bytes(value).hex()
    if isinstance(value, (list, dict, tuple)):
        return json.dumps(value, ensure_ascii=False, default=text_of)
    return str(value)


def number_text(value: int | float | Decimal) -> str | None:
    """Digits without exponent or needless zeros: 5.0 is 5; what is no number is missing.

    A floating number of more than 15 digits has lost some: it keeps its exponent, so that the contract can tell.
    """
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float) and _LAST_EXACT <= abs(value) < float("inf"):
        return f"{value:.14E}"
    exact = Decimal(repr(value)) if isinstance(value, float) else value
    if not exact.is_finite():
        return None
    text = f"{exact:f}" if exact.adjusted() < 40 else str(exact)
    return pointed(text.rstrip("0").rstrip(".")) if "." in text else text


def pointed(text: str) -> str:
    """A typed number of three decimals with a fourth, so that nobody takes its point for a sign of thousands."""
    return f"{text}0" if re.fullmatch(r"-?\d+\.\d{3}", text, re.ASCII) else text


def _day_or_time(value: datetime) -> str:
    """A midnight without a zone is a day, as spreadsheets and many databases keep it."""
    if value.tzinfo is None and value.time() == time.min:
        return value.date().isoformat()
    return value.isoformat(sep=" ")
