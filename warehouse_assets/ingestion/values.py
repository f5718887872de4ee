"""Text to values, column-wise: numbers and money stay exact decimal text, dates become timestamps.

Each function gives the values and says which texts it could not read; a missing text is neither.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from warehouse_assets.ingestion.source import MoneySettings

Mask = npt.NDArray[np.bool_]
_PLAIN_NUMBER = r"-?\d{1,18}(\.\d{1,18})?"
_DATE = r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?)?"
_DATE_WITH_OFFSET = _DATE.removesuffix("?") + r" ?(Z|[+-]\d{2}:?\d{2})"
_MOST_CHARACTERS = 64
"""Nothing longer is a number or a date; keeps regular expressions off huge fields."""


@dataclass(frozen=True)
class Numbers:
    """Decimal texts (missing where there is none or it is unreadable) and the mask of unreadable ones."""

    text: pd.Series
    is_unreadable: Mask

    @property
    def approximate(self) -> pd.Series:
        """As float64, for comparisons only; amounts are computed by the database."""
        return pd.Series(pd.to_numeric(self.text, errors="coerce"), dtype="float64")


@dataclass(frozen=True)
class Money:
    """Amounts as decimal texts, the currency that each text names, and the masks of what is wrong."""

    text: pd.Series
    currency: pd.Series
    is_unreadable: Mask
    is_unknown_sign: Mask


@dataclass(frozen=True)
class Dates:
    """Instants in UTC, local days of the shop, and the mask of unreadable texts."""

    instant: pd.Series
    day: pd.Series
    is_unreadable: Mask


def texts(values: pd.Series) -> pd.Series:
    """A column of texts as objects, None where missing."""
    return values.astype(object).where(values.notna(), None)


def shape(text: str | None) -> str:
    """The form of a value without the value: digits as 9, letters as a and A, at most 40 characters."""
    if text is None:
        return "nothing"
    form = re.sub(r"\d", "9", text[:40])
    form = "".join(("A" if c.isupper() else "a") if c.isalpha() else c for c in form)
    return form + ("…" if len(text) > 40 else "")


def parse_numbers(values: pd.Series) -> Numbers:
    """Plain decimal numbers; thousands signs and the like are unreadable."""
    present = values.notna().to_numpy()
    plain = _matches(values, _PLAIN_NUMBER)
    given = texts(values).to_numpy()
    result = np.where(plain, given, None)
    for index in np.flatnonzero(present & ~plain):
        result[index] = _loose_number(str(given[index]))
        plain[index] = result[index] is not None
    return Numbers(pd.Series(result, index=values.index, dtype=object), present & ~plain)


@lru_cache(maxsize=10_000)
def _loose_number(text: str) -> str | None:
    """Numbers with a plus sign, a bare point or a zero fraction of a whole number, as `+3`, `.5`, `3.`."""
    found = re.fullmatch(r"([+-]?)(\d{0,18})\.?(\d{0,18})", text[: _MOST_CHARACTERS + 1].replace(" ", ""))
    if found is None or not (found[2] or found[3]):
        return None
    sign = "-" if found[1] == "-" else ""
    return f"{sign}{found[2] or '0'}" + (f".{found[3]}" if found[3] else "")


def parse_money(values: pd.Series, settings: MoneySettings) -> Money:
    """Amounts as the source writes them: symbols before or after, brackets or minus, decimal and thousands."""
    present = values.notna().to_numpy()
    plain = (
        _matches(values, _PLAIN_NUMBER) if settings.decimal == "." else np.zeros(len(values), dtype=np.bool_)
    )
    given = texts(values).to_numpy()
    amount = np.where(plain, given, None)
    currency = np.full(len(values), None, dtype=object)
    unknown_sign = np.zeros(len(values), dtype=np.bool_)
    reader = _money_reader(settings.decimal, settings.thousands, tuple(sorted(settings.symbols.items())))
    for index in np.flatnonzero(present & ~plain):
        amount[index], currency[index], unknown_sign[index] = reader(
            str(given[index])[: _MOST_CHARACTERS + 1]
        )
        plain[index] = amount[index] is not None
    columns = (pd.Series(column, index=values.index, dtype=object) for column in (amount, currency))
    return Money(*columns, present & ~plain & ~unknown_sign, unknown_sign)


@lru_cache(maxsize=64)
def _money_reader(decimal: str, thousands: str, symbols: tuple[tuple[str, str], ...]):  # type: ignore[no-untyped-def]
    known: Mapping[str, str] = dict(symbols)

    @lru_cache(maxsize=100_000)
    def read(text: str) -> tuple[str | None, str | None, bool]:
        body, negative = _unsigned(text)
        found = re.fullmatch(
            r"([^\d.,'+\-()\s]*)\s*([+-]?)\s*([\d.,'\s\u00a0\u202f]+?)\s*([^\d.,'+\-()\s]*)", body
        )
        if found is None:
            return None, None, False
        sign = (found[1] or found[4]).strip()
        code = known.get(sign) or (sign if re.fullmatch("[A-Z]{3}", sign) else None)
        number = _digits(found[3], decimal, thousands)
        if sign and code is None:
            return None, None, number is not None
        if number is None:
            return None, None, False
        minus = negative != (found[2] == "-")
        return ("-" if minus and number.strip("0.") else "") + number, code, False

    return read


def _unsigned(text: str) -> tuple[str, bool]:
    """The text without brackets, leading or trailing minus, and whether it was negative."""
    body = text.strip().replace("\u2212", "-")
    if body.startswith("(") and body.endswith(")"):
        return body[1:-1].strip(), True
    if body.endswith("-"):
        return body[:-1].strip(), True
    if body.startswith("-"):
        return body[1:].strip(), True
    return body.removeprefix("+").strip(), False


def _digits(text: str, decimal: str, thousands: str) -> str | None:
    """Digits with their signs as decimal text. With both signs present, the last one is the decimal sign."""
    body = re.sub(r"[\s\u00a0\u202f']", "", text)
    if "," in body and "." in body:
        decimal, thousands = (",", ".") if body.rindex(",") > body.rindex(".") else (".", ",")
    whole, point, fraction = body.rpartition(decimal) if decimal in body else (body, "", "")
    grouped = re.fullmatch(rf"\d{{1,3}}({re.escape(thousands)}\d{{3}})+", whole) if thousands else None
    if not (grouped or re.fullmatch(r"\d{1,18}", whole) or (point and not whole)) or not re.fullmatch(
        r"\d{0,18}", fraction
    ):
        return None
    digits = whole.replace(thousands, "") if thousands else whole
    if not digits and not fraction:
        return None
    return (digits or "0") + (f".{fraction}" if fraction else "")


def parse_dates(values: pd.Series, formats: Sequence[str], time_zone: str) -> Dates:
    """Instants from the given strptime formats in their order; without formats, ISO dates and times."""
    local = pd.Series(pd.NaT, index=values.index, dtype="datetime64[us]")
    instant = pd.Series(pd.NaT, index=values.index, dtype="datetime64[us, UTC]")
    for date_format in formats:
        todo = (values.notna() & local.isna()).to_numpy()
        if todo.any():
            parsed = pd.to_datetime(texts(values[todo]), format=date_format, errors="coerce")
            local[todo] = parsed.astype("datetime64[us]")
    if not formats:
        plain = _matches(values, _DATE)
        local[plain] = pd.to_datetime(texts(values[plain]), format="ISO8601", errors="coerce").astype(
            "datetime64[us]"
        )
        offset = _matches(values, _DATE_WITH_OFFSET)
        if offset.any():
            parsed = pd.to_datetime(texts(values[offset]), format="ISO8601", errors="coerce", utc=True)
            instant[offset] = parsed.astype("datetime64[us, UTC]")
    named = local.notna()
    instant[named] = _in_zone(local[named], time_zone)
    day = instant.dt.tz_convert(time_zone).dt.tz_localize(None).dt.normalize()
    return Dates(instant, day, (values.notna() & instant.isna()).to_numpy())


def _in_zone(local: pd.Series, time_zone: str) -> pd.Series:
    """Local times as instants; an hour that exists twice is its second, one that does not, the next."""
    ambiguous = np.zeros(len(local), dtype=np.bool_)
    zoned = local.dt.tz_localize(time_zone, ambiguous=ambiguous, nonexistent="shift_forward")  # type: ignore[arg-type]
    return zoned.dt.tz_convert("UTC")


def _matches(values: pd.Series, pattern: str) -> Mask:
    found = values.str.fullmatch(pattern)
    return found.fillna(False).to_numpy(dtype=np.bool_)
