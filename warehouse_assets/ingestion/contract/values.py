"""Text to values: numbers and money stay exact decimal text.

Each function gives a value per row and says which texts it could not read; a missing text is neither. A text
that stands in many rows is read once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from warehouse_assets.ingestion.contract.frame import Distinct, Mask, distinct
from warehouse_assets.ingestion.sources.currencies import is_currency
from warehouse_assets.ingestion.sources.settings import MoneySettings, NumberSigns

_NUMBER = re.compile(r"([+-]?)(\d{0,18})(?:\.(\d{0,18}))?", re.ASCII)
_AMOUNT = re.compile(
    r"(?P<lead>[^\d.,'+\-()\s]*)\s*(?P<minus>[+-]?)\s*(?P<digits>[\d.,'\s]+?)\s*(?P<trail>[^\d.,'+\-()\s]*)"
)
_DIGITS = re.compile(r"[\d.,'\s]+", re.ASCII)
_POINTED = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+", re.ASCII)
"""Where the point is no decimal sign, it may part thousands here, and only here."""
_DECIMAL = re.compile(r"[+-]?\d+\.\d+", re.ASCII)
_SPACED = re.compile(r"\d{1,3}([\s']\d{3})+(?![\d\s'])")
"""Digits in groups of three."""
MOST_CHARACTERS = 64
"""Nothing longer is a number, an amount or a date."""

Amount = tuple[str | None, str | None, bool]
"""Decimal text, the currency that the text names, and whether its sign of money is unknown."""


@dataclass(frozen=True)
class Numbers:
    """Decimal texts in one form each, missing where there is none or it is unreadable."""

    text: pd.Series
    approximate: pd.Series
    """As float64, for comparisons only; amounts are computed by the database."""
    is_unreadable: Mask


@dataclass(frozen=True)
class Money:
    """Amounts as decimal texts, the currency that each text names, and the masks of what is wrong."""

    text: pd.Series
    approximate: pd.Series
    """As float64, for comparisons only."""
    currency: pd.Series
    is_unreadable: Mask
    is_unknown_sign: Mask


def shape(text: str | None) -> str:
    """The form of a value without the value: digits as 9, letters as a and A, at most 40 characters."""
    if text is None:
        return "nothing"
    form = re.sub(r"\d", "9", text[:40])
    form = "".join(("A" if c.isupper() else "a") if c.isalpha() else c for c in form)
    return form + ("…" if len(text) > 40 else "")


def parse_numbers(values: pd.Series, signs: NumberSigns) -> Numbers:
    """Numbers that are no money, such as quantities, with the source's signs.

    A number with a point is read as such unless the point may part thousands.
    """
    found = distinct(values)
    own = _Signs(signs.decimal, signs.thousands)
    numbers = [_own_number(text, own) if len(text) <= MOST_CHARACTERS else None for text in found.texts]
    return Numbers(found.taken(numbers), _approximate(found, numbers), found.marked(n is None for n in numbers))


def parted_numbers(values: pd.Series, signs: NumberSigns) -> Mask:
    """Numbers whose point parts thousands, where others of the column have a decimal point: they may have one too."""
    found = distinct(values)
    has_decimals = signs.decimal != "." and any(
        _DECIMAL.fullmatch(text) and not _POINTED.fullmatch(text) for text in found.texts
    )
    return found.marked(has_decimals and _POINTED.fullmatch(text) is not None for text in found.texts)


def _own_number(text: str, signs: _Signs) -> str | None:
    body, sign = _unsigned(text)
    if (plain := signs.plain(body)) is not None:
        return None if sign and body[:1] in "+-" else _signed(sign, plain)
    digits = signs.digits(body) if _DIGITS.fullmatch(body) else None
    return shortest(sign == "-", *digits) if digits else None


def _signed(sign: str, number: str) -> str:
    return f"-{number}" if sign == "-" and number != "0" else number


def _number(text: str) -> str | None:
    """The number in its shortest form, so that equal numbers are equal texts: `+03.10` is `3.1`."""
    parts = _NUMBER.fullmatch(text) if len(text) <= MOST_CHARACTERS else None
    if parts is None or not (parts[2] or parts[3]):
        return None
    return shortest(parts[1] == "-", parts[2], parts[3] or "")


def shortest(is_negative: bool, whole: str, fraction: str) -> str:
    """A decimal number without needless zeros or sign."""
    whole, fraction = whole.lstrip("0") or "0", fraction.rstrip("0")
    number = f"{whole}.{fraction}" if fraction else whole
    return f"-{number}" if is_negative and number != "0" else number


def _approximate(found: Distinct, numbers: Sequence[str | None]) -> pd.Series:
    floats = [np.nan if number is None else float(number) for number in numbers]
    return pd.Series(np.array([*floats, np.nan])[found.codes])


def parse_money(values: pd.Series, settings: MoneySettings) -> Money:
    """Amounts as the source writes them: symbols, brackets, minus, decimal and thousands signs."""
    found = distinct(values)
    own = tuple(sorted((code, signs.decimal, signs.thousands) for code, signs in settings.currencies.items()))
    read = _money_reader(settings.decimal, settings.thousands, tuple(sorted(settings.symbols.items())), own)
    amounts = [read(text) if len(text) <= MOST_CHARACTERS else (None, None, False) for text in found.texts]
    numbers = [number for number, _, _ in amounts]
    return Money(
        found.taken(numbers),
        _approximate(found, numbers),
        found.taken(currency for _, currency, _ in amounts),
        found.marked(number is None and not unknown for number, _, unknown in amounts),
        found.marked(unknown for _, _, unknown in amounts),
    )


@lru_cache(maxsize=64)
def _money_reader(
    decimal: str, thousands: str, symbols: tuple[tuple[str, str], ...], own: tuple[tuple[str, str, str], ...]
) -> Callable[[str], Amount]:
    known = dict(symbols)
    usual = _Signs(decimal, thousands)
    signs_of = {code: _Signs(*signs) for code, *signs in own}

    def read(text: str) -> Amount:
        if decimal == "." and (plain := _number(text)) is not None:
            return plain, None, False
        body, outer = _unsigned(text)
        parts = _AMOUNT.fullmatch(body)
        if parts is None or (parts["lead"] and parts["trail"]) or (outer and parts["minus"]):
            return None, None, False
        sign = parts["lead"] or parts["trail"]
        code = known.get(sign) or (sign if is_currency(sign) else None)
        digits = signs_of.get(code or "", usual).digits(parts["digits"])
        if digits is None or (sign and code is None):
            return None, None, digits is not None
        return shortest("-" in (outer, parts["minus"]), *digits), code, False

    return read


class _Signs:
    """Takes the digits of an amount apart."""

    def __init__(self, decimal: str, thousands: str) -> None:
        self._decimal, self._thousands = decimal, thousands
        self._grouped = re.compile(rf"[1-9]\d{{0,2}}({re.escape(thousands)}\d{{3}})+") if thousands else None

    def plain(self, text: str) -> str | None:
        """A number with a point, as typed cells have it; none where the point may part thousands."""
        return None if self._decimal != "." and _POINTED.fullmatch(text) else _number(text)

    def digits(self, text: str) -> tuple[str, str] | None:
        """Whole part and fraction. With both signs present, the last one is the decimal sign."""
        body = text.strip()
        if re.search(r"[\s']", body) and not _SPACED.match(body):
            return None
        body = re.sub(r"[\s']", "", body)
        if {self._decimal, self._thousands} == {",", "."} and "," in body and "." in body:
            last, other = (",", ".") if body.rindex(",") > body.rindex(".") else (".", ",")
            if last != self._decimal:
                return _Signs(last, other).digits(body)
        whole, _, fraction = body.rpartition(self._decimal) if self._decimal in body else (body, "", "")
        if self._grouped and self._grouped.fullmatch(whole):
            whole = whole.replace(self._thousands, "")
        if not re.fullmatch(r"\d{0,18}", whole, re.ASCII) or not re.fullmatch(r"\d{0,18}", fraction, re.ASCII):
            return None
        return (whole, fraction) if whole or fraction else None


def _unsigned(text: str) -> tuple[str, str]:
    """The text without brackets, leading or trailing sign, and that sign: brackets mean minus."""
    body = text.strip().replace("\u2212", "-")
    if body.startswith("(") and body.endswith(")"):
        return body[1:-1].strip(), "-"
    if body.endswith("-"):
        return body[:-1].strip(), "-"
    return (body[1:].strip(), body[0]) if body.startswith(("-", "+")) else (body, "")
