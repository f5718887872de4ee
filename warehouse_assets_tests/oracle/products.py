"""product_sales, category_sales and sales_by_country: rows only where there are sales."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import partial

from warehouse_assets_tests.oracle.exact import (
    MONTHS_IN,
    first_day,
    growth,
    is_complete,
    money,
    rate,
    ratio,
)
from warehouse_assets_tests.oracle.periods import Row, by_currency, known_customers, total, units
from warehouse_assets_tests.oracle.ratings import Group, Rating, groups_of, mean_rating
from warehouse_assets_tests.oracle.shop import Line

ALL = "All"

Names = tuple[str, ...]
Grouped = dict[Names, list[Line]]
_Ranked = tuple[Names, Row]


def _grouped(lines: Iterable[Line], names: Callable[[Line], Names]) -> Grouped:
    found: Grouped = defaultdict(list)
    for line in lines:
        found[names(line)].append(line)
    return found


def _rated(lines: Iterable[Line], k: int) -> list[Group]:
    """The groups of ratings that means are made of."""
    return groups_of(
        (
            Rating(line.product, line.product[1:], line.customer_id or None, line.rating, line.month)
            for line in lines
            if line.rating is not None
        ),
        k,
    )


def _ranks(groups: Grouped, measure: Callable[[Iterable[Line]], Decimal]) -> dict[Names, int]:
    order = sorted(groups, key=lambda names: (-measure(groups[names]), names))
    return {names: position for position, names in enumerate(order, 1)}


def _mean(rated: Iterable[Group], k: int, kind: str, number: int | None, names: Names) -> Decimal | None:
    return mean_rating([group for group in rated if _is_about(group, names)], k, kind, number)


def _is_about(group: Group, names: Names) -> bool:
    """Whether a product, subcategory or whole category has the whole of the group."""
    if len(names) == 3:
        return group.is_one_product and group.ratings[0].product == names
    category, subcategory = group.ratings[0].subcategory
    return names in ((category, ALL), (category, subcategory))


def _ranked(groups: Grouped, period_total: Decimal, mean: Callable[[Names], Decimal | None]) -> Iterator[_Ranked]:
    revenue_ranks, units_ranks = _ranks(groups, total), _ranks(groups, units)
    for names, lines in groups.items():
        yield (
            names,
            {
                "units_sold": units(lines),
                "net_revenue_amount": money(total(lines)),
                "order_count": len(lines),
                "average_rating": mean(names),
                "revenue_rank": revenue_ranks[names],
                "units_rank": units_ranks[names],
                "revenue_share": rate(ratio(total(lines), period_total)),
            },
        )


def _periods(lines: Sequence[Line]) -> Iterator[tuple[str, int | None, list[Line]]]:
    """(kind, period number, its lines); 'all' has no number."""
    for kind, size in MONTHS_IN.items():
        numbers: dict[int, list[Line]] = defaultdict(list)
        for line in lines:
            numbers[line.month // size].append(line)
        for number, own in numbers.items():
            yield kind, number, own
    yield "all", None, list(lines)


def _start(kind: str, number: int | None, lines: Sequence[Line]) -> date:
    return first_day(min(line.month for line in lines) if number is None else number * MONTHS_IN[kind])


def product_sales(lines: Iterable[Line], as_of: date, k: int) -> list[Row]:
    rows = []
    for currency, own in by_currency(lines).items():
        first, rated = min(line.sold_on for line in own), _rated(own, k)
        nets: dict[tuple[str, int | None, Names], Decimal] = {}
        for kind, number, period_lines in sorted(_periods(own), key=lambda period: period[1] or 0):
            grain = {
                "period_kind": kind,
                "period_start": _start(kind, number, own),
                "currency_code": currency,
                "returned_amount": money(0),
            }
            groups = _grouped(period_lines, lambda line: line.product)
            mean = partial(_mean, rated, k, kind, number)
            for names, measures in _ranked(groups, total(period_lines), mean):
                nets[kind, number, names] = measures["net_revenue_amount"]
                before = nets.get((kind, None if number is None else number - 1, names), Decimal(0))
                change = {
                    "growth_vs_previous": _growth(kind, measures["net_revenue_amount"], before, number, first, as_of)
                }
                product = dict(zip(("product_name", "category", "subcategory"), names, strict=True))
                rows.append({**grain, **product, **measures, **change})
    return rows


def product_countries(lines: Iterable[Line]) -> list[Row]:
    rows = []
    for currency, own in by_currency(lines).items():
        groups = _grouped(own, lambda line: (*line.product, line.country))
        for names, group in groups.items():
            rows.append(
                {
                    "currency_code": currency,
                    "country": names[-1],
                    **dict(zip(("product_name", "category", "subcategory"), names, strict=False)),
                    "units_sold": units(group),
                    "net_revenue_amount": money(total(group)),
                    "returned_amount": money(0),
                }
            )
    return rows


def _category_groups(lines: Sequence[Line]) -> tuple[Grouped, Grouped]:
    """Whole categories, ranked among themselves, and subcategories, likewise."""
    return _grouped(lines, lambda line: (line.product[1], ALL)), _grouped(lines, lambda line: line.product[1:])


def _growth(kind: str, now: Decimal, before: Decimal, number: int | None, first: date, as_of: date) -> Decimal | None:
    if number is None:
        return None
    size = MONTHS_IN[kind]
    are_complete = all(is_complete(period * size, size, first, as_of) for period in (number - 1, number))
    return growth(now, before, are_complete)


def category_sales(lines: Iterable[Line], as_of: date, k: int) -> list[Row]:
    rows = []
    for currency, own in by_currency(lines).items():
        first, rated = min(line.sold_on for line in own), _rated(own, k)
        nets: dict[tuple[str, int | None, Names], Decimal] = {}
        periods = sorted(_periods(own), key=lambda period: period[1] or 0)
        for kind, number, period_lines in periods:
            grain = {
                "period_kind": kind,
                "period_start": _start(kind, number, own),
                "currency_code": currency,
            }
            for groups in _category_groups(period_lines):
                mean = partial(_mean, rated, k, kind, number)
                for names, measures in _ranked(groups, total(period_lines), mean):
                    now = nets[kind, number, names] = total(groups[names])
                    before = nets.get((kind, None if number is None else number - 1, names), Decimal(0))
                    category = {"category": names[0], "subcategory": names[1]}
                    change = {"growth_vs_previous": _growth(kind, now, before, number, first, as_of)}
                    rows.append({**grain, **category, **measures, **change, "is_total": names[1] == ALL})
    return rows


def sales_by_country(lines: Iterable[Line], k: int) -> list[Row]:
    rows = []
    for currency, own in by_currency(lines).items():
        groups: dict[tuple[int, str], list[Line]] = defaultdict(list)
        for line in own:
            groups[line.month, line.country].append(line)
        for (month, country), sold in groups.items():
            customers = len(known_customers(sold))
            rows.append(
                {
                    "month": first_day(month),
                    "currency_code": currency,
                    "country": country,
                    "order_count": len(sold),
                    "units_sold": units(sold),
                    "net_revenue_amount": money(total(sold)),
                    "customer_count": customers if customers >= k else None,
                }
            )
    return rows
