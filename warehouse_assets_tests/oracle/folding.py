"""Smallest group: which members are folded, so that every published count is 0 or at least k."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

OTHER = "Other"

Counts = tuple[int, ...]
"""Counts that the group publishes; the first is its size."""


def is_published(count: int, k: int) -> bool:
    return count == 0 or count >= k


def _groups(counts: Mapping[str, Counts], names: Mapping[str, str]) -> Iterable[list[int]]:
    groups: dict[str, list[int]] = {}
    for member, own in counts.items():
        group = groups.setdefault(names[member], [0] * len(own))
        for position, count in enumerate(own):
            group[position] += count
    return groups.values()


def fold(counts: Mapping[str, Counts], k: int, other: str = OTHER) -> dict[str, str]:
    """Member -> the name it is published under; empty when there are under k people in all.

    The smallest member (by size, then name) goes first. Where not even one group of everybody has
    counts of 0 or k, everybody is `other`, whose counts under k are then for the caller to blank.
    """
    if sum(own[0] for own in counts.values()) < k:
        return {}
    order = sorted((member for member in counts if member != other), key=lambda name: (counts[name][0], name))
    names = {member: member for member in counts}
    for member in (None, *order):
        if member is not None:
            names[member] = other
        if all(is_published(count, k) for group in _groups(counts, names) for count in group):
            break
    return names


def fold_by_size(members: Iterable[str], k: int, other: str = OTHER) -> dict[str, str]:
    return fold({member: (size,) for member, size in Counter(members).items()}, k, other)


def blank(groups: Mapping[str, Counts], sizes: Mapping[str, int], k: int, other: str = OTHER) -> set[str]:
    """Groups whose counts are blank: Other and the smallest first, until no count under k is left or follows."""
    order = sorted(groups, key=lambda name: (name != other, sizes[name], name))
    for end in range(len(order)):
        together = [sum(counts) for counts in zip(*(groups[name] for name in order[:end]), strict=True)]
        others = [count for name in order[end:] for count in groups[name]]
        if all(is_published(count, k) for count in (*together, *others)):
            return set(order[:end])
    return set(order)


def fold_countries(people: Iterable[tuple[str, str]], continents: Mapping[str, str], k: int) -> dict[str, str]:
    """People as (country, continent): within a continent that is shown, else into Other."""
    by_continent: dict[str, list[str]] = defaultdict(list)
    for country, continent in people:
        by_continent[continent].append(country)
    names: dict[str, str] = {}
    for continent, countries in by_continent.items():
        if continents.get(continent, OTHER) == OTHER:
            names |= dict.fromkeys(countries, OTHER)
        else:
            names |= fold_by_size(countries, k, f"{OTHER} {continent}")
    return names


def fold_pairs(
    pairs: Sequence[tuple[str, str]], alone: Mapping[str, str], churned: Sequence[bool], k: int
) -> dict[str, str]:
    """First members of pairs (first, folded second), folded whole until each cell and its churn are 0 or at least k.

    `alone` is how a first member is published by itself: what is folded there is folded here, before all others.
    """
    states = list(zip(pairs, churned, strict=True))
    cells = {state: Counter(pair for pair, gone in states if gone == state) for state in (True, False)}
    seconds = sorted({second for _, second in pairs})
    counts: dict[str, list[int]] = defaultdict(lambda: [0] * (1 + 3 * len(seconds)))
    for first in {first for first, _ in pairs}:
        here, gone = ([cells[state][first, second] for second in seconds] for state in (False, True))
        row = [sum(here) + sum(gone), *here, *gone, *map(sum, zip(here, gone, strict=True))]
        name = OTHER if alone[first] == OTHER else first
        counts[name] = [a + b for a, b in zip(counts[name], row, strict=True)]
    names = fold({first: tuple(row) for first, row in counts.items()}, k)
    return {first: names[OTHER if shown == OTHER else first] for first, shown in alone.items()}


def hidden_amounts(groups: Mapping[str, Sequence[Decimal]], k: int) -> set[str]:
    """Groups of buyers' amounts that are not published alone: dominated ones and the smallest first, as in `blank`."""

    def is_safe(amounts: Sequence[Decimal]) -> bool:
        return len(amounts) >= k and not is_dominated(amounts, k)

    order = sorted(groups, key=lambda name: (not is_dominated(groups[name], k), len(groups[name]), name))
    for end in range(len(order)):
        together = [amount for name in order[:end] for amount in groups[name]]
        if (not end or is_safe(together)) and all(is_safe(groups[name]) for name in order[end:]):
            return set(order[:end])
    return set(order)


def is_dominated(amounts: Sequence[Decimal], k: int) -> bool:
    """Whether one buyer has more than 85 % of the amount."""
    sizes = [abs(amount) for amount in amounts]
    return k > 1 and 100 * max(sizes, default=0) > 85 * sum(sizes)
