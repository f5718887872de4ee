"""sales_trends: year to date, rolling means, least squares, seasonality and anomalies, all on exact fractions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from warehouse_assets_tests.oracle.exact import (
    first_day,
    growth,
    is_complete,
    last_day,
    mean,
    median,
    money,
    month_of,
    rate,
)
from warehouse_assets_tests.oracle.periods import Row, by_currency
from warehouse_assets_tests.oracle.shop import Line

Nets = dict[int, Fraction]
"""Net revenue of months, those without sales included."""


def _window(nets: Nets, end: int, length: int) -> list[Fraction]:
    """Those of the `length` months up to `end` that are known."""
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


def seasonal_index(nets: Nets, month: int) -> Fraction | None:
    """Mean over all complete calendar years, the same for each row of a calendar month."""
    ratios = []
    for january in (first for first in nets if first % 12 == 0):
        months = [nets[january + offset] for offset in range(12) if january + offset in nets]
        if len(months) == 12 and sum(months):
            ratios.append(nets[january + month % 12] * 12 / sum(months))
    return mean(ratios) if len(ratios) >= 2 else None


def anomaly_score(nets: Nets, month: int) -> Fraction | None:
    before = _window(nets, month - 1, 12)
    if len(before) < 6:
        return None
    centre = median(before)
    deviation = median([abs(value - centre) for value in before])
    return (nets[month] - centre) / (Fraction("1.4826") * deviation) if deviation else None


@dataclass(frozen=True)
class _Span:
    """The lines of one currency, from the first one to the as-of date."""

    lines: Sequence[Line]
    as_of: date

    @property
    def first(self) -> date:
        return min(line.sold_on for line in self.lines)

    def net_between(self, start: date, end: date) -> Decimal:
        return sum((line.net for line in self.lines if start <= line.sold_on <= end), Decimal(0))

    def nets(self) -> Nets:
        found: Nets = dict.fromkeys(range(month_of(self.first), month_of(self.as_of) + 1), Fraction(0))
        for line in self.lines:
            found[line.month] += Fraction(line.net)
        return found

    def year_to_date(self, month: int) -> Row:
        january = date(month // 12, 1, 1)
        now = self.net_between(january, min(last_day(month), self.as_of))
        start = january.replace(year=january.year - 1)
        is_over = last_day(month) <= self.as_of
        before = self.net_between(start, last_day(month - 12) if is_over else a_year_before(self.as_of))
        is_known = self.first <= start
        return {
            "year_to_date_amount": money(now),
            "last_year_to_date_amount": money(before) if is_known else None,
            "year_to_date_growth": growth(now, before, is_known),
        }


def a_year_before(day: date) -> date:
    """The same day of last year; the 28th for 29 February."""
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def _row(nets: Nets, complete: Nets, month: int) -> Row:
    is_whole = month in complete
    return {
        "month": first_day(month),
        "net_revenue_amount": money(nets[month]),
        "rolling_3m_amount": money(rolling_mean(complete, month, 3)) if is_whole else None,
        "rolling_12m_amount": money(rolling_mean(complete, month, 12)) if is_whole else None,
        "trend_slope": money(trend_slope(complete, month if is_whole else month - 1)),
        "seasonal_index": rate(seasonal_index(complete, month)),
        "anomaly_score": rate(anomaly_score(complete, month)) if is_whole else None,
    }


def sales_trends(lines: Iterable[Line], as_of: date) -> list[Row]:
    rows = []
    for currency, own in by_currency(lines).items():
        span = _Span(own, as_of)
        nets = span.nets()
        complete = {month: net for month, net in nets.items() if is_complete(month, 1, span.first, as_of)}
        rows += [
            {"currency_code": currency, **_row(nets, complete, month), **span.year_to_date(month)} for month in nets
        ]
    return rows
