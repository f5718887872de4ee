"""retention_cohorts: the full rectangle of cohorts and months since, on three bases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from warehouse_assets_tests.oracle.exact import first_day, month_is_over, month_of, rate, ratio
from warehouse_assets_tests.oracle.periods import Row
from warehouse_assets_tests.oracle.shop import Customer

Retained = tuple[int, list[int]]
"""A customer's cohort month, and the months since then in which the customer is retained."""


def _last_seen(customers: Sequence[Customer]) -> Iterator[Retained]:
    for customer in customers:
        if customer.signup:
            cohort = month_of(customer.signup)
            reach = month_of(customer.last_seen) - cohort if customer.last_seen else -1
            yield cohort, list(range(reach + 1))


def _purchase(customers: Sequence[Customer]) -> Iterator[Retained]:
    for customer in customers:
        if customer.signup:
            yield _purchases_since(customer, customer.signup)


def _repeat_purchase(customers: Sequence[Customer]) -> Iterator[Retained]:
    for customer in customers:
        if customer.first_sale:
            yield _purchases_since(customer, customer.first_sale)


def _purchases_since(customer: Customer, start: date) -> Retained:
    cohort = month_of(start)
    return cohort, sorted({month_of(day) - cohort for day in customer.sale_days if month_of(day) >= cohort})


def _rectangle(basis: str, people: Sequence[Retained], as_of: date, k: int) -> Iterator[Row]:
    sizes = Counter(cohort for cohort, _ in people)
    retained = Counter((cohort, since) for cohort, months in people for since in months)
    last = month_of(as_of)
    reach = last - min(sizes)
    for cohort in range(min(sizes), last + 1):
        size = sizes[cohort] if sizes[cohort] >= k else None
        for since in range(reach + 1):
            month = cohort + since
            is_observed = month < last or (month == last and month_is_over(month, as_of))
            count = retained[cohort, since] if is_observed and size else None
            yield {
                "cohort_month": first_day(cohort),
                "months_since": since,
                "basis": basis,
                "cohort_size": size,
                "retained_count": count,
                "retention_rate": rate(ratio(count, size)) if count is not None and size else None,
                "is_observed": is_observed,
            }


def retention_cohorts(customers: Sequence[Customer], as_of: date, k: int) -> list[Row]:
    bases = {"last_seen": _last_seen, "purchase": _purchase, "repeat_purchase": _repeat_purchase}
    rows: list[Row] = []
    for basis, cohorts in bases.items():
        people = list(cohorts(customers))
        if people:
            rows += _rectangle(basis, people, as_of, k)
    return rows
