"""customer_value computed plainly: buyers of one currency by segment and by cohort."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from warehouse_assets_tests.integration.marts.customer_mart_folding import fold, rounded
from warehouse_assets_tests.integration.marts.customer_mart_shop import Person, Row, Sale


@dataclass(frozen=True)
class Buyers:
    people: Sequence[Person]
    sales: Sequence[Sale]
    as_of: date
    k: int

    def bought(self, person: Person, currency: str) -> list[Sale]:
        own = (sale for sale in self.sales if sale.customer == person.key and sale.currency == currency)
        return [sale for sale in own if not sale.is_return]

    def customer_value(self) -> dict[tuple[Any, ...], Row]:
        rows: dict[tuple[Any, ...], Row] = {}
        for currency in {sale.currency for sale in self.sales}:
            for (grouping, member), people in self._value_groups(currency).items():
                rows[currency, grouping, member] = {
                    "currency_code": currency,
                    "grouping": grouping,
                    "member": member,
                    **self._value_row(currency, people),
                }
            self._blank_cohorts(currency, rows)
        return rows

    def _blank_cohorts(self, currency: str, rows: dict[tuple[Any, ...], Row]) -> None:
        """Cohorts go blank, the smallest first, until those that are add up to none or to k people."""
        cohorts = sorted(
            (key for key in rows if key[:2] == (currency, "cohort_month")),
            key=lambda key: (rows[key]["customer_count"], key),
        )
        people = 0
        for key in cohorts:
            if rows[key]["customer_count"] >= self.k and (people == 0 or people >= self.k):
                break
            people += rows[key]["customer_count"]
            rows[key] |= dict.fromkeys(
                name for name in rows[key] if name not in ("currency_code", "grouping", "member")
            )

    def _value_groups(self, currency: str) -> dict[tuple[str, str], list[Person]]:
        groups: dict[tuple[str, str], list[Person]] = defaultdict(list)
        segments = self._segments(currency)
        for person in segments:
            start = person.signup or min(sale.day for sale in self.bought(person, currency))
            groups["cohort_month", start.replace(day=1).isoformat()].append(person)
        if len(segments) >= self.k:
            names = fold({m: [n] for m, n in Counter(segments.values()).items()}, self.k)
            for person, segment in segments.items():
                groups["rfm_segment", names[segment]].append(person)
        return groups

    def _recency(self, currency: str, person: Person) -> int | None:
        days = [sale.day for sale in self.bought(person, currency)]
        return (self.as_of - max(days)).days if days else None

    def _orders(self, currency: str, person: Person) -> int:
        return len({sale.order for sale in self.bought(person, currency)})

    def _segments(self, currency: str) -> dict[Person, str]:
        recency = {p: -days for p in self.people if (days := self._recency(currency, p)) is not None}
        frequency = {p: self._orders(currency, p) for p in recency}
        return {p: rfm_segment(score(recency, p), score(frequency, p)) for p in recency}

    def _value_row(self, currency: str, people: Sequence[Person]) -> Row:
        keys = {person.key for person in people}
        net = sum((s.net for s in self.sales if s.customer in keys and s.currency == currency), Decimal(0))
        orders = sum(self._orders(currency, person) for person in people)
        recency = [self._recency(currency, person) or 0 for person in people]
        return {
            "customer_count": len(people),
            "net_revenue_amount": net,
            "average_lifetime_value": rounded(Fraction(net) / len(people), 4),
            "orders_per_customer": rounded(Fraction(orders, len(people))),
            "average_recency_days": rounded(Fraction(sum(recency), len(recency))),
        }


def score(values: Mapping[Person, int], person: Person) -> int:
    """1..5 by percent rank, the greatest value best."""
    lower = sum(value < values[person] for value in values.values())
    return 1 + min(4, 5 * lower // max(len(values) - 1, 1))


def rfm_segment(recency: int, frequency: int) -> str:
    if frequency >= 4:
        return "champion" if recency >= 4 else "loyal" if recency == 3 else "at risk"
    return "promising" if recency >= 4 else "needs attention" if recency == 3 else "dormant"
