"""Relations with their labels, and the names that an expression may use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from warehouse_assets.lineage.labels import NOTHING, Flow, Label, merged


class UnreviewedSyntax(Exception):
    """The SQL holds a construct that the analysis does not know.

    `warehouse_assets/lineage/functions.py` lists the known ones.
    """

    def __init__(self, what: str, node: exp.Expr | None = None) -> None:
        text = "" if node is None else f": {node.sql('postgres')[:160]}"
        super().__init__(f"{what}{text}")


@dataclass(frozen=True)
class Relation:
    """Columns in order, and the labels that determine which rows exist."""

    columns: tuple[tuple[str, Flow], ...]
    rows: Flow = NOTHING

    def named(self, names: list[str]) -> Relation:
        """A copy with its first columns renamed."""
        kept = [name for name, _ in self.columns][len(names) :]
        flows = [flow for _, flow in self.columns]
        if len(names) > len(flows):
            raise UnreviewedSyntax(f"more names than columns ({', '.join(names)})")
        return Relation(tuple(zip([*names, *kept], flows, strict=True)), self.rows)

    def flow_of(self, name: str) -> Flow | None:
        """The combined flow of all columns with that name; None if there is none."""
        found = [flow for own, flow in self.columns if own == name]
        return merged(found) if found else None

    @property
    def whole_row(self) -> Flow:
        """The combined flow of every column and of the row's existence."""
        return merged([self.rows, *(flow for _, flow in self.columns)])


Relations = Mapping[str, Relation]
Reading = Callable[[exp.Expr, "Scope"], Flow]
"""From a node to its flow. Raises UnreviewedSyntax."""


@dataclass(frozen=True)
class Grouping:
    """The result of grouping; `persons` is empty if no key distinguishes people."""

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
    """Flows that expressions of this query took from outer queries."""
    is_aggregated: bool = False
    """Whether the expression is inside an aggregate's argument."""

    def flow(self, node: exp.Expr) -> Flow:
        """The flow of an expression. Each kind of node has a handler; a kind without one is refused."""
        reading = self.readings.get(type(node))
        if reading is None:
            listed = "is not on the reviewed list (warehouse_assets/lineage/functions.py)"
            raise UnreviewedSyntax(f"{type(node).__name__} {listed}", node)
        return self.reviewed(node, reading(node, self))


def fold(identifier: exp.Expr | None) -> str:
    """A name, folded to lower case as PostgreSQL does; raises for anything but an identifier."""
    if not isinstance(identifier, exp.Identifier):
        raise UnreviewedSyntax("a name was expected", identifier)
    return str(identifier.this) if identifier.args.get("quoted") else str(identifier.this).lower()


def expect(node: exp.Expr, *names: str) -> None:
    """Raises if the node has parts that its handler ignores."""
    more = [name for name, value in node.args.items() if value not in (None, False, []) and name not in names]
    if more:
        raise UnreviewedSyntax(f"{type(node).__name__} with {', '.join(more)}", node)
