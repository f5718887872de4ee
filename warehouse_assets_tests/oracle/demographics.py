"""customer_demographics: single attributes, countries within continents, and pairs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date

from warehouse_assets_tests.oracle.countries import UNKNOWN
from warehouse_assets_tests.oracle.exact import mean, rate, ratio
from warehouse_assets_tests.oracle.folding import fold_countries, fold_pairs, fold_with_churn, is_published
from warehouse_assets_tests.oracle.periods import Row
from warehouse_assets_tests.oracle.shop import Customer

SINGLE: dict[str, Callable[[Customer], str]] = {
    "All": lambda customer: "All",
    "age_band": lambda customer: customer.age_band,
    "gender": lambda customer: customer.now.gender,
    "continent": lambda customer: customer.now.continent,
    "segment": lambda customer: customer.now.segment,
    "channel": lambda customer: customer.now.channel,
    "status": lambda customer: customer.now.status or UNKNOWN,
    "purchase_frequency": lambda customer: customer.now.purchase_frequency,
}
PAIRS = (("age_band", "gender"), ("continent", "gender"))


class Demographics:
    """The customers with their churn, grouped and folded one attribute at a time."""

    def __init__(self, customers: Sequence[Customer], as_of: date, k: int, inactivity_months: int) -> None:
        self._customers = customers
        self._churned = [customer.is_churned(as_of, inactivity_months) for customer in customers]
        self._k = k

    def rows(self) -> list[Row]:
        if len(self._customers) < self._k:
            return []
        found = [row for attribute in SINGLE for row in self._rows(attribute, self.members(attribute), True)]
        found += self._rows("country", self._country_members(), False)
        for first, second in PAIRS:
            found += self._rows(f"{first}×{second}", self._pair_members(first, second), False)
        return found

    def members(self, attribute: str) -> list[str]:
        """Each customer's published member of a single attribute."""
        own = [SINGLE[attribute](customer) for customer in self._customers]
        if attribute == "All":
            return own
        names = fold_with_churn(zip(own, self._churned, strict=True), self._k)
        return [names[member] for member in own]

    def _country_members(self) -> list[str]:
        places = [(customer.now.country, customer.now.continent) for customer in self._customers]
        continents = dict(zip((place[1] for place in places), self.members("continent"), strict=True))
        names = fold_countries(places, continents, self._k)
        return [names[country] for country, _ in places]

    def _pair_members(self, first: str, second: str) -> list[str]:
        own = [SINGLE[first](customer) for customer in self._customers]
        pairs = list(zip(own, self.members(second), strict=True))
        names = fold_pairs(pairs, self._k)
        return [f"{names[a]} × {b}" for a, b in pairs]

    def _rows(self, attribute: str, members: Sequence[str], has_churn: bool) -> Iterator[Row]:
        groups: dict[str, list[int]] = defaultdict(list)
        for position, member in enumerate(members):
            groups[member].append(position)
        for member, positions in groups.items():
            yield {"attribute": attribute, "member": member, **self._measures(positions, has_churn)}

    def _measures(self, positions: Sequence[int], has_churn: bool) -> Row:
        size = len(positions)
        churned = sum(self._churned[position] for position in positions)
        shown = has_churn and is_published(churned, self._k) and is_published(size - churned, self._k)
        ages = [age for position in positions if (age := self._customers[position].now.age) is not None]
        return {
            "customer_count": size,
            "share_of_customers": rate(ratio(size, len(self._customers))),
            "active_count": size - churned if shown else None,
            "churned_count": churned if shown else None,
            "churn_rate": rate(ratio(churned, size)) if shown else None,
            "average_age": rate(mean(ages)) if len(ages) >= self._k else None,
        }
