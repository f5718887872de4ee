"""sales_trends: rolling means, least squares, seasonality and anomalies, all on exact fractions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction

from warehouse_assets_tests.oracle.exact import first_day, mean, median, money, month_is_complete, month_of, rate
from warehouse_assets_tests.oracle.periods import Row, by_currency
from warehouse_assets_tests.oracle.shop import Line

Nets = dict[int, Fraction]
"""Net revenue of every month of the span."""


def _window(nets: Nets, end: int, length: int) -> list[Fraction]:
    """Up to `length` months of the span, the last being `end`."""
    return [nets[month] for month in range(end - length + 1, end + 1) if month in nets]


def rolling_mean(nets: Nets, end: int, length: int) -> Fraction | None:
    values = _window(nets, end, length)
    return mean(values) if len(values) == length else None


def trend_slope(nets: Nets, end: int) -> Fraction | None:
    values = _window(nets, end, 12)
    if len(values) < 6:
        return None
    middle, average = Fraction(len(values) - 1, 2), mean(values)
    products = sum(((x - middle) * (y - average) for x, y in enumerate(values)), Fraction(0))
    squares = sum(((x - middle) ** 2 for x in range(len(values))), Fraction(0))
    return products / squares


def seasonal_index(nets: Nets, month: int, as_of: date) -> Fraction | None:
    """Mean over all complete calendar years of the span, the same for each row of a calendar month."""
    end = max((passed for passed in nets if month_is_complete(passed, as_of)), default=min(nets))
    ratios = []
    for january in range(min(nets) + -min(nets) % 12, end - 10, 12):
        year = sum((nets[january + offset] for offset in range(12)), Fraction(0))
        if year:
            ratios.append(nets[january + month % 12] * 12 / year)
    return mean(ratios) if len(ratios) >= 2 else None


def anomaly_score(nets: Nets, month: int) -> Fraction | None:
    before = _window(nets, month - 1, 12)
    if len(before) < 6:
        return None
    centre = median(before)
    deviation = median([abs(value - centre) for value in before])
    return (nets[month] - centre) / (Fraction("1.4826") * deviation) if deviation else None


def _row(nets: Nets, month: int, as_of: date) -> Row:
    is_complete = month_is_complete(month, as_of)
    end = month if is_complete else month - 1
    year_to_date = [nets[passed] for passed in range(month - month % 12, month + 1) if passed in nets]
    return {
        "month": first_day(month),
        "net_revenue_amount": money(nets[month]),
        "rolling_3m_amount": money(rolling_mean(nets, month, 3)) if is_complete else None,
        "rolling_12m_amount": money(rolling_mean(nets, month, 12)) if is_complete else None,
        "year_to_date_amount": money(sum(year_to_date, Fraction(0))),
        "trend_slope": money(trend_slope(nets, end)),
        "seasonal_index": rate(seasonal_index(nets, month, as_of)),
        "anomaly_score": rate(anomaly_score(nets, month)) if is_complete else None,
    }


def sales_trends(lines: Iterable[Line], as_of: date) -> list[Row]:
    rows = []
    for currency, own in by_currency(lines).items():
        first = min(line.month for line in own)
        nets: Nets = dict.fromkeys(range(first, month_of(as_of) + 1), Fraction(0))
        for line in own:
            nets[line.month] += Fraction(line.net)
        rows += [{"currency_code": currency, **_row(nets, month, as_of)} for month in nets]
    return rows
