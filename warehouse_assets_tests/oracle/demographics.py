"""customer_demographics: single attributes, countries within continents, and pairs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

from warehouse_assets_tests.oracle.countries import UNKNOWN
from warehouse_assets_tests.oracle.exact import mean, rate, ratio
from warehouse_assets_tests.oracle.folding import blank, fold_by_size, fold_countries, fold_pairs
from warehouse_assets_tests.oracle.periods import Row
from warehouse_assets_tests.oracle.shop import Customer, State

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

Groups = dict[str, list[int]]
"""Member -> the positions of its customers."""


class Demographics:
    """The customers with their state, grouped and folded one attribute at a time."""

    def __init__(self, customers: Sequence[Customer], as_of: date, k: int, inactivity_months: int) -> None:
        self._customers = customers
        self._states = [customer.state(as_of, inactivity_months) for customer in customers]
        self._k = k

    def rows(self) -> list[Row]:
        if len(self._customers) < self._k:
            return []
        groups = {attribute: _grouped(self.members(attribute)) for attribute in SINGLE}
        hidden = {attribute: self._hidden(own) for attribute, own in groups.items()}
        groups["country"] = _grouped(self._country_members())
        hidden["country"] = self._hidden_countries(groups["country"], hidden["continent"])
        for first, second in PAIRS:
            pair = f"{first}×{second}"
            groups[pair] = _grouped(self._pair_members(first, second))
            hidden[pair] = self._hidden_pairs(groups[pair], hidden[first], hidden[second])
        return [row for attribute, own in groups.items() for row in self._rows(attribute, own, hidden[attribute])]

    def members(self, attribute: str) -> list[str]:
        """Each customer's published member of a single attribute."""
        own = [SINGLE[attribute](customer) for customer in self._customers]
        if attribute == "All":
            return own
        names = fold_by_size(own, self._k)
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

    def _counts(self, positions: Iterable[int]) -> Counter[State]:
        return Counter(self._states[position] for position in positions)

    def _hidden(self, groups: Groups) -> tuple[set[str], set[str]]:
        """Members whose churned are not published, and those whose active and never active are not."""
        sizes = {member: len(positions) for member, positions in groups.items()}
        counts = {member: self._counts(positions) for member, positions in groups.items()}
        churn = {member: (own["churned"], sizes[member] - own["churned"]) for member, own in counts.items()}
        split = {member: (*churn[member], own["active"], own["never active"]) for member, own in counts.items()}
        return blank(churn, sizes, self._k), blank(split, sizes, self._k)

    def _hidden_countries(self, groups: Groups, continents: tuple[set[str], set[str]]) -> tuple[set[str], set[str]]:
        """Within a continent like any members, and where the continent is hidden itself."""
        published = self.members("continent")
        by_continent: dict[str, Groups] = defaultdict(dict)
        for member, positions in groups.items():
            by_continent[published[positions[0]]][member] = positions
        found: tuple[set[str], set[str]] = (set(), set())
        for continent, own in by_continent.items():
            for level, members in enumerate(self._hidden(own)):
                found[level].update(own if continent in continents[level] else members)
        return found

    def _hidden_pairs(self, groups: Groups, *attributes: tuple[set[str], set[str]]) -> tuple[set[str], set[str]]:
        """All or none: where anything of the pair, or of its attributes alone, is hidden."""
        churn, split = (
            set(groups) if any(found[level] for found in (self._hidden(groups), *attributes)) else set()
            for level in (0, 1)
        )
        return churn, split

    def _rows(self, attribute: str, groups: Groups, hidden: tuple[set[str], set[str]]) -> Iterator[Row]:
        for member, positions in groups.items():
            yield {
                "attribute": attribute,
                "member": member,
                **self._measures(positions, member not in hidden[0], member not in hidden[1]),
                "is_total": attribute == "All",
            }

    def _measures(self, positions: Sequence[int], shows_churn: bool, shows_split: bool) -> Row:
        size, counts = len(positions), self._counts(positions)
        ages = [age for position in positions if (age := self._customers[position].now.age) is not None]
        return {
            "customer_count": size,
            "share_of_customers": rate(ratio(size, len(self._customers))),
            "active_count": counts["active"] if shows_split else None,
            "churned_count": counts["churned"] if shows_churn else None,
            "never_active_count": counts["never active"] if shows_split else None,
            "churn_rate": rate(ratio(counts["churned"], size)) if shows_churn else None,
            "average_age": rate(mean(ages)) if len(ages) >= self._k else None,
        }


def _grouped(members: Sequence[str]) -> Groups:
    groups: Groups = defaultdict(list)
    for position, member in enumerate(members):
        groups[member].append(position)
    return groups
