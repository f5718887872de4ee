"""What `customer_demographics` tells an attacker about the cells of some dimensions, as sums over cells."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from itertools import product
from typing import Any

from warehouse_assets_tests.attacker import Names, fold_of, pair_of
from warehouse_assets_tests.integer_attacker import Publication, publication

STATES = ("active", "churned", "never")
MEASURES = {
    "active_count": ("active",),
    "churned_count": ("churned",),
    "never_active_count": ("never",),
    "customer_count": STATES,
}
Cell = tuple[str, ...]
Rows = Mapping[tuple[Any, ...], Mapping[str, Any]]
"""(attribute, member) -> its row."""


class DemographicsAttack:
    """`dimensions` are attributes, and `state` last if activity is attacked, with every value that may exist.

    `places` is country -> continent; with a dimension `country` its continents are attacked too.
    """

    def __init__(
        self, rows: Rows, names: Names, dimensions: Mapping[str, Sequence[str]], places: Mapping[str, str]
    ) -> None:
        self._rows, self._names, self._dimensions, self._places = rows, names, dimensions, places
        cells = list(product(*dimensions.values()))
        self._keys_of = {cell: self._keys(cell) for cell in cells}
        # a pair that is not shown has nobody
        self.possible = [cell for cell in cells if all(key in rows or "×" not in key[0] for key in self._keys_of[cell])]

    def _keys(self, cell: Cell) -> set[tuple[str, str]]:
        own, names = dict(zip(self._dimensions, cell, strict=True)), self._names
        keys = {("All", "All")}
        keys |= {(name, fold_of(names, name, own[name])) for name in own.keys() - {"country", "state"}}
        if country := own.get("country"):
            continent = self._places[country]
            keys.add(("country", fold_of(names, "country", country, continent)))
            keys.add(("continent", fold_of(names, "continent", continent)))
        if gender := own.get("gender"):
            keys |= {pair_of(names, "age_band", own["age_band"], gender)} if "age_band" in own else set()
            keys |= {pair_of(names, "continent", self._places[country], gender)} if country else set()
        return keys

    def _members(self, key: tuple[Any, ...]) -> list[Cell]:
        return [cell for cell in self.possible if key in self._keys_of[cell]]

    def counts(self, population: Mapping[Cell, int]) -> Publication:
        """Customers, active, churned and never active ones, as far as they are shown."""
        sums: list[Collection[Hashable]] = []
        told = []
        for key, row in self._rows.items():
            members = self._members(key)
            for measure, states in MEASURES.items():
                if "state" not in self._dimensions and measure != "customer_count":
                    continue
                cells = [cell for cell in members if "state" not in self._dimensions or cell[-1] in states]
                if cells and row[measure] is not None:
                    sums.append(cells)
                    told.append(row[measure])
        assert [sum(population.get(cell, 0) for cell in cells) for cells in sums] == told, "other sums prove nothing"
        return publication(population, self.possible, sums)

    def ages(self, population: Mapping[Cell, int]) -> Publication:
        """Sums of ages, as if averages were exact and told how many ages are known; `population` counts these."""
        sums = [self._members(key) for key, row in self._rows.items() if row["average_age"] is not None]
        return publication(population, self.possible, [cells for cells in sums if cells])
