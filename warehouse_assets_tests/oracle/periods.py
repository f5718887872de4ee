"""sales_by_month, sales_by_quarter and sales_by_year, dense over the currency's span."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from warehouse_assets_tests.oracle.exact import MONTHS_IN, first_day, growth, is_complete, money, month_of, ratio
from warehouse_assets_tests.oracle.shop import Line

Row = dict[str, Any]


def by_currency(lines: Iterable[Line]) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        found[line.currency].append(line)
    return found


def first_purchase_months(lines: Iterable[Line]) -> dict[str, int]:
    months: dict[str, int] = {}
    for line in lines:
        months[line.customer_id] = min(line.month, months.get(line.customer_id, line.month))
    return months


def total(lines: Iterable[Line]) -> Decimal:
    return sum((line.net for line in lines), Decimal(0))


def units(lines: Iterable[Line]) -> Decimal:
    return sum((line.quantity for line in lines), Decimal(0))


def known_customers(lines: Iterable[Line]) -> set[str]:
    return {line.customer_id for line in lines if line.customer_id}


def _measures(lines: list[Line], first_periods: dict[str, int], period: int) -> Row:
    known = [line for line in lines if line.customer_id]
    new = [line for line in known if first_periods[line.customer_id] == period]
    net = total(lines)
    return {
        "order_count": len(lines),
        "line_count": len(lines),
        "units_sold": units(lines),
        "gross_revenue_amount": money(net),
        "returned_amount": money(0),
        "net_revenue_amount": money(net),
        "customer_count": len(known_customers(lines)),
        "new_customer_revenue_amount": money(total(new)),
        "returning_customer_revenue_amount": money(total(known) - total(new)),
        "average_order_value": money(ratio(net, len(lines))),
        "cancelled_order_count": 0,
    }


def _currency_rows(kind: str, lines: list[Line], as_of: date) -> Iterator[Row]:
    size = MONTHS_IN[kind]
    in_period: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        in_period[line.month // size].append(line)
    first_periods = {known: month // size for known, month in first_purchase_months(lines).items()}
    nets: dict[int, Decimal] = {}
    orders: dict[int, int] = {}
    first_sale = min(line.sold_on for line in lines)
    for period in range(min(in_period), month_of(as_of) // size + 1):
        nets[period] = total(in_period[period])
        orders[period] = len(in_period[period])
        before, year_ago = period - 1, period - 12 // size
        complete = {p: is_complete(p * size, size, first_sale, as_of) for p in (period, before, year_ago)}
        has_previous, has_last_year = complete[period] and complete[before], complete[period] and complete[year_ago]
        yield {
            kind: first_day(period * size),
            "currency_code": lines[0].currency,
            **_measures(in_period[period], first_periods, period),
            "previous_net_revenue_amount": money(nets.get(before)),
            "last_year_net_revenue_amount": money(nets.get(year_ago)),
            "growth_vs_previous": growth(nets[period], nets.get(before), has_previous),
            "growth_vs_last_year": growth(nets[period], nets.get(year_ago), has_last_year),
            "order_growth_vs_previous": growth(orders[period], orders.get(before), has_previous),
            "order_growth_vs_last_year": growth(orders[period], orders.get(year_ago), has_last_year),
            "is_complete": complete[period],
            "has_complete_last_year": has_last_year,
        }


def sales_by(kind: str, lines: Iterable[Line], as_of: date) -> list[Row]:
    return [row for own in by_currency(lines).values() for row in _currency_rows(kind, own, as_of)]


def sales_by_day(lines: Iterable[Line], as_of: date) -> list[Row]:
    """Dense over each currency's span; a week begins on Monday."""
    return [row for own in by_currency(lines).values() for row in _days(own, as_of)]


def _days(lines: list[Line], as_of: date) -> Iterator[Row]:
    first = min(line.sold_on for line in lines)
    for number in range((as_of - first).days + 1):
        day = first + timedelta(days=number)
        sold = [line for line in lines if line.sold_on == day]
        yield {
            "day": day,
            "week": day - timedelta(days=day.weekday()),
            "currency_code": lines[0].currency,
            "order_count": len(sold),
            "line_count": len(sold),
            "units_sold": units(sold),
            "gross_revenue_amount": money(total(sold)),
            "returned_amount": money(0),
            "net_revenue_amount": money(total(sold)),
        }
