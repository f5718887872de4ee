"""Folding one member at a time, months as numbers, exact rounding: what the plain computation stands on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

Fold = dict[str, str]


def month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def month_start(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)


def rounded(value: Fraction | int, places: int = 6) -> Decimal:
    exact = Fraction(value) * 10**places
    whole = (abs(exact.numerator) * 2 + exact.denominator) // (2 * exact.denominator)
    return Decimal(whole if exact >= 0 else -whole).scaleb(-places)


def fold(counts: Mapping[str, Sequence[int]], k: int, other: str = "Other") -> Fold:
    """Member -> as shown. The first count, the size, decides the order; each is to be 0 or at least k."""
    folded = {member for member in counts if member in ("Other", other)}
    waiting = sorted(set(counts) - folded, key=lambda member: (counts[member][0], member))
    while waiting and not is_safe([*([counts[m] for m in waiting]), _sum(counts[m] for m in folded)], k):
        folded.add(waiting.pop(0))
    return {member: other if member in folded else member for member in counts}


def is_safe(groups: Iterable[Sequence[int]], k: int) -> bool:
    return all(count == 0 or count >= k for group in groups for count in group)


def _sum(groups: Iterable[Sequence[int]]) -> list[int]:
    return [sum(column) for column in zip(*groups, strict=True)]


def average(total: int, count: int) -> Decimal:
    """Whole under 20 people, one decimal under 200, else two: of two people and more the total is never told."""
    return rounded(Fraction(total, count), min(2, len(str(count // 2)) - 1))


Blank = dict[str, set[tuple[str, str]]]
"""What is not published (churn, split, age) -> of which groups."""
STATES = {
    "churn": [["churned"], ["active", "never"]],
    "split": [["active"], ["never"]],
    "age": [["known age"]],
}


def blanked(siblings: Mapping[tuple[str, str], Counter[str]], k: int) -> Blank:
    """Other and the smallest go blank until the others, and the blank ones together, have no count of 1 to k - 1."""

    def is_other(member: str) -> bool:
        return member == "Other" or (member.startswith("Other ") and "×" not in member)

    def size(key: tuple[str, str]) -> int:
        return sum(siblings[key][state] for state in ("churned", "active", "never"))

    order = sorted(siblings, key=lambda key: (not is_other(key[1]), size(key), key[1]))

    def blank_of(states: Sequence[Sequence[str]]) -> set[tuple[str, str]]:
        for end in range(len(order) + 1):
            together: Counter[str] = sum((siblings[key] for key in order[:end]), Counter())
            groups = [together, *(siblings[key] for key in order[end:])]
            if is_safe([[sum(one[name] for name in names) for names in states] for one in groups], k):
                return set(order[:end])
        return set(order)

    return {what: blank_of(states) for what, states in STATES.items()}
