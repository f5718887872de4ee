"""Fields and their columns: each column serves one field, the strongest evidence first."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

from warehouse_assets.drafting.tables.profiles import Column
from warehouse_assets.drafting.weighing.evidence import NEUTRAL, Evidence, weigh
from warehouse_assets.drafting.weighing.names import is_never_read
from warehouse_assets.drafting.weighing.vocabulary import OF_RELATION
from warehouse_assets.ingestion.sources.canonical import FIELDS, Relation

_RIVAL = 0.06
"""A second column whose score is as near as this is named beside the field."""
_SHOWN = 0.4
"""A column below the bar is shown where its name says at least this much."""
Relate = Callable[[Evidence], Evidence]


@dataclass
class Choice:
    """The fields that were found, and the columns that came near."""

    relation: Relation
    fields: dict[str, Evidence] = field(default_factory=dict)
    left_out: dict[str, Evidence] = field(default_factory=dict)
    taken: set[tuple[str, str]] = field(default_factory=set)

    def take(self, one: Evidence) -> None:
        """Sets a field; no other field reads the same column then."""
        self.taken.add((one.column.table, one.column.name))
        self.fields[one.field] = one
        self.left_out.pop(one.field, None)

    def drop(self, one: Evidence) -> None:
        """Unsets a field whose column turned out to be something else."""
        self.taken.discard((one.column.table, one.column.name))
        self.fields.pop(one.field, None)

    def is_free(self, column: Column) -> bool:
        return (column.table, column.name) not in self.taken

    def choose(self, names: Sequence[str], columns: Iterable[Column], relate: Relate = lambda one: one) -> None:
        """Weighs every free column for these fields and takes the best above the bar."""
        pool = [column for column in columns if column.present and not is_never_read(column.name)]
        found = [
            relate(one)
            for column in pool
            for name in names
            if name not in self.fields and self.is_free(column)
            if (one := weigh(self.relation, name, column)) is not None
        ]
        order = OF_RELATION[self.relation]
        for one in sorted(found, key=lambda one: (-round(one.score, 4), order.index(one.field), one.column.name)):
            if one.field in self.fields or not self.is_free(one.column):
                continue
            if one.is_enough:
                self.take(_with_rival(one, found))
            elif one.name >= _SHOWN and not one.against.startswith("values are no "):
                self.left_out.setdefault(one.field, one)

    def column(self, name: str) -> Column | None:
        one = self.fields.get(name)
        return one.column if one else None


def _with_rival(one: Evidence, found: Sequence[Evidence]) -> Evidence:
    """Names the other column that fits nearly as well."""
    rivals = [
        other
        for other in found
        if other.field == one.field and other.column != one.column and other.score >= one.score - _RIVAL
        if other.is_enough
    ]
    if not rivals or one.doubt:
        return one
    best = max(rivals, key=lambda other: other.score)
    return replace(one, doubt=f"{best.column.table}.{best.column.name} fits as well ({best.score:.2f})")


def plain_choice(relation: Relation, columns: Sequence[Column], pointers: Collection[Column] = ()) -> Choice:
    """Fields by names and values alone. Columns that point to other tables are ids and nothing else."""
    choice = Choice(relation)
    names = OF_RELATION[relation]
    ids = [name for name in names if FIELDS[relation][name].kind == "id"]
    choice.choose(ids, [column for column in columns if column in pointers])
    choice.choose(names, [column for column in columns if column not in pointers], _sole)
    return choice


def _sole(one: Evidence) -> Evidence:
    """E-mail addresses and countries are known by their values, where names say nothing."""
    if one.name or one.field not in ("email", "country"):
        return replace(one, relations=NEUTRAL)
    return replace(one, relations=1, doubt=f"only its values suggest it: {one.field}")
