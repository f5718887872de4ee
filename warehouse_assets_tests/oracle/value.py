"""customer_value: the buyers of each currency by RFM segment and by cohort."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from warehouse_assets_tests.oracle.exact import average, first_day, money, month_of, ratio
from warehouse_assets_tests.oracle.folding import OTHER, hidden_amounts, is_dominated
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
_AMOUNTS = ("net_revenue_amount", "average_lifetime_value")


def _measures(members: Sequence[str], buyers: Mapping[str, Buyer]) -> Row:
    bought = [buyers[customer_id] for customer_id in members]
    net = sum((buyer.net for buyer in bought), Decimal(0))
    return {
        "customer_count": len(members),
        "net_revenue_amount": money(net),
        "average_lifetime_value": money(ratio(net, len(members))),
        "orders_per_customer": average(sum(buyer.order_count for buyer in bought), len(members)),
        "average_recency_days": average(sum(buyer.recency_days for buyer in bought), len(members)),
    }


def _groups(customers: Sequence[Customer], buyers: Mapping[str, Buyer], k: int) -> Iterator[tuple[str, str, list[str]]]:
    """(grouping, member, its customers)."""
    members: dict[tuple[str, str], list[str]] = defaultdict(list)
    segments = _segments(buyers)
    amounts: dict[str, list[Decimal]] = defaultdict(list)
    for customer_id, segment in segments.items():
        amounts[segment].append(buyers[customer_id].net)
    folded = hidden_amounts(amounts, k)
    for customer_id, segment in segments.items():
        if len(segments) >= k:
            members["rfm_segment", OTHER if segment in folded else segment].append(customer_id)
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
        amounts = {
            member: [buyers[one].net for one in people] for kind, member, people in groups if kind != "rfm_segment"
        }
        hidden = hidden_amounts(amounts, k)
        is_dominated_by_one = is_dominated([buyer.net for buyer in buyers.values()], k)
        for grouping, member, people in groups:
            row: Row = {"currency_code": currency, "grouping": grouping, "member": member, **_measures(people, buyers)}
            if grouping == "cohort_month" and member in hidden:
                row |= dict.fromkeys(_MEASURES)
            if is_dominated_by_one:
                row |= dict.fromkeys(_AMOUNTS)
            rows.append(row)
    return rows
