"""customer_demographics: single attributes, countries within continents, and pairs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date

from warehouse_assets_tests.oracle.countries import UNKNOWN
from warehouse_assets_tests.oracle.exact import average, rate, ratio
from warehouse_assets_tests.oracle.folding import OTHER, blank, fold_by_size, fold_countries, fold_pairs
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

CROSSED = ("age_band", "gender", "continent", "age_band×gender", "continent×gender")
AGELESS = ("age_band", "age_band×gender", "continent×gender")

Groups = dict[str, list[int]]
"""Member -> the positions of its customers."""
Hidden = dict[str, set[str]]
"""What is not published (churn, split, age) -> of which members."""


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
            hidden[pair] = self._hidden(groups[pair])
        self._hide_together(groups, hidden)
        return [row for attribute, own in groups.items() for row in self._rows(attribute, own, hidden[attribute])]

    @staticmethod
    def _hide_together(groups: Mapping[str, Groups], hidden: Mapping[str, Hidden]) -> None:
        """Where pairs are shown, active people are told from never active ones all or not at all.

        A gender has no age if a pair is empty; an age band and a pair never have one.
        """
        if any(hidden[attribute]["split"] - hidden[attribute]["churn"] for attribute in CROSSED):
            for attribute in (*CROSSED, "country"):
                hidden[attribute]["split"].update(groups[attribute])
        genders, pairs = groups["gender"], groups["continent×gender"]
        if len(pairs) < len(genders) * len({pair.split(" × ")[0] for pair in pairs}):
            hidden["gender"]["age"].update(genders)
        for attribute in AGELESS:
            hidden[attribute]["age"].update(groups[attribute])
        for own in hidden.values():
            own["split"] |= own["churn"]

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
        alone = dict(zip(own, self.members(first), strict=True))
        names = fold_pairs(pairs, alone, [state == "churned" for state in self._states], self._k)
        return [f"{names[a]} × {b}" for a, b in pairs]

    def _counts(self, positions: Iterable[int]) -> Counter[State]:
        return Counter(self._states[position] for position in positions)

    def _hidden(self, groups: Groups, other: str = OTHER) -> Hidden:
        """Members whose churned, whose active and never active, and whose average age are not published."""
        sizes = {member: len(positions) for member, positions in groups.items()}
        counts = {member: self._counts(positions) for member, positions in groups.items()}
        churn = {member: (own["churned"], sizes[member] - own["churned"]) for member, own in counts.items()}
        split = {member: (own["active"], own["never active"]) for member, own in counts.items()}
        ages = {member: (len(self._ages(positions)),) for member, positions in groups.items()}
        return {
            name: blank(own, sizes, self._k, other) for name, own in (("churn", churn), ("split", split), ("age", ages))
        }

    def _hidden_countries(self, groups: Groups, continents: Hidden) -> Hidden:
        """Within a continent like any members, and where the same of the continent is hidden."""
        published = self.members("continent")
        by_continent: dict[str, Groups] = defaultdict(dict)
        for member, positions in groups.items():
            by_continent[published[positions[0]]][member] = positions
        found: Hidden = {"churn": set(), "split": set(), "age": set()}
        for continent, own in by_continent.items():
            for what, members in self._hidden(own, f"{OTHER} {continent}").items():
                found[what].update(own if continent in continents[what] else members)
        return found

    def _ages(self, positions: Iterable[int]) -> list[int]:
        return [age for position in positions if (age := self._customers[position].now.age) is not None]

    def _rows(self, attribute: str, groups: Groups, hidden: Hidden) -> Iterator[Row]:
        for member, positions in groups.items():
            yield {
                "attribute": attribute,
                "member": member,
                **self._measures(positions, *(member not in hidden[what] for what in ("churn", "split", "age"))),
                "is_total": attribute == "All",
            }

    def _measures(self, positions: Sequence[int], shows_churn: bool, shows_split: bool, shows_age: bool) -> Row:
        size, counts = len(positions), self._counts(positions)
        ages = self._ages(positions)
        return {
            "customer_count": size,
            "share_of_customers": rate(ratio(size, len(self._customers))),
            "active_count": counts["active"] if shows_split else None,
            "churned_count": counts["churned"] if shows_churn else None,
            "never_active_count": counts["never active"] if shows_split else None,
            "churn_rate": rate(ratio(counts["churned"], size)) if shows_churn else None,
            "average_age": average(sum(ages), len(ages)) if ages and shows_age else None,
        }


def _grouped(members: Sequence[str]) -> Groups:
    groups: Groups = defaultdict(list)
    for position, member in enumerate(members):
        groups[member].append(position)
    return groups
