"""From a SELECT to the relation that it gives, scope by scope."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from sqlglot import exp

from warehouse_assets.lineage import functions
from warehouse_assets.lineage.aggregates import AGGREGATES, ordered
from warehouse_assets.lineage.comparisons import equated
from warehouse_assets.lineage.expressions import EXPRESSIONS
from warehouse_assets.lineage.grouping import distinct, group
from warehouse_assets.lineage.labels import NOTHING, Flow, Mode, chosen, computed, merged, persons, tested
from warehouse_assets.lineage.scope import Relation, Relations, Scope, UnreviewedSyntax, expect, fold
from warehouse_assets.lineage.sources import add_source

Reviewed = Callable[[exp.Expr, Flow], Flow]
_READINGS = {**EXPRESSIONS, **AGGREGATES}


@dataclass(frozen=True)
class QueryReader:
    """Analyses queries; `reviewed` may remove labels from an expression that a person has reviewed."""

    reviewed: Reviewed = lambda node, flow: flow
    parameters: frozenset[str] = functions.PARAMETERS

    def read(self, node: exp.Expr, relations: Relations, outer: Scope | None = None) -> Relation:
        """The relation of any kind of query. Raises UnreviewedSyntax."""
        if isinstance(node, exp.Subquery):
            expect(node, "this", "alias")
            return self.read(node.this, relations, outer)
        if isinstance(node, exp.Select):
            return self._select(node, self._with_named(node, relations, outer), outer)
        if isinstance(node, exp.SetOperation):
            return self._combined(node, self._with_named(node, relations, outer), outer)
        if isinstance(node, exp.Values):
            return self._values(node, relations, outer)
        raise UnreviewedSyntax(f"{type(node).__name__} where only a SELECT may stand", node)

    def _scope(self, relations: Relations, outer: Scope | None) -> Scope:
        return Scope(relations, self.read, _READINGS, self.reviewed, self.parameters, outer)

    def _with_named(self, node: exp.Expr, relations: Relations, outer: Scope | None) -> Relations:
        clause = node.args.get("with_")
        if clause is None:
            return relations
        expect(clause, "expressions")
        known = dict(relations)
        for cte in clause.expressions:
            expect(cte, "this", "alias", "materialized")
            expect(cte.args["alias"], "this", "columns")
            names = [fold(column) for column in cte.args["alias"].args.get("columns") or []]
            known[fold(cte.args["alias"].this)] = self.read(cte.this, known, outer).named(names)
        return known

    def _values(self, node: exp.Expr, relations: Relations, outer: Scope | None) -> Relation:
        expect(node, "expressions", "alias")
        scope = self._scope(relations, outer)
        rows = [[scope.flow(item) for item in row.expressions] for row in node.expressions]
        flows = [merged(column) for column in zip(*rows, strict=True)]
        named = tuple((f"column{number}", flow) for number, flow in enumerate(flows, 1))
        return _of_persons_around(Relation(named), scope)

    def _combined(self, node: exp.Expr, relations: Relations, outer: Scope | None) -> Relation:
        expect(node, "this", "expression", "distinct", "with_", "order", "limit", "offset")
        left, right = (self.read(side, relations, outer) for side in (node.this, node.expression))
        columns = tuple((name, merged([own, other])) for (name, own), (_, other) in _paired(left, right))
        rows = merged([left.rows, right.rows])
        if not isinstance(node, exp.Union):
            rows = merged([rows, tested(right.whole_row), tested(left.whole_row)])
        if node.args.get("distinct"):
            rows = merged([rows, *(equated(own, other) for (_, own), (_, other) in _paired(left, right))])
        found = Relation(columns, rows)
        if node.args.get("distinct"):
            found = distinct(found)
        scope = replace(self._scope(relations, outer), sources={"": found}, rows=found.rows)
        return Relation(found.columns, merged([found.rows, _arranged(node, scope, found)]))

    def _select(self, node: exp.Expr, relations: Relations, outer: Scope | None) -> Relation:
        expect(
            node,
            *("expressions", "from_", "joins", "where", "group", "having", "order", "limit", "offset", "distinct"),
            *("windows", "with_"),
        )
        scope = self._scope(relations, outer)
        _take_sources(node, scope)
        _filter(node.args.get("where"), scope)
        scope.windows = {fold(window.this): _definition(window) for window in node.args.get("windows") or []}
        group(node, scope)
        found = Relation(tuple(_projected(node, scope)), scope.rows)
        _filter(node.args.get("having"), scope)
        found = replace(found, rows=merged([scope.rows, _arranged(node, scope, found)]))
        return _of_persons_around(_made_distinct(node, scope, found), scope)


def _paired(left: Relation, right: Relation) -> list[tuple[tuple[str, Flow], tuple[str, Flow]]]:
    if len(left.columns) != len(right.columns):
        raise UnreviewedSyntax("parts of a set operation with different numbers of columns")
    return list(zip(left.columns, right.columns, strict=True))


def _of_persons_around(found: Relation, scope: Scope) -> Relation:
    """Rows found by a person's value from an outer query belong to that person."""
    around = persons(merged(scope.correlated))
    columns = tuple((name, flow.with_labels(around)) for name, flow in found.columns)
    return Relation(columns, found.rows.with_labels(around))


