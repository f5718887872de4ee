"""churn_rates: customers month by month, by inactivity, straight from L(m)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from warehouse_assets_tests.oracle.exact import first_day, month_of, rate, ratio
from warehouse_assets_tests.oracle.folding import fold_by_size
from warehouse_assets_tests.oracle.periods import Row
from warehouse_assets_tests.oracle.shop import Customer

Flags = NDArray[np.bool_]
"""Customers x months."""

ATTRIBUTES: dict[str, Callable[[Customer], str]] = {
    "segment": lambda customer: customer.now.segment,
    "channel": lambda customer: customer.now.channel,
}
_NEVER = -(10**6)


def _flows(customers: Sequence[Customer], months: range, w: int) -> dict[str, Flags]:
    """Who is active at the start of each month, enters in it, comes back in it, churns in it."""
    active = np.zeros((len(customers), len(months)), dtype=np.bool_)
    for position, customer in enumerate(customers):
        active[position, [month - months.start for month in customer.active_months]] = True
    month = np.arange(len(months), dtype=np.int32)
    last = np.maximum.accumulate(np.where(active, month, _NEVER), axis=1)
    last_before = np.hstack([np.full((len(customers), 1), _NEVER), last[:, :-1]])
    has_entered = last_before != _NEVER
    at_start = has_entered & (last_before >= month - w)
    return {
        "customers_at_start": at_start,
        "new_count": active & ~has_entered,
        "reactivated_count": active & has_entered & (last_before < month - w),
        "churned_count": at_start & (last == month - w),
    }


def _rows(attribute: str, member: str, flows: dict[str, Flags], of_member: Flags, months: range) -> Iterator[Row]:
    counts = {name: flags[of_member].sum(axis=0) for name, flags in flows.items()}
    for position, month in enumerate(months):
        row = {name: int(values[position]) for name, values in counts.items()}
        churn_rate = rate(ratio(row["churned_count"], row["customers_at_start"]))
        yield {
            "month": first_day(month),
            "attribute": attribute,
            "member": member,
            **row,
            "churn_rate": churn_rate,
            "is_total": attribute == "All",
        }


def churn_rates(customers: Sequence[Customer], as_of: date, k: int, w: int) -> list[Row]:
    entered = [customer for customer in customers if customer.active_months]
    if len(entered) < k:
        return []
    months = range(min(customer.active_months[0] for customer in entered), month_of(as_of) + 1)
    flows = _flows(entered, months, w)
    rows = list(_rows("All", "All", flows, np.ones(len(entered), dtype=np.bool_), months))
    for attribute, member_of in ATTRIBUTES.items():
        shown = fold_by_size(map(member_of, customers), k)
        own = [shown[member_of(customer)] for customer in entered]
        names = fold_by_size(own, k)
        published = np.array([names[member] for member in own], dtype=object)
        for member in sorted(set(names.values())):
            rows += _rows(attribute, member, flows, published == member, months)
    return rows
