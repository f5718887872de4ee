"""Exact arithmetic: months as whole numbers, ratios as fractions, one rounding at the very end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

Number = int | Decimal | Fraction

MONTHS_IN = {"month": 1, "quarter": 3, "year": 12}


def rounded(value: Number | None, places: int) -> Decimal | None:
    """Half away from zero; None stays None."""
    if value is None:
        return None
    scaled = Fraction(value) * 10**places
    whole = (2 * abs(scaled.numerator) + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(whole if scaled >= 0 else -whole).scaleb(-places)


def money(value: Number | None) -> Decimal | None:
    return rounded(value, 4)


def rate(value: Number | None) -> Decimal | None:
    return rounded(value, 6)


def ratio(numerator: Number, denominator: Number) -> Fraction | None:
    return Fraction(numerator) / Fraction(denominator) if denominator else None


def growth(now: Number, before: Number | None, are_complete: bool) -> Decimal | None:
    """Only where both periods are complete, and against something above 0."""
    if not are_complete or before is None or before <= 0:
        return None
    return rate(Fraction(now) / Fraction(before) - 1)


def mean(values: Sequence[Number]) -> Fraction:
    return sum((Fraction(value) for value in values), Fraction(0)) / len(values)


def average(total: Number, count: int) -> Decimal | None:
    """With so few decimals that two totals or more, whole numbers, have the same average."""
    places = 2 if count >= 200 else 1 if count >= 20 else 0
    return rounded(ratio(total, count), places)


def median(values: Sequence[Fraction]) -> Fraction:
    ordered, middle = sorted(values), len(values) // 2
    return ordered[middle] if len(values) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def month_of(day: date) -> int:
    """Months since year 0: neighbours differ by 1."""
    return day.year * 12 + day.month - 1


def first_day(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def last_day(month: int) -> date:
    return first_day(month + 1) - timedelta(days=1)


def told_until(row: Mapping[str, Any], as_of: date) -> date:
    """The last day that a row counts: one of a product's or category's period counts no later day than its last."""
    months = MONTHS_IN.get(row.get("period_kind", "all"))
    return as_of if months is None else min(as_of, last_day(month_of(row["period_start"]) + months - 1))


def is_complete(month: int, size: int, first: date, as_of: date) -> bool:
    """Whether the span from `first` to `as_of` covers all `size` months from this one on."""
    return first <= first_day(month) and last_day(month + size - 1) <= as_of


def month_is_over(month: int, as_of: date) -> bool:
    return last_day(month) <= as_of
