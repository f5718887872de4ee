"""Relations, and the scope in which an expression stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from sqlglot import exp

from warehouse_assets.lineage.values import Kind, Refused, Value, declared, is_of_persons, sources_of
from warehouse_assets.schemas import TABLES, Table

VERSIONS = ("stale_versions", "new_versions")
"""Temporary copies of versions of dw.dim_customer_history."""


@dataclass(frozen=True)
class Relation:
    """Columns in order. `is_personal`: a row may belong to one person. `rows`: the columns that decide on the rows."""

    columns: tuple[tuple[str, Value], ...]
    is_personal: bool = False
    rows: frozenset[str] = frozenset()
    one_per: str = ""
    """The key column of which each value has one row at most."""

    def named(self, names: list[str]) -> Relation:
        """A copy with other names for its columns, which must all be named."""
        if not names:
            return self
        if len(names) != len(self.columns):
            raise Refused(f"a list of {len(names)} names for {len(self.columns)} columns")
        at = dict(zip((name for name, _ in self.columns), names, strict=False))
        columns = tuple(zip(names, self.values, strict=True))
        return replace(self, columns=columns, one_per=at.get(self.one_per, ""))

    @property
    def values(self) -> list[Value]:
        return [value for _, value in self.columns]

    @property
    def all_sources(self) -> frozenset[str]:
        """Every column that its values and its rows come from."""
        return self.rows | sources_of(self.values)


Relations = Mapping[str, Relation]
Read = Callable[[exp.Expr, "Relations", "Scope | None"], Relation]


@dataclass(frozen=True)
class Rules:
    """`is_reviewed`: a person has reviewed the statement, so its form is free. `holds_details`: a table may hold
    exact details of people, so that it may be grouped by them. `is_check`: a query of bad rows."""

    is_reviewed: bool = False
    holds_details: bool = False
    is_check: bool = False


@dataclass
class Scope:
    """What an expression may name, whose rows there are, and whether they are grouped."""

    relations: Relations
    read: Read
    evaluate: Callable[[exp.Expr, Scope], Value]
    rules: Rules
    outer: Scope | None = None
    sources: dict[str, Relation] = field(default_factory=dict)
    rows: frozenset[str] = frozenset()
    shared: set[str] = field(default_factory=set)
    """Columns joined by USING, which have one name for both sides."""
    is_personal: bool = False
    windows: dict[str, exp.Window] = field(default_factory=dict)
    ungrouped: Scope | None = None
    """The scope before grouping, in which arguments of aggregates stand; None if nothing is grouped."""
    persons_in_groups: bool = False
    """Whether a group is one person's."""
    many_of: str = ""
    """The row whose people are k or more in each group, by HAVING."""
    outer_reads: list[Value] = field(default_factory=list)
    """What its expressions took from queries around it."""

    def value(self, node: exp.Expr) -> Value:
        """What the expression tells. Raises Refused if the grammar lacks its form."""
        return self.evaluate(node, self)

    def column(self, node: exp.Expr) -> Value:
        """The value of a column, found as PostgreSQL finds it; from the query around it only a key."""
        owner, name = node.args.get("table"), plain(node.this)
        at, found = self._found(None if owner is None else plain(owner), name)
        if found is None or at is None:
            raise refused("a column that no relation of the query has", node)
        if at is not self and found.kind is not Kind.KEY and not self.rules.is_reviewed:
            raise refused("a column of the query around it that is no key", node)
        if at not in (self, self.outer) and not self.rules.is_reviewed:
            raise refused("a column of a query further out than the one around it", node)
        inside: Scope | None = self
        while inside is not None and inside is not at:
            inside.outer_reads.append(found)
            inside = inside.outer
        own = self.owner("" if owner is None else plain(owner), name) if at is self else ""
        return replace(found, row=f"{own}.{found.row}" if own and found.row else "")

    def _found(self, owner: str | None, name: str) -> tuple[Scope | None, Value | None]:
        if owner is not None:
            values = [value for own, value in self._of(owner) if own == name]
        else:
            values = [value for source in self.sources.values() for own, value in source.columns if own == name]
        if len(values) > 1 and not (owner is None and name in self.shared):
            raise Refused(f"several columns are named {name}")
        if values:
            return self, values[0].reading(sources_of(values))
        return (None, None) if self.outer is None else self.outer._found(owner, name)

    def _of(self, owner: str) -> tuple[tuple[str, Value], ...]:
        return self.sources[owner].columns if owner in self.sources else ()

    def owner(self, alias: str, name: str) -> str:
        """The relation of FROM that a column is of: the first that has it, if none is named."""
        return alias or next(own for own, source in self.sources.items() if name in dict(source.columns))

    def has(self, name: str) -> bool:
        """Whether some relation of FROM has a column of this name."""
        return any(own == name for source in self.sources.values() for own, _ in source.columns)


def plain(node: Any) -> str:
    """A name, which is the same for everybody who reads it: checked before (`names.py`)."""
    if not isinstance(node, exp.Identifier):
        raise refused("something else where a name is expected", node)
    return str(node.this)


def refused(what: str, node: Any) -> Refused:
    """The error that quotes the SQL."""
    text = node.sql("postgres", comments=False)[:160] if isinstance(node, exp.Expr) else str(node)
    return Refused(f"{what}: {text}")


def expect(node: exp.Expr, *names: str) -> None:
    """Raises Refused if the node has parts that the grammar does not know."""
    more = [name for name, value in node.args.items() if value not in (None, False, []) and name not in names]
    if more:
        raise refused(f"{type(node).__name__} with {', '.join(more)}", node)


@cache
def declared_relations() -> Mapping[str, Relation]:
    """Every declared table by its full name, and the temporary copies of versions."""
    found = {name: declared_relation(table) for name, table in TABLES.items()}
    history = found["dw.dim_customer_history"]
    return {**found, **dict.fromkeys(VERSIONS, history)}


def declared_relation(table: Table) -> Relation:
    """A stored table: what its columns tell follows from their classification."""
    is_personal = is_of_persons(table)
    columns = tuple((own.name, declared(table, own, is_personal=is_personal)) for own in table.column_list)
    keys = [name for name, value in columns if (name,) == tuple(table.primary_key) and value.kind is Kind.KEY]
    return Relation(columns, is_personal, one_per=keys[0] if keys else "")
