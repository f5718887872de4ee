"""An attacker who adds and subtracts published counts, in exact arithmetic.

The attacker knows every member that may exist, and that a pair which is not shown has nobody, and takes the
published counts of a family (an attribute, its pairs, its coarser attribute, All) as sums over the cells of
the finest members. A group is any set of cells whose indicator is in the linear span of those sums.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

import psycopg

from warehouse_assets.building.customer_mart import CUSTOMER_SELECTS

Cell = tuple[str, ...]
Names = Mapping[tuple[str, str, str], str]
"""(attribute, member, second member) -> the member that it is published under."""
Keys = list[tuple[str, str]]
Vector = list[Fraction]


def smallest_derivable(
    published: Sequence[Sequence[bool]], sizes: Sequence[int], below: int | None = None
) -> int | None:
    """The least number of people, above 0, in a set of cells that the published sums determine.

    With `below`, groups of that many people and more are left aside (None when there is no smaller one), which
    makes the search short: no cell of that size can be in the group.
    """
    columns, people = _distinguishable(published, sizes)
    limit = sum(people) + 1 if below is None else below
    order = sorted(range(len(people)), key=lambda at: people[at] < limit)
    basis = _reduced([[row[at] for at in order] for row in columns])
    counts = [people[at] for at in order]
    free = [vector for vector in basis if counts[_pivot(vector)] < limit]
    found = {sum(n for n, one in zip(counts, group, strict=True) if one) for group in _indicators(free)}
    return min((count for count in found if 0 < count < limit), default=None)


def _distinguishable(published: Sequence[Sequence[bool]], sizes: Sequence[int]) -> tuple[list[Vector], list[int]]:
    """Cells that stand in the same sums are one for the attacker."""
    together: dict[tuple[bool, ...], int] = {}
    for at, size in enumerate(sizes):
        pattern = tuple(bool(row[at]) for row in published)
        together[pattern] = together.get(pattern, 0) + size
    rows = [[Fraction(pattern[at]) for pattern in together] for at in range(len(published))]
    return rows, list(together.values())


def _reduced(rows: list[Vector]) -> list[Vector]:
    """The reduced row echelon form, without empty rows."""
    basis: list[Vector] = []
    for row in rows:
        for known in basis:
            row = _without(row, known)
        if any(row):
            lead = row[_pivot(row)]
            row = [value / lead for value in row]
            basis = [_without(known, row) for known in basis] + [row]
    return basis


def _without(row: Vector, known: Vector) -> Vector:
    factor = row[_pivot(known)]
    return [a - factor * b for a, b in zip(row, known, strict=True)] if factor else row


def _pivot(row: Vector) -> int:
    return next(at for at, value in enumerate(row) if value)


def _indicators(basis: Sequence[Vector]) -> Iterable[Vector]:
    """Every combination of the vectors that holds nothing but 0 and 1; its coefficients are its pivots' values."""
    if not basis:
        return
    groups = [[Fraction(0)] * len(basis[0])]
    for vector in basis:
        groups += [[a + b for a, b in zip(group, vector, strict=True)] for group in groups]
    yield from (group for group in groups if all(value in (0, 1) for value in group))


@dataclass(frozen=True)
class Domain:
    """Every member that may exist; `places` is country -> continent."""

    ages: Sequence[str]
    genders: Sequence[str]
    places: Mapping[str, str]


@dataclass(frozen=True)
class Family:
    """The cells of the finest members, the published members that a cell is in, and the attributes it spans."""

    cells: Sequence[Cell]
    members_of: Callable[[Cell], Keys]
    attributes: Sequence[str]

    def smallest(self, counts: Mapping[tuple[str, str], int], population: Mapping[Cell, int], k: int) -> int | None:
        """The smallest group under k that the counts give away. Fails when the counts are not those of the cells."""
        shown = [key for key in counts if key[0] in self.attributes]
        if not shown:
            return None
        possible = [
            cell for cell in self.cells if all(key in counts or "×" not in key[0] for key in self.members_of(cell))
        ]
        assert {cell for cell in self.cells if population.get(cell)} <= set(possible)
        sizes = [population.get(cell, 0) for cell in possible]
        memberships = [set(self.members_of(cell)) for cell in possible]
        sums = [[key in members for members in memberships] for key in shown]
        told = [sum(n for n, is_in in zip(sizes, row, strict=True) if is_in) for row in sums]
        assert told == [counts[key] for key in shown], "the attack proves nothing of other sums"
        return smallest_derivable(sums, sizes, k)


def families(domain: Domain, names: Names) -> tuple[Family, Family]:
    """By age and gender, and by place and gender."""
    by_age = Family(
        list(product(domain.ages, domain.genders)),
        lambda cell: keys_by_age(names, *cell),
        ("All", "age_band", "gender", "age_band×gender"),
    )
    by_place = Family(
        list(product(domain.places, domain.genders)),
        lambda cell: keys_by_place(names, cell[0], domain.places[cell[0]], cell[1]),
        ("All", "country", "continent", "gender", "continent×gender"),
    )
    return by_age, by_place


def keys_by_age(names: Names, age: str, gender: str) -> Keys:
    """The published members that hold the people of an age band and gender."""
    return [
        ("All", "All"),
        ("age_band", fold_of(names, "age_band", age)),
        ("gender", fold_of(names, "gender", gender)),
        pair_of(names, "age_band", age, gender),
    ]


def keys_by_place(names: Names, country: str, continent: str, gender: str) -> Keys:
    """The published members that hold the people of a country and gender."""
    return [
        ("All", "All"),
        ("country", fold_of(names, "country", country, continent)),
        ("continent", fold_of(names, "continent", continent)),
        ("gender", fold_of(names, "gender", gender)),
        pair_of(names, "continent", continent, gender),
    ]


def fold_of(names: Names, attribute: str, member: str, second: str = "") -> str:
    """The member that is published for a member; one that nobody has would be in Other."""
    return names.get((attribute, member, second), "Other")


def pair_of(names: Names, first: str, member: str, gender: str) -> tuple[str, str]:
    """The published pair of a first member and a gender."""
    attribute = f"{first}×gender"
    firsts = {shown.split(" × ")[0] for (a, m, _), shown in names.items() if (a, m) == (attribute, member)}
    assert len(firsts) <= 1
    return attribute, f"{next(iter(firsts), 'Other')} × {fold_of(names, 'gender', gender)}"


def shown_as(connection: psycopg.Connection[Any], parameters: Mapping[str, Any]) -> dict[tuple[str, str, str], str]:
    """Which member each group is published under, from the fold's own relation."""
    over = CUSTOMER_SELECTS["mart_customers.customer_demographics"]
    texts = ",\n".join(f"{name} as (\n{over.relation_text(name)}\n)" for name in over.relations)
    query = f"with {texts} select attribute, member, second_member, shown_member from group_members"
    rows = connection.execute(query.encode(), dict(parameters)).fetchall()
    return {(attribute, member, second): shown for attribute, member, second, shown in rows}
