"""Sums, statistics and plain tables over lines of sale, in exact arithmetic, for the oracle of the sales mart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from warehouse_assets_tests.integration.marts.sales_mart_shop import Line, Row, Shop
from warehouse_assets_tests.oracle.exact import last_day, mean, median, month_of
from warehouse_assets_tests.oracle.forecast import series_rows


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


def sales_by_day(shop: Shop, own: Sequence[Line], currency: str, last: date) -> Iterator[Row]:
    """Dense from the first day; lines after their shop's date are left out."""
    known = [line for line in own if line.day <= shop.shop_dates[line.shop]]
    first = min((line.day for line in known), default=date.max)
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        lines = [line for line in known if line.day == day]
        yield {
            "day": day,
            "week": day - timedelta(days=day.weekday()),
            "currency_code": currency,
            "order_count": order_count(lines),
            "line_count": len(lines),
            "units_sold": units_of(lines),
            "gross_revenue_amount": sum((a.gross for a in lines if not a.is_return), Decimal(0)),
            "returned_amount": -net_of(a for a in lines if a.is_return),
            "net_revenue_amount": net_of(lines),
        }


def sales_forecast(currency: str, own: Sequence[Line], newest: int, whole: Sequence[int]) -> Iterator[Row]:
    """Of the complete months, if no other month lies between them and the newest of any shop."""
    if not whole or whole[-1] < newest - 1:
        return
    nets = [float(net_of(line for line in own if month_of(line.day) == month)) for month in whole]
    for row in series_rows(nets, whole[-1]):
        yield {"currency_code": currency, **row}


def empty_forecasts(rows: Sequence[Row], days: Mapping[tuple[str, str], date], whole: str) -> Iterator[Row]:
    """A row without amounts for each shop and month of which only another has a forecast in the currency."""
    there = {(row["source_name"], row["currency_code"], row["month"]) for row in rows}
    for (member, currency), last in days.items():
        for month in {month for _, other, month in there if other == currency}:
            if (member, currency, month) not in there:
                key = {"source_name": member, "currency_code": currency, "month": month}
                empty = dict.fromkeys(rows[0].keys() - key.keys())
                yield {**empty, **key, "is_better_than_naive": False, "is_total": member == whole, "as_of_date": last}


def product_countries(shop: Shop, live: Sequence[Line]) -> Iterator[Row]:
    """Over all months; freight and fees are no products."""
    goods = [line for line in live if line.is_product]
    for product, currency, country in {(line.product, line.currency, line.country) for line in goods}:
        lines = [a for a in goods if (a.product, a.currency, a.country) == (product, currency, country)]
        yield {
            "product_key": product,
            **dict(zip(("product_name", "category", "subcategory"), shop.names(product), strict=True)),
            "currency_code": currency,
            "country": country,
            "units_sold": units_of(lines),
            "net_revenue_amount": net_of(lines),
            "returned_amount": -net_of(line for line in lines if line.is_return),
        }


def sales_by_country(shop: Shop, live: Sequence[Line]) -> Iterator[Row]:
    """By month; the buyers of small groups are not shown."""
    keys = {(line.month, line.currency, line.country) for line in live}
    for month, currency, country in keys:
        lines = [a for a in live if (a.month, a.currency, a.country) == (month, currency, country)]
        buyers = len(buyers_of(lines))
        yield {
            "month": month,
            "currency_code": currency,
            "country": country,
            "order_count": order_count(lines),
            "units_sold": units_of(lines),
            "net_revenue_amount": net_of(lines),
            "customer_count": buyers if _may_show(shop, lines) else None,
        }


def _may_show(shop: Shop, lines: Sequence[Line]) -> bool:
    """Whether the buyers are k or more, and those that one of the shops has or lacks are k or more, or nobody."""
    buyers, k = len(buyers_of(lines)), shop.k
    parts = [len(buyers_of(line for line in lines if line.shop == name)) for name in {line.shop for line in lines}]
    return buyers >= k and all(part in (0, buyers) or (part >= k and buyers - part >= k) for part in parts)
