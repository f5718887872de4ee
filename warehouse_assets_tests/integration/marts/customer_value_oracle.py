"""customer_value computed plainly: buyers of one currency by segment and by cohort."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from warehouse_assets_tests.integration.marts.customer_mart_folding import average, rounded
from warehouse_assets_tests.integration.marts.customer_mart_shop import Person, Row, Sale

RFM = "rfm_segment"


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
            groups = self._value_groups(currency)
            hidden = self._unsafe(currency, {member: own for (kind, member), own in groups.items() if kind != RFM})
            everybody = [person for (kind, _), own in groups.items() if kind != RFM for person in own]
            for (grouping, member), people in groups.items():
                row = self._value_row(currency, people)
                if grouping != RFM and member in hidden:
                    row = dict.fromkeys(row)
                if self._is_dominated(currency, everybody):
                    row |= {"net_revenue_amount": None, "average_lifetime_value": None}
                grain = {"currency_code": currency, "grouping": grouping, "member": member}
                rows[currency, grouping, member] = grain | row
        return rows

    def cells(self, currency: str) -> dict[tuple[str, str], int]:
        """Buyers by segment as it is published and cohort."""
        cells: dict[tuple[str, str], int] = defaultdict(int)
        groups = self._value_groups(currency)
        segment_of = {person: member for (kind, member), own in groups.items() if kind == RFM for person in own}
        for (kind, cohort), own in groups.items():
            for person in own if kind != RFM else ():
                cells[segment_of.get(person, "none"), cohort] += 1
        return dict(cells)

    def _net(self, currency: str, person: Person) -> Decimal:
        own = (sale for sale in self.sales if sale.customer == person.key and sale.currency == currency)
        return sum((sale.net for sale in own), Decimal(0))

    def _is_dominated(self, currency: str, people: Sequence[Person]) -> bool:
        sizes = [abs(self._net(currency, person)) for person in people]
        return self.k > 1 and bool(sizes) and max(sizes) > sum(sizes) * Decimal("0.85")

    def _unsafe(self, currency: str, groups: Mapping[str, Sequence[Person]]) -> set[str]:
        """Dominated and small groups, and the next smallest until those together are neither."""
        dominated = {member for member, people in groups.items() if self._is_dominated(currency, people)}
        waiting = sorted(groups, key=lambda member: (member not in dominated, len(groups[member]), member))
        together: list[Person] = []
        unsafe: set[str] = set()
        for member in waiting:
            is_safe = not together or (len(together) >= self.k and not self._is_dominated(currency, together))
            if is_safe and member not in dominated and len(groups[member]) >= self.k:
                break
            together += groups[member]
            unsafe.add(member)
        return unsafe

    def _value_groups(self, currency: str) -> dict[tuple[str, str], list[Person]]:
        groups: dict[tuple[str, str], list[Person]] = defaultdict(list)
        segments = self._segments(currency)
        for person in segments:
            start = person.signup or min(sale.day for sale in self.bought(person, currency))
            groups["cohort_month", start.replace(day=1).isoformat()].append(person)
        if len(segments) >= self.k:
            members: dict[str, list[Person]] = defaultdict(list)
            for person, segment in segments.items():
                members[segment].append(person)
            folded = self._unsafe(currency, members)
            for segment, people in members.items():
                groups[RFM, "Other" if segment in folded else segment] += people
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
        net = sum((self._net(currency, person) for person in people), Decimal(0))
        orders = sum(self._orders(currency, person) for person in people)
        recency = [self._recency(currency, person) or 0 for person in people]
        return {
            "customer_count": len(people),
            "net_revenue_amount": net,
            "average_lifetime_value": rounded(Fraction(net) / len(people), 4),
            "orders_per_customer": average(orders, len(people)),
            "average_recency_days": average(sum(recency), len(recency)),
        }


def score(values: Mapping[Person, int], person: Person) -> int:
    """1..5 by percent rank, the greatest value best."""
    lower = sum(value < values[person] for value in values.values())
    return 1 + min(4, 5 * lower // max(len(values) - 1, 1))


def rfm_segment(recency: int, frequency: int) -> str:
    if frequency >= 4:
        return "champion" if recency >= 4 else "loyal" if recency == 3 else "at risk"
    return "promising" if recency >= 4 else "needs attention" if recency == 3 else "dormant"
