"""sales_by_day, sales_by_country and product_countries computed line by line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

from warehouse_assets_tests.integration.marts.sales_mart_arithmetic import buyers_of, net_of, order_count, units_of
from warehouse_assets_tests.integration.marts.sales_mart_shop import Line, Row, Shop


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