def _definition(window: exp.Expr) -> exp.Window:
    if not isinstance(window, exp.Window):
        raise UnreviewedSyntax("a window's definition was expected", window)
    definition = window.copy()
    definition.set("this", None)
    return definition


def _take_sources(node: exp.Expr, scope: Scope) -> None:
    if node.args.get("from_") is not None:
        expect(node.args["from_"], "this")
        add_source(node.args["from_"].this, scope)
    for join in node.args.get("joins") or []:
        expect(join, "this", "kind", "side", "on", "using")
        add_source(join.this, scope)
        if join.args.get("on") is not None:
            _restrict(scope, scope.flow(join.args["on"]))
        for name in join.args.get("using") or []:
            _join_by_name(scope, fold(name.this if isinstance(name, exp.Column) else name), join)


def _join_by_name(scope: Scope, name: str, join: exp.Expr) -> None:
    sides = [flow for source in scope.sources.values() if (flow := source.flow_of(name)) is not None]
    if len(sides) < 2:
        raise UnreviewedSyntax("USING a column that is not on both sides", join)
    _restrict(scope, equated(merged(sides[:-1]), sides[-1]))


def _filter(clause: exp.Expr | None, scope: Scope) -> None:
    if clause is not None:
        expect(clause, "this")
        _restrict(scope, scope.flow(clause.this))


def _restrict(scope: Scope, condition: Flow) -> None:
    """Rows depend on the condition, and reveal what its test reveals."""
    scope.rows = merged([scope.rows, tested(condition)])


def _projected(node: exp.Expr, scope: Scope) -> Iterator[tuple[str, Flow]]:
    for item in node.expressions:
        if isinstance(item, exp.Star):
            expect(item)
            yield from (column for source in scope.sources.values() for column in source.columns)
        elif isinstance(item, exp.Column) and isinstance(item.this, exp.Star):
            expect(item, "this", "table")
            source = scope.sources.get(fold(item.args["table"]))
            if source is None:
                raise UnreviewedSyntax("a column that no relation of the query has", item)
            yield from source.columns
        else:
            yield _output_name(item), scope.flow(item)


def _output_name(item: exp.Expr) -> str:
    if isinstance(item, exp.Alias):
        return fold(item.args["alias"])
    return fold(item.this) if isinstance(item, exp.Column) else "?column?"


def _arranged(node: exp.Expr, scope: Scope, found: Relation) -> Flow:
    """The effect of ORDER BY, LIMIT and OFFSET on the rows. ORDER BY alone has none."""
    order = node.args.get("order")
    keys = NOTHING
    if order is not None:
        expect(order, "expressions")
        within = replace(scope, sources={**scope.sources, "": found}) if "" not in scope.sources else scope
        keys = ordered([key for key in order.expressions if not _is_position(key)], within)
        keys = merged([keys, *(chosen(_at(key, found)) for key in order.expressions if _is_position(key))])
    if not _cuts(node):
        return Flow(frozenset(label for label in keys.labels if label.kind == "identity"))
    for part in (node.args.get("limit"), node.args.get("offset")):
        if part is not None:
            keys = merged([keys, computed(scope.flow(_bound(part)))])
    # LIMIT picks individual rows by their order.
    return keys.with_labels(replace(label, mode=Mode.DERIVED) for label in persons(scope.rows))


def _is_position(key: exp.Expr) -> bool:
    return isinstance(key.this, exp.Literal) and key.this.is_int


def _at(key: exp.Expr, found: Relation) -> Flow:
    return found.columns[int(key.this.name) - 1][1]


def _cuts(node: exp.Expr) -> bool:
    offset = node.args.get("offset")
    moves = offset is not None and _bound(offset).sql() != "0"
    return moves or node.args.get("limit") is not None


def _bound(part: exp.Expr) -> exp.Expr:
    expect(part, "expression")
    bound: exp.Expr = part.expression
    return bound


def _made_distinct(node: exp.Expr, scope: Scope, found: Relation) -> Relation:
    clause = node.args.get("distinct")
    if clause is None:
        return found
    expect(clause, "on")
    if clause.args.get("on") is None:
        return distinct(found)
    keys = clause.args["on"].expressions
    order = node.args.get("order")
    deciding = NOTHING if order is None else ordered(order.expressions, scope, {key.sql() for key in keys})
    return Relation(found.columns, merged([found.rows, deciding, *(tested(scope.flow(key)) for key in keys)]))
