"""An attacker with an integer solver, for tables with too many cells to go through every combination of sums.

A publication is what the attacker knows: every cell that may hold somebody, and sums over cells. Two attacks:

- `smallest_in_span`: a set of cells whose number of people follows exactly, by adding and subtracting sums;
- `tightest_bound`: a cell that certainly holds fewer than k people, and may hold one, because counts are whole and
  not negative. If every cell may hold none or k people and more, so may every set of cells.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass

import highspy

Cells = frozenset[int]
_INFINITE = highspy.kHighsInf


@dataclass(frozen=True)
class Publication:
    """Sums over cells that nobody can tell apart any further; known empty cells are left out."""

    sizes: Sequence[int]
    sums: Sequence[Cells]

    @property
    def told(self) -> list[int]:
        """What is published of each sum."""
        return [sum(self.sizes[cell] for cell in cells) for cells in self.sums]


def publication(
    population: Mapping[Hashable, int], possible: Collection[Hashable], sums: Sequence[Collection[Hashable]]
) -> Publication:
    """Cells of the same sums become one; cells of a sum of nobody are known to be empty."""
    assert {cell for cell, size in population.items() if size} <= set(possible)
    sets = [frozenset(cells) for cells in sums]
    empty: set[Hashable] = set()
    for cells in sets:
        if not any(population.get(cell) for cell in cells):
            empty |= cells
    together: dict[tuple[bool, ...], int] = {}
    for cell in possible:
        pattern = tuple(cell in cells for cells in sets)
        if cell not in empty and any(pattern):
            together[pattern] = together.get(pattern, 0) + population.get(cell, 0)
    patterns = list(together)
    rows = {frozenset(at for at, pattern in enumerate(patterns) if pattern[row]) for row in range(len(sets))}
    return Publication(list(together.values()), sorted((row for row in rows if row), key=sorted))


def smallest_in_span(known: Publication, below: int) -> int | None:
    """The least number of people, from 1 to `below` - 1, in a set of cells that the published sums determine.

    A set of cells is determined when its indicator is a combination of the sums' indicators: one integer program,
    whose variables are the set and the coefficients.
    """
    if not known.sums:
        return None
    solver = _solver()
    group = [solver.addBinary() if size < below else solver.addVariable(0, 0) for size in known.sizes]
    factors = [solver.addVariable(-_INFINITE, _INFINITE) for _ in known.sums]
    for cell, is_in in enumerate(group):
        solver.addConstr(solver.qsum(f for f, cells in zip(factors, known.sums, strict=True) if cell in cells) == is_in)
    people = solver.qsum(size * is_in for size, is_in in zip(known.sizes, group, strict=True))
    solver.addConstr(people >= 1)
    solver.addConstr(people <= below - 1)
    solver.minimize(people)
    if solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
        return None
    assert solver.getModelStatus() == highspy.HighsModelStatus.kOptimal, solver.getModelStatus()
    return round(solver.getObjectiveValue())


def tightest_bound(known: Publication, below: int) -> int | None:
    """The least number, from 1 to `below` - 1, that some cell certainly does not exceed."""
    solver = _solver()
    counts = [solver.addIntegral(0, sum(known.sizes)) for _ in known.sizes]
    for cells, told in zip(known.sums, known.told, strict=True):
        solver.addConstr(solver.qsum(counts[cell] for cell in cells) == told)
    waiting = {at for at, size in enumerate(known.sizes) if size < below}
    bounds = []
    while waiting:
        solver.maximize(counts[waiting.pop()])
        assert solver.getModelStatus() == highspy.HighsModelStatus.kOptimal, solver.getModelStatus()
        bounds.append(round(solver.getObjectiveValue()))
        # a solution for one cell often shows that others may be large too
        waiting -= {at for at in waiting if round(solver.val(counts[at])) >= below}
    return min((bound for bound in bounds if 0 < bound < below), default=None)


def _solver() -> highspy.Highs:
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    return solver
