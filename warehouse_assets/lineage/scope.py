"""Relations as they are read, and which names an expression may use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from warehouse_assets.lineage.labels import NOTHING, Flow, Label, merged


class UnreviewedSyntax(Exception):
    """Something in the SQL that the reading does not know, so that it cannot vouch for it.

    What may be read at all is listed in `warehouse_assets/lineage/functions.py`.
    """

    def __init__(self, what: str, node: exp.Expr | None = None) -> None:
        text = "" if node is None else f": {node.sql('postgres')[:160]}"
        super().__init__(f"{what}{text}")


@dataclass(frozen=True)
class Relation:
    """Columns in order, and what decides which rows there are."""

    columns: tuple[tuple[str, Flow], ...]
    rows: Flow = NOTHING

    def named(self, names: list[str]) -> Relation:
        """The same with its first columns named anew."""
        kept = [name for name, _ in self.columns][len(names) :]
        flows = [flow for _, flow in self.columns]
        if len(names) > len(flows):
            raise UnreviewedSyntax(f"more names than columns ({', '.join(names)})")
        return Relation(tuple(zip([*names, *kept], flows, strict=True)), self.rows)

    def flow_of(self, name: str) -> Flow | None:
        """Of all columns of that name; None when there is none."""
        found = [flow for own, flow in self.columns if own == name]
        return merged(found) if found else None

    @property
    def whole_row(self) -> Flow:
        """Every column and the row's own existence."""
        return merged([self.rows, *(flow for _, flow in self.columns)])


Relations = Mapping[str, Relation]
Reading = Callable[[exp.Expr, "Scope"], Flow]
"""From a node to its flow. Raises UnreviewedSyntax."""


@dataclass(frozen=True)
class Grouping:
    """What grouping did: `persons` is empty where no key tells people apart."""

    persons: frozenset[Label]


@dataclass
class Scope:
    """Where an expression stands: what it may name, which rows there are, and whether they are grouped."""

    relations: Relations
    read: Callable[[exp.Expr, Relations, Scope | None], Relation]
    readings: Mapping[type[exp.Expr], Reading]
    reviewed: Callable[[exp.Expr, Flow], Flow]
    parameters: frozenset[str]
    outer: Scope | None = None
    sources: dict[str, Relation] = field(default_factory=dict)
    rows: Flow = NOTHING
    windows: dict[str, exp.Window] = field(default_factory=dict)
    grouping: Grouping | None = None
    correlated: list[Flow] = field(default_factory=list)
    """What expressions of this query took from the queries around it."""
    is_aggregated: bool = False
    """Within an aggregate's argument."""

    def flow(self, node: exp.Expr) -> Flow:
        """The flow of an expression. Each kind of node has a reading; a kind without one is refused."""
        reading = self.readings.get(type(node))
        if reading is None:
            listed = "is not on the reviewed list (warehouse_assets/lineage/functions.py)"
            raise UnreviewedSyntax(f"{type(node).__name__} {listed}", node)
        return self.reviewed(node, reading(node, self))


def fold(identifier: exp.Expr | None) -> str:
    """A name as PostgreSQL folds it; anything but an identifier is not known."""
    if not isinstance(identifier, exp.Identifier):
        raise UnreviewedSyntax("a name was expected", identifier)
    return str(identifier.this) if identifier.args.get("quoted") else str(identifier.this).lower()


def expect(node: exp.Expr, *names: str) -> None:
    """Raises when the node says more than what the reading of it takes into account."""
    more = [name for name, value in node.args.items() if value not in (None, False, []) and name not in names]
    if more:
        raise UnreviewedSyntax(f"{type(node).__name__} with {', '.join(more)}", node)
