"""Which column of one table points to which key of another: by the values, and by the names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import duckdb

from warehouse_assets.drafting.tables.files import DraftTable
from warehouse_assets.drafting.tables.profiles import Column
from warehouse_assets.drafting.weighing.names import kinship
from warehouse_assets.ingestion.readers.workspace import quoted

_FEW = 5
"""A column of fewer distinct values points to a key by its name only, never by its values alone."""
_CONTAINED = 0.9
"""The share of a column's values that must be keys of the other table."""


@dataclass(frozen=True)
class Join:
    """A column whose values are keys of another table."""

    column: Column
    key: Column
    strength: float
    share: float
    """The share of the column's distinct values that are keys of the other table."""

    @property
    def is_sure(self) -> bool:
        return self.share == 1 and _kin(self) > 0


def find_joins(workspace: duckdb.DuckDBPyConnection, tables: Sequence[DraftTable]) -> list[Join]:
    """Of each pair of tables the best join, the surest first; a column whose name fits one is in no other."""
    best: dict[tuple[str, str], Join] = {}
    for join in _candidates(workspace, tables):
        pair = (join.column.table, join.key.table)
        if pair not in best or join.strength > best[pair].strength:
            best[pair] = join
    named = {join.column for join in best.values() if _kin(join)}
    kept = [join for join in best.values() if _kin(join) or join.column not in named]
    return sorted(kept, key=lambda join: -join.strength)


def _kin(join: Join) -> float:
    return kinship(join.column.name, f"{join.key.table} {join.key.name}")


def _candidates(workspace: duckdb.DuckDBPyConnection, tables: Sequence[DraftTable]) -> Iterator[Join]:
    keys = [column for table in tables for column in table.columns if column.is_unique]
    for table in tables:
        for column in table.columns:
            for key in keys:
                if key.table == table.name or not column.present or not _may_point(column, key):
                    continue
                near = kinship(column.name, f"{key.table} {key.name}")
                if not near and (column.distinct < _FEW or (_counts_up(column) and _counts_up(key))):
                    continue
                share = _share(workspace, column, key)
                covered = column.distinct / max(key.distinct, 1)
                if share >= _CONTAINED and (near > 0 or covered >= 0.3):
                    yield Join(column, key, share + 2 * near + covered, share)


def _counts_up(column: Column) -> bool:
    """Whether the values are the numbers from 1 (or 0) upwards: such numbers coincide in any two tables."""
    return column.is_whole and min(column.numbers) >= 0 and max(column.numbers) <= 2 * column.rows + 10


def _may_point(column: Column, key: Column) -> bool:
    """Amounts, dates, constants and long texts are no keys."""
    if column.has_fraction or (column.numbers and not column.is_whole) or column.is_constant:
        return False
    if column.is_dates and not column.is_whole:
        return False
    return max(map(len, column.sample), default=0) <= 80 and bool(column.numbers) == bool(key.numbers)


def _share(workspace: duckdb.DuckDBPyConnection, column: Column, key: Column) -> float:
    left, right = f"trim({quoted(column.name)})", f"trim({quoted(key.name)})"
    query = (
        f"select count(*), count(*) filter (where v in (select {right} from {quoted(key.table)}))"
        f" from (select distinct {left} as v from {quoted(column.table)} where {left} <> '')"
    )
    total, found = workspace.execute(query).fetchone() or (0, 0)
    return float(found / total) if total else 0.0
