"""Forecasts of monthly net revenue, with an interval and with what the method was worth on the months that are known.

The method is a structural time series model of statsmodels: a level that may drift from month to month, a seasonal
pattern of twelve months, and noise, fitted by maximum likelihood. It needs no trend that two years could not show, it
takes months without sales, and its intervals are exact and the same at each run.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any, NamedTuple

METHOD = "local level with seasonal pattern"
FEWEST_MONTHS = 24
MONTHS_AHEAD = 3
_YEAR = 12
_MOST_MONTHS = 60
"""Older months say little of the season, and cost time."""
_FEWEST_TRAINED = 21
"""So that a history of exactly two years still has three months to be tested on."""
_MOST_TESTS = 12
_COVERAGE = 0.8
"""The share of months that the interval is meant to hold."""
_STARTS = ((0.9, 0.001), (0.01, 0.5))
"""Variances of noise and of the level to search from: little may be known of which is which, so that the likelihood
has two hills, and the higher one counts."""
_DIGITS = 4
"""Significant digits of what is estimated: more would be noise, and would depend on the processor."""


class Interval(NamedTuple):
    """A month's expected revenue and the bounds that it should lie within four times out of five."""

    expected: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Backtest:
    """What the method would have been worth in the past, beside taking the same month of last year."""

    tested: int
    error: Decimal
    mase: Decimal | None
    naive_mase: Decimal | None
    hit_rate: Decimal
    is_better: bool


@dataclass(frozen=True)
class Forecast:
    """One month ahead of one shop and currency: a row of `mart_sales.sales_forecast`."""

    shop: str
    currency: str
    month: date
    amount: Decimal
    lower: Decimal
    upper: Decimal
    method: str
    known_months: int
    tested: int
    error: Decimal
    mase: Decimal | None
    naive_mase: Decimal | None
    hit_rate: Decimal
    is_better: bool


def forecast_parameters(rows: Iterable[tuple[str, str, date, Decimal]]) -> dict[str, list[Any]]:
    """Bind parameters `forecast_<field>`, one value per forecast month, from rows of `complete_months`.

    Rows are in order of shop, currency and month, without a gap between the months.
    """
    found = [
        forecast
        for (shop, currency), own in groupby(rows, key=lambda row: row[:2])
        for forecast in _of_series(shop, currency, [(row[2], float(row[3])) for row in own])
    ]
    return {f"forecast_{field.name}": [getattr(row, field.name) for row in found] for field in fields(Forecast)}


def _of_series(shop: str, currency: str, known: Sequence[tuple[date, float]]) -> list[Forecast]:
    """Empty under two years, after the last sale, and where each month equals that of last year.

    Then there is nothing to estimate.
    """
    amounts = [amount for _, amount in known][-_MOST_MONTHS:]
    if len(amounts) < FEWEST_MONTHS or has_stopped(amounts) or amounts[_YEAR:] == amounts[:-_YEAR]:
        return []
    test, last = backtest(amounts), known[-1][0]
    return [
        Forecast(
            shop=shop,
            currency=currency,
            month=_months_later(last, ahead),
            amount=_rounded(interval.expected),
            lower=_rounded(interval.lower),
            upper=_rounded(interval.upper),
            method=METHOD,
            known_months=len(amounts),
            tested=test.tested,
            error=test.error,
            mase=test.mase,
            naive_mase=test.naive_mase,
            hit_rate=test.hit_rate,
            is_better=test.is_better,
        )
        for ahead, interval in enumerate(predict(amounts), 1)
    ]


def has_stopped(amounts: Sequence[float]) -> bool:
    """Whether nothing was sold in the last three months, though something was in the same months of the year before.

    A shop that rests in these months of each year goes on.
    """
    return not any(amounts[-MONTHS_AHEAD:]) and any(amounts[-_YEAR - MONTHS_AHEAD : -_YEAR])


def predict(amounts: Sequence[float]) -> list[Interval]:
    """The next three months. Where no month was below zero, neither is a forecast."""
    # Imported here: it takes two seconds, and most commands forecast nothing.
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    middle = math.fsum(amounts) / len(amounts)
    spread = math.sqrt(math.fsum((amount - middle) ** 2 for amount in amounts) / len(amounts)) or 1.0
    scaled = [(amount - middle) / spread for amount in amounts]
    model = UnobservedComponents(scaled, level="local level", seasonal=_YEAR, stochastic_seasonal=False)
    # The simplex finds variances at zero too, where the gradient has no direction.
    fits = [
        model.fit(start, method="nm", maxiter=2000, disp=False, cov_type="none", xtol=1e-6, ftol=1e-9)
        for start in _STARTS
    ]
    found = max(fits, key=lambda fit: float(fit.llf)).get_forecast(MONTHS_AHEAD)
    floor = min(0.0, *amounts)
    return [
        Interval(*(max(floor, float(value) * spread + middle) for value in (expected, *bounds)))
        for expected, bounds in zip(found.predicted_mean, found.conf_int(alpha=1 - _COVERAGE), strict=True)
    ]


def backtest(amounts: Sequence[float]) -> Backtest:
    """Forecasts three months from each of the last origins, and compares them and the naive ones with what came."""
    last_origin = len(amounts) - MONTHS_AHEAD
    origins = range(max(_FEWEST_TRAINED, last_origin - _MOST_TESTS + 1), last_origin + 1)
    tests = [
        (interval, amounts[month], amounts[month - _YEAR])
        for origin in origins
        for month, interval in enumerate(predict(amounts[:origin]), origin)
    ]
    error = _mean(abs(interval.expected - actual) for interval, actual, _ in tests)
    naive_error = _mean(abs(last_year - actual) for _, actual, last_year in tests)
    trained = range(_YEAR, origins[0])
    scale = _mean(abs(amounts[month] - amounts[month - _YEAR]) for month in trained)
    hits = sum(interval.lower <= actual <= interval.upper for interval, actual, _ in tests)
    return Backtest(
        tested=len(tests),
        error=_rounded(error),
        mase=_rounded(error / scale) if scale else None,
        naive_mase=_rounded(naive_error / scale) if scale else None,
        hit_rate=_rounded(hits / len(tests)),
        is_better=error < naive_error,
    )


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return math.fsum(found) / len(found)


def _rounded(value: float) -> Decimal:
    return Decimal(f"{value:.{_DIGITS - 1}e}")


def _months_later(month: date, number: int) -> date:
    return date(month.year + (month.month - 1 + number) // _YEAR, (month.month - 1 + number) % _YEAR + 1, 1)
