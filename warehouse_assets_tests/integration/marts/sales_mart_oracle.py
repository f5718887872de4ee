"""The sales mart computed line by line, as the model words it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

from warehouse_assets_tests.integration.marts.sales_mart_arithmetic import (
    anomaly_score,
    buyers_of,
    cancelled_orders,
    days_covered,
    empty_forecasts,
    is_inside,
    net_of,
    order_count,
    product_countries,
    rolling_mean,
    sales_by_country,
    sales_by_day,
    sales_forecast,
    season_index,
    sold_of,
    trend_slope,
    units_of,
    year_before,
)
from warehouse_assets_tests.integration.marts.sales_mart_shop import Line, Row, Shop
from warehouse_assets_tests.oracle.exact import (
    MONTHS_IN,
    first_day,
    growth,
    is_complete,
    money,
    month_of,
    rate,
    ratio,
    told_until,
)
from warehouse_assets_tests.oracle.ratings import Rating, groups_of, mean_rating

Names = tuple[str, ...]
Members = Callable[[Line], Iterable[Names]]
Inside = Callable[[date | None], bool]
"""Whether a day is in a period; no day is in 'all' only."""
ALL_SHOPS = "All shops"


class Oracle:
    """The tables of one shop alone, or of several together as `ALL_SHOPS`."""

    def __init__(self, shop: Shop, member: str = ALL_SHOPS) -> None:
        self.shop, self.member = shop, member
        dates = shop.shop_dates
        self.lines = [
            line
            for line in shop.lines
            if line.shop in dates
            and member in (line.shop, ALL_SHOPS)
            and month_of(line.day) <= month_of(dates[line.shop])
        ]
        self.live = [line for line in self.lines if not line.is_cancelled]

    def table(self, name: str) -> list[Row]:
        period = name.removeprefix("sales_by_")
        rows = self._sales_by(period) if period in MONTHS_IN else getattr(self, name)()
        return [
            {
                **row,
                "source_name": self.member,
                "is_total": self.member == ALL_SHOPS or row.get("is_total", False),
                "as_of_date": told_until(row, self._last_day(row["currency_code"])),
            }
            for row in rows
        ]

    def _own(self, currency: str) -> list[Line]:
        return [line for line in self.live if line.currency == currency]

    def _last_day(self, currency: str) -> date:
        """The newest date of the shops that sell in the currency."""
        return max(self.shop.shop_dates[line.shop] for line in self._own(currency))

    def _spans(self) -> Iterator[tuple[str, list[Line], range]]:
        for currency in {line.currency for line in self.live}:
            own = self._own(currency)
            yield currency, own, range(min(month_of(line.day) for line in own), month_of(self._last_day(currency)) + 1)

    def _sales_by(self, kind: str) -> Iterator[Row]:
        size = MONTHS_IN[kind]
        for currency, own, span in self._spans():
            starts = range(span[0] // size, span[-1] // size + 1)
            inside = {p: [line for line in own if month_of(line.day) // size == p] for p in starts}
            nets = {p: net_of(lines) for p, lines in inside.items()}
            orders = {p: order_count(lines) for p, lines in inside.items()}
            entered: dict[int, int] = {}
            for line in sorted(sold_of(own), key=lambda line: line.day):
                entered.setdefault(line.customer, month_of(line.day) // size)
            for p, lines in inside.items():
                known = [line for line in lines if line.customer >= 0]
                new = [line for line in known if entered.get(line.customer) == p]
                before, year_ago = p - 1, p - 12 // size
                whole = {n: self._is_complete(own, n * size, size) for n in (p, before, year_ago)}
                has_previous, has_last_year = whole[p] and whole[before], whole[p] and whole[year_ago]
                yield {
                    kind: first_day(p * size),
                    "currency_code": currency,
                    "order_count": orders[p],
                    "line_count": len(lines),
                    "units_sold": units_of(lines),
                    "gross_revenue_amount": sum(line.gross for line in sold_of(lines)),
                    "returned_amount": -net_of(line for line in lines if line.is_return),
                    "net_revenue_amount": nets[p],
                    "customer_count": len(buyers_of(lines)),
                    "new_customer_revenue_amount": net_of(new),
                    "returning_customer_revenue_amount": net_of(known) - net_of(new),
                    "average_order_value": money(ratio(net_of(sold_of(lines)), order_count(lines))),
                    "cancelled_order_count": cancelled_orders(self.lines, own, p, size),
                    "previous_net_revenue_amount": nets.get(before),
                    "last_year_net_revenue_amount": nets.get(year_ago),
                    "growth_vs_previous": growth(nets[p], nets.get(before), has_previous),
                    "growth_vs_last_year": growth(nets[p], nets.get(year_ago), has_last_year),
                    "order_growth_vs_previous": growth(orders[p], orders.get(before), has_previous),
                    "order_growth_vs_last_year": growth(orders[p], orders.get(year_ago), has_last_year),
                    "is_complete": whole[p],
                    "has_complete_last_year": has_last_year,
                }

    def _is_complete(self, own: Iterable[Line], month: int, size: int) -> bool:
        return is_complete(month, size, *days_covered(own, self.shop.shop_dates))

    def _periods(self, span: range) -> Iterator[tuple[str, date, Inside]]:
        for kind, size in MONTHS_IN.items():
            for p in range(span[0] // size, span[-1] // size + 1):
                yield kind, first_day(p * size), partial(is_inside, p, size)
        yield "all", first_day(span[0]), lambda day: True

    def _ratings(self, currency: str, shops: set[str]) -> Iterator[Rating]:
        """Of lines in the currency, and of reviews of the shops that sell in it."""
        dates = self.shop.shop_dates
        lines = ((line, line.day, line.currency) for line in self._own(currency) if line.rating is not None)
        known = (one for one in self.shop.reviews if one.shop in shops and (one.day or date.min) <= dates[one.shop])
        for one, day, code in (*lines, *((review, review.day, "") for review in known)):
            _, category, subcategory = self.shop.names(one.product)
            customer = one.customer if one.customer >= 0 else None
            month = None if day is None else month_of(day)
            yield Rating(one.product, (category, subcategory), customer, one.rating or 0, month, one.shop, code)

    def _ranked(self, members: Members, *, is_by_product: bool = False) -> Iterator[tuple[Names, Row]]:
        for currency, own, span in self._spans():
            ratings = self._ratings(currency, {line.shop for line in own})
            rated = [group for group in groups_of(ratings, self.shop.k) if group.is_one_product or not is_by_product]
            for kind, start, inside in self._periods(span):
                lines = [line for line in own if inside(line.day)]
                groups: dict[Names, list[Line]] = {}
                for line in lines:
                    for names in members(line) if line.is_product else ():
                        groups.setdefault(names, []).append(line)
                by_net = sorted(groups, key=lambda n: (-net_of(groups[n]), n))
                by_units = sorted(groups, key=lambda n: (-units_of(groups[n]), n))
                for names, mine in groups.items():
                    products = {p for p in self.products() if names in members(Line(date.min, product=p))}
                    yield (
                        names,
                        {
                            "period_kind": kind,
                            "period_start": start,
                            "currency_code": currency,
                            "units_sold": units_of(mine),
                            "net_revenue_amount": net_of(mine),
                            "order_count": order_count(mine),
                            "average_rating": mean_rating(
                                [group for group in rated if group.ratings[0].product in products],
                                self.shop.k,
                                kind,
                                month_of(start) // MONTHS_IN.get(kind, 1),
                            ),
                            "revenue_rank": by_net.index(names) + 1,
                            "units_rank": by_units.index(names) + 1,
                            "revenue_share": rate(ratio(net_of(mine), net_of(lines))),
                            **({"returned_amount": -net_of(a for a in mine if a.is_return)} if is_by_product else {}),
                        },
                    )

    def products(self) -> set[int]:
        return {line.product for line in self.shop.lines} | {review.product for review in self.shop.reviews}

    def product_sales(self) -> Iterator[Row]:
        def members(line: Line) -> Iterable[Names]:
            return [(*self.shop.names(line.product), f"{line.product:20}")]

        found = list(self._ranked(members, is_by_product=True))
        nets = {
            (names, row["currency_code"], row["period_kind"], row["period_start"]): row["net_revenue_amount"]
            for names, row in found
        }
        for names, row in found:
            name, category, subcategory, key = names
            yield {
                **row,
                "growth_vs_previous": self._growth(names, row, nets),
                "product_key": int(key),
                "product_name": name,
                "category": category,
                "subcategory": subcategory,
            }

    def category_sales(self) -> Iterator[Row]:
        def whole(line: Line) -> Iterable[Names]:
            return [(self.shop.names(line.product)[1], "All")]

        def part(line: Line) -> Iterable[Names]:
            _, category, subcategory = self.shop.names(line.product)
            return [(category, "All (subcategory)" if subcategory == "All" else subcategory)]

        for members in (whole, part):
            found = [(names, row) for names, row in self._ranked(members)]
            nets = {
                (names, row["currency_code"], row["period_kind"], row["period_start"]): row["net_revenue_amount"]
                for names, row in found
            }
            for names, row in found:
                yield {
                    **row,
                    "category": names[0],
                    "subcategory": names[1],
                    "growth_vs_previous": self._growth(names, row, nets),
                    "is_total": members is whole,
                }

    def _growth(self, names: Names, row: Row, nets: dict[Any, Decimal]) -> Decimal | None:
        kind, start = row["period_kind"], row["period_start"]
        if kind == "all":
            return None
        size = MONTHS_IN[kind]
        previous = first_day(month_of(start) - size)
        own = self._own(row["currency_code"])
        are_whole = all(self._is_complete(own, month_of(first), size) for first in (start, previous))
        return growth(row["net_revenue_amount"], nets.get((names, row["currency_code"], kind, previous)), are_whole)

    def product_countries(self) -> Iterator[Row]:
        return product_countries(self.shop, self.live)

    def sales_by_day(self) -> Iterator[Row]:
        for currency, own, _ in self._spans():
            yield from sales_by_day(self.shop, own, currency, self._last_day(currency))

    def sales_by_country(self) -> Iterator[Row]:
        return sales_by_country(self.shop, self.live)

    def sales_trends(self) -> Iterator[Row]:
        for currency, own, span in self._spans():
            nets = {m: Fraction(net_of(a for a in own if month_of(a.day) == m)) for m in span}
            whole = {m: nets[m] for m in span if self._is_complete(own, m, 1)}
            for month in span:
                end = month if month in whole else month - 1
                yield {
                    "month": first_day(month),
                    "currency_code": currency,
                    "net_revenue_amount": money(nets[month]),
                    "rolling_3m_amount": money(rolling_mean(whole, month, 3)),
                    "rolling_12m_amount": money(rolling_mean(whole, month, 12)),
                    "year_to_date_amount": money(sum(nets[m] for m in span if m // 12 == month // 12 and m <= month)),
                    "trend_slope": money(trend_slope([whole[m] for m in whole if end - 12 < m <= end])),
                    "seasonal_index": rate(season_index(whole, month)),
                    "anomaly_score": rate(anomaly_score(nets[month], [whole[m] for m in whole if 0 < month - m <= 12]))
                    if month in whole
                    else None,
                    **self._last_year(own, month),
                }

    def sales_forecast(self) -> Iterator[Row]:
        newest = max((month_of(self.shop.shop_dates[line.shop]) for line in Oracle(self.shop).live), default=0)
        for code, own, span in self._spans():
            yield from sales_forecast(code, own, newest, [m for m in span if self._is_complete(own, m, 1)])

    def _last_year(self, own: Sequence[Line], month: int) -> Row:
        start = date(month // 12 - 1, 1, 1)
        before = net_of(
            line for line in own if start <= line.day <= year_before(month, self.shop.shop_dates[line.shop])
        )
        now = net_of(line for line in own if line.day.year == month // 12 and month_of(line.day) <= month)
        is_known = days_covered(own, self.shop.shop_dates)[0] <= start
        return {
            "last_year_to_date_amount": before if is_known else None,
            "year_to_date_growth": growth(now, before, is_known),
        }


def expected_tables(shop: Shop, name: str) -> list[Row]:
    """A table's rows: of each shop that sells as if it were alone, and of all where several sell."""
    sellers = sorted({line.shop for line in Oracle(shop).live})
    members = [Oracle(shop, member) for member in (*sellers, *([ALL_SHOPS] if len(sellers) > 1 else []))]
    rows = [row for member in members for row in member.table(name)]
    days = {(one.member, c): one._last_day(c) for one in members for c in {line.currency for line in one.live}}
    return [*rows, *(empty_forecasts(rows, days, ALL_SHOPS) if name == "sales_forecast" else ())]
