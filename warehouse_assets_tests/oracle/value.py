"""customer_value: the buyers of each currency by RFM segment and by cohort."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from warehouse_assets_tests.oracle.exact import first_day, mean, money, month_of, rate, ratio
from warehouse_assets_tests.oracle.folding import blank, fold_by_size
from warehouse_assets_tests.oracle.periods import Row, by_currency
from warehouse_assets_tests.oracle.shop import Customer, Line


@dataclass(frozen=True)
class Buyer:
    """One known customer's purchases in one currency."""

    recency_days: int
    order_count: int
    net: Decimal
    first_sale: date


def _buyers(lines: Sequence[Line], as_of: date) -> dict[str, Buyer]:
    own: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        if line.customer_id:
            own[line.customer_id].append(line)
    return {
        customer_id: Buyer(
            (as_of - max(line.sold_on for line in bought)).days,
            len(bought),
            sum((line.net for line in bought), Decimal(0)),
            min(line.sold_on for line in bought),
        )
        for customer_id, bought in own.items()
    }


def scores(values: Sequence[int]) -> list[int]:
    """1 (lowest) to 5: 1 + min(4, floor(5 x percent_rank)), equals equal."""
    ordered = sorted(values)
    others = max(len(values) - 1, 1)
    return [1 + min(4, 5 * bisect_left(ordered, value) // others) for value in values]


def rfm_segment(recency: int, frequency: int) -> str:
    if frequency >= 4:
        return "champion" if recency >= 4 else "loyal" if recency == 3 else "at risk"
    return "promising" if recency >= 4 else "needs attention" if recency == 3 else "dormant"


def _segments(buyers: Mapping[str, Buyer]) -> dict[str, str]:
    recency = scores([-buyer.recency_days for buyer in buyers.values()])
    frequency = scores([buyer.order_count for buyer in buyers.values()])
    return {customer_id: rfm_segment(r, f) for customer_id, r, f in zip(buyers, recency, frequency, strict=True)}


_MEASURES = [
    "customer_count",
    "net_revenue_amount",
    "average_lifetime_value",
    "orders_per_customer",
    "average_recency_days",
]


def _measures(members: Sequence[str], buyers: Mapping[str, Buyer]) -> Row:
    bought = [buyers[customer_id] for customer_id in members]
    net = sum((buyer.net for buyer in bought), Decimal(0))
    return {
        "customer_count": len(members),
        "net_revenue_amount": money(net),
        "average_lifetime_value": money(ratio(net, len(members))),
        "orders_per_customer": rate(ratio(sum(buyer.order_count for buyer in bought), len(members))),
        "average_recency_days": rate(mean([buyer.recency_days for buyer in bought])),
    }


def _groups(customers: Sequence[Customer], buyers: Mapping[str, Buyer], k: int) -> Iterator[tuple[str, str, list[str]]]:
    """(grouping, member, its customers)."""
    members: dict[tuple[str, str], list[str]] = defaultdict(list)
    segments = _segments(buyers)
    names = fold_by_size(segments.values(), k)
    for customer_id, segment in segments.items():
        if names:
            members["rfm_segment", names[segment]].append(customer_id)
    for customer in customers:
        buyer = buyers.get(customer.now.customer_id)
        if buyer:
            start = customer.signup or buyer.first_sale
            members["cohort_month", first_day(month_of(start)).isoformat()].append(customer.now.customer_id)
    for (grouping, member), people in members.items():
        yield grouping, member, people


def customer_value(customers: Sequence[Customer], lines: Sequence[Line], as_of: date, k: int) -> list[Row]:
    rows = []
    for currency, own in by_currency(lines).items():
        buyers = _buyers(own, as_of)
        groups = list(_groups(customers, buyers, k))
        sizes = {member: len(people) for grouping, member, people in groups if grouping == "cohort_month"}
        hidden = blank({member: (size,) for member, size in sizes.items()}, sizes, k)
        for grouping, member, people in groups:
            grain = {"currency_code": currency, "grouping": grouping, "member": member}
            is_blank = grouping == "cohort_month" and member in hidden
            rows.append({**grain, **(dict.fromkeys(_MEASURES) if is_blank else _measures(people, buyers))})
    return rows
