"""Forecasts by the textbook: generalised least squares with the restricted likelihood, and no library of forecasts.

The model in closed form: revenue = a level that is a random walk + a fixed effect per calendar month + noise. For each
share of the walk in the variance the best unbiased forecast is a formula; the share is searched in ever finer steps.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from warehouse_assets_tests.oracle.exact import first_day, is_complete, month_of
from warehouse_assets_tests.oracle.periods import Row, by_currency
from warehouse_assets_tests.oracle.shop import Line

ROUGHLY = {
    "forecast_amount", "lower_amount", "upper_amount", "mean_absolute_error_amount", "mase", "naive_mase",
    "interval_hit_rate",
}  # fmt: skip
"""Estimated columns: two ways to the same optimum agree in their first digits."""
_NORMAL_QUANTILE = 1.2815515655446004
"""Of nine tenths, so that a tenth lies beyond each bound."""
_AHEAD = 3
Array = NDArray[np.float64]


@dataclass(frozen=True)
class _Fit:
    """The model at one share of the random walk."""

    y: Array
    share: float

    @property
    def size(self) -> int:
        return len(self.y)

    def solved(self) -> tuple[float, Array, Array]:
        """Restricted log-likelihood, forecasts and their standard errors."""
        places = np.arange(self.size + _AHEAD)
        walk = np.minimum.outer(places, places).astype(float)
        cover = (1 - self.share) * np.eye(len(places)) + self.share * walk
        months = np.zeros((len(places), 12))
        months[places, places % 12] = 1
        known, ahead = months[: self.size], months[self.size :]
        inverse = np.linalg.inv(cover[: self.size, : self.size])
        normal = known.T @ inverse @ known
        effects = np.linalg.solve(normal, known.T @ inverse @ self.y)
        rest = self.y - known @ effects
        variance = float(rest @ inverse @ rest) / (self.size - 12)
        likelihood = -0.5 * (
            (self.size - 12) * np.log(variance)
            + np.linalg.slogdet(cover[: self.size, : self.size])[1]
            + np.linalg.slogdet(normal)[1]
        )
        cross = cover[self.size :, : self.size]
        means = ahead @ effects + cross @ inverse @ rest
        loss = ahead - cross @ inverse @ known
        spread = cover[self.size :, self.size :] - cross @ inverse @ cross.T + loss @ np.linalg.solve(normal, loss.T)
        return float(likelihood), means, np.sqrt(variance * np.diag(spread))


def predict(amounts: Sequence[float]) -> list[tuple[float, float, float]]:
    """Expected value, lower and upper bound of the next three months."""
    middle, scale = float(np.mean(amounts)), float(np.std(amounts)) or 1.0
    y = (np.array(amounts) - middle) / scale
    shares: Iterable[float] = np.linspace(0, 1, 101)[:-1]
    best = 0.0
    for step in (0.0, 1e-3, 1e-4, 1e-5, 1e-6):
        shares = shares if not step else [min(max(best + step * n, 0.0), 1 - 1e-9) for n in range(-12, 13)]
        best = max(shares, key=lambda share: _Fit(y, share).solved()[0])
    _, means, errors = _Fit(y, best).solved()
    floor = min(0.0, *amounts)
    bounds = np.stack([means, means - _NORMAL_QUANTILE * errors, means + _NORMAL_QUANTILE * errors], axis=1)
    return [tuple(max(floor, value * scale + middle) for value in row) for row in bounds.tolist()]


def series_rows(amounts: Sequence[float], last: int) -> list[Row]:
    """Rows of one shop and currency, of its complete months up to the month `last`."""
    known = list(amounts)[-60:]
    if len(known) < 24 or all(known[n] == known[n - 12] for n in range(12, len(known))):
        return []
    if not any(known[-3:]) and any(known[-15:-12]):
        return []
    origins = [n for n in range(21, len(known) - 2) if n > len(known) - 3 - 12]
    errors, naive, hits = [], [], 0
    for origin in origins:
        for n, (expected, lower, upper) in enumerate(predict(known[:origin]), origin):
            errors.append(abs(expected - known[n]))
            naive.append(abs(known[n - 12] - known[n]))
            hits += lower <= known[n] <= upper
    scale = float(np.mean([abs(known[n] - known[n - 12]) for n in range(12, origins[0])]))
    test: dict[str, Any] = {
        "forecast_method": "local level with seasonal pattern",
        "known_month_count": len(known),
        "tested_count": len(errors),
        "mean_absolute_error_amount": float(np.mean(errors)),
        "mase": float(np.mean(errors)) / scale if scale else None,
        "naive_mase": float(np.mean(naive)) / scale if scale else None,
        "interval_hit_rate": hits / len(errors),
        "is_better_than_naive": float(np.mean(errors)) < float(np.mean(naive)),
    }
    return [
        {"month": first_day(last + n), "forecast_amount": mean, "lower_amount": low, "upper_amount": high, **test}
        for n, (mean, low, high) in enumerate(predict(known), 1)
    ]


def sales_forecast(lines: Iterable[Line], as_of: date) -> list[Row]:
    """Of one shop: months that the data cover from the first to the last day, those without sales included."""
    rows = []
    for currency, own in by_currency(lines).items():
        first = min(line.sold_on for line in own)
        months = range(month_of(first), month_of(as_of) + 1)
        whole = [month for month in months if is_complete(month, 1, first, as_of)]
        nets = [float(sum((line.net for line in own if line.month == month), Decimal(0))) for month in whole]
        found = series_rows(nets, whole[-1]) if whole else []
        rows += [{"currency_code": currency, **row} for row in found]
    return rows
