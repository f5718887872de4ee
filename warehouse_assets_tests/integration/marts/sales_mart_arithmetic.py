"""Sums and statistics over lines of sale, in exact arithmetic, for the oracle of the sales mart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

from warehouse_assets_tests.integration.marts.sales_mart_shop import Line
from warehouse_assets_tests.oracle.exact import last_day, mean, median, month_of


def net_of(lines: Iterable[Line]) -> Decimal:
    return sum((line.net for line in lines), Decimal(0))


def sold_of(lines: Iterable[Line]) -> list[Line]:
    return [line for line in lines if not line.is_return]


def order_count(lines: Iterable[Line]) -> int:
    return len({line.order for line in sold_of(lines)})


def cancelled_orders(lines: Iterable[Line], own: Iterable[Line], period: int, size: int) -> int:
    """Orders of the period with a cancelled line, from each shop's first month among its `own` lines of a currency."""
    newest_first = sorted(own, key=lambda line: line.day, reverse=True)
    firsts = {_seller(line): month_of(line.day) for line in newest_first}
    gone = [(month_of(line.day), line) for line in lines if line.is_cancelled]
    counted = [one for one in gone if one[0] // size == period and one[0] >= firsts.get(_seller(one[1]), 10**6)]
    return len({line.order for _, line in counted})


def _seller(line: Line) -> tuple[str, str]:
    return line.shop, line.currency


def units_of(lines: Iterable[Line]) -> Decimal:
    return sum((line.units for line in sold_of(lines) if line.is_product), Decimal(0))


def buyers_of(lines: Iterable[Line]) -> set[int]:
    return {line.customer for line in sold_of(lines) if line.customer >= 0}


def is_inside(period: int, size: int, day: date | None) -> bool:
    return day is not None and month_of(day) // size == period


def days_covered(lines: Iterable[Line], dates: Mapping[str, date]) -> tuple[date, date]:
    """The days that the data of every shop of these lines cover."""
    firsts: dict[str, date] = {}
    for line in lines:
        firsts[line.shop] = min(line.day, firsts.get(line.shop, line.day))
    return max(firsts.values()), min(dates[shop] for shop in firsts)


def season_index(whole: dict[int, Fraction], month: int) -> Fraction | None:
    indexes = []
    for year in {m // 12 for m in whole}:
        months = range(year * 12, year * 12 + 12)
        total = sum(whole[m] for m in months) if all(m in whole for m in months) else 0
        if total:
            indexes.append(whole[year * 12 + month % 12] / (Fraction(total) / 12))
    return mean(indexes) if len(indexes) >= 2 else None


def rolling_mean(nets: dict[int, Fraction], month: int, size: int) -> Fraction | None:
    values = [nets[m] for m in range(month - size + 1, month + 1) if m in nets]
    return mean(values) if len(values) == size else None


def trend_slope(values: list[Fraction]) -> Fraction | None:
    if len(values) < 6:
        return None
    x, y = mean(range(len(values))), mean(values)
    products = sum(((i - x) * (value - y) for i, value in enumerate(values)), Fraction(0))
    return products / sum(((i - x) ** 2 for i in range(len(values))), Fraction(0))


def anomaly_score(value: Fraction, before: list[Fraction]) -> Fraction | None:
    if len(before) < 6:
        return None
    middle = median(before)
    spread = median([abs(other - middle) for other in before])
    return (value - middle) / (Fraction("1.4826") * spread) if spread else None


def year_before(month: int, known: date) -> date:
    """The day a year before the end of the month, or before the last day that is known of it."""
    if last_day(month) <= known:
        return last_day(month - 12)
    if last_day(month_of(known)) == known:
        return last_day(month_of(known) - 12)
    return known.replace(year=known.year - 1, day=28 if (known.month, known.day) == (2, 29) else known.day)
