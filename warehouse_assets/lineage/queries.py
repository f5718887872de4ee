"""From a SELECT to the relation that it gives, scope by scope."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from sqlglot import exp

from warehouse_assets.lineage import functions
from warehouse_assets.lineage.expressions import flow_of, ordered
from warehouse_assets.lineage.labels import NOTHING, Flow, Label, Mode, chosen, computed, merged, persons, shared, tested
from warehouse_assets.lineage.scope import Grouping, Relation, Relations, Scope, UnreviewedSyntax, expect, fold
from warehouse_assets.lineage.sources import add_source

Reviewed = Callable[[exp.Expression, Flow], Flow]


@dataclass(frozen=True)
class QueryReader:
    """Reads queries; `reviewed` may take labels off an expression that a person has reviewed."""

    reviewed: Reviewed = lambda node, flow: flow
    parameters: frozenset[str] = functions.PARAMETERS

    def read(self, node: exp.Expression, relations: Relations, outer: Scope | None = None) -> Relation:
        """The relation of a query of any form. Raises UnreviewedSyntax."""
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
        return Scope(relations, self.read, self.reviewed, self.parameters, outer)

    def _with_named(self, node: exp.Expression, relations: Relations, outer: Scope | None) -> Relations:
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

    def _values(self, node: exp.Expression, relations: Relations, outer: Scope | None) -> Relation:
        expect(node, "expressions", "alias")
        scope = self._scope(relations, outer)
        rows = [[flow_of(item, scope) for item in row.expressions] for row in node.expressions]
        flows = [merged(column) for column in zip(*rows, strict=True)]
        named = tuple((f"column{number}", flow) for number, flow in enumerate(flows, 1))
        return _of_persons_around(Relation(named), scope)

    def _combined(self, node: exp.Expression, relations: Relations, outer: Scope | None) -> Relation:
        expect(node, "this", "expression", "distinct", "with_", "order", "limit", "offset")
        left, right = (self.read(side, relations, outer) for side in (node.this, node.expression))
        pairs = zip(left.columns, right.columns, strict=True)
        columns = tuple((name, merged([own, other])) for (name, own), (_, other) in pairs)
        rows = merged([left.rows, right.rows])
        if not isinstance(node, exp.Union):
            rows = merged([rows, tested(right.whole_row), tested(left.whole_row)])
        found = Relation(columns, rows)
        if node.args.get("distinct"):
            found = _distinct(found)
        scope = replace(self._scope(relations, outer), sources={"": found}, rows=found.rows)
        return Relation(found.columns, merged([found.rows, _arranged(node, scope, found)]))

    def _select(self, node: exp.Expression, relations: Relations, outer: Scope | None) -> Relation:
        expect(
            node,
            *("expressions", "from_", "joins", "where", "group", "having", "order", "limit", "offset", "distinct"),
            *("windows", "with_"),
        )
        scope = self._scope(relations, outer)
        _take_sources(node, scope)
        _filter(node.args.get("where"), scope)
        scope.windows = {fold(window.this): _definition(window) for window in node.args.get("windows") or []}
        _group(node, scope)
        found = Relation(tuple(_projected(node, scope)), scope.rows)
        _filter(node.args.get("having"), scope)
        found = replace(found, rows=merged([scope.rows, _arranged(node, scope, found)]))
        return _of_persons_around(_made_distinct(node, scope, found), scope)


def _of_persons_around(found: Relation, scope: Scope) -> Relation:
    """What was found by a value of a person in the query around is of that person."""
    around = persons(merged(scope.correlated))
    columns = tuple((name, flow.with_labels(around)) for name, flow in found.columns)
    return Relation(columns, found.rows.with_labels(around))


def _definition(window: exp.Expression) -> exp.Window:
    if not isinstance(window, exp.Window):
        raise UnreviewedSyntax("a window's definition was expected", window)
    definition = window.copy()
    definition.set("this", None)
    return definition


def _take_sources(node: exp.Expression, scope: Scope) -> None:
    if node.args.get("from_") is not None:
        expect(node.args["from_"], "this")
        add_source(node.args["from_"].this, scope)
    for join in node.args.get("joins") or []:
        expect(join, "this", "kind", "side", "on", "using")
        add_source(join.this, scope)
        if join.args.get("on") is not None:
            _restrict(scope, flow_of(join.args["on"], scope))
        for name in join.args.get("using") or []:
            _join_by_name(scope, fold(name.this if isinstance(name, exp.Column) else name), join)


def _join_by_name(scope: Scope, name: str, join: exp.Expression) -> None:
    sides = [flow for source in scope.sources.values() if (flow := source.flow_of(name)) is not None]
    if len(sides) < 2:
        raise UnreviewedSyntax("USING a column that is not on both sides", join)
    _restrict(scope, tested(merged(sides)))


def _filter(clause: exp.Expression | None, scope: Scope) -> None:
    if clause is not None:
        expect(clause, "this")
        _restrict(scope, flow_of(clause.this, scope))


def _restrict(scope: Scope, condition: Flow) -> None:
    """Rows depend on the condition; that it holds tells what a test tells."""
    scope.rows = merged([scope.rows, tested(condition)])


def _group(node: exp.Expression, scope: Scope) -> None:
    clause = node.args.get("group")
    is_whole = clause is None and any(_own_aggregates(part) for part in (*node.expressions, node.args.get("having")))
    if clause is None and not is_whole:
        return
    keys = [_key_flow(key, node, scope) for key in _grouping_keys(clause)]
    scope.rows, people = _grouped_rows(scope.rows, keys)
    scope.grouping = Grouping(people)


def _grouped_rows(rows: Flow, keys: list[Flow]) -> tuple[Flow, frozenset[Label]]:
    """Rows after grouping, and the persons that they still stand for: none unless a key is a pseudonym."""
    key = merged(keys)
    people = persons(Flow(key.of("pseudonym", Mode.COPY, Mode.DERIVED)))
    if people:
        people |= persons(rows)
        telling = frozenset(label for label in shared(key).labels if label.kind != "pseudonym" or _is_sticky(label))
        return merged([rows, Flow(telling, key.sources)]).with_labels(people), people
    sticky = Flow(frozenset(label for label in rows.labels if _is_sticky(label)), rows.sources)
    return merged([sticky, shared(key)]), frozenset()


def _is_sticky(label: Label) -> bool:
    """What grouping does not undo: identities, keys whose order or digits decided, people singled out."""
    return label.kind == "identity" or label.mode is Mode.SINGLED or (
        label.kind == "pseudonym" and label.mode is Mode.DERIVED
    )


def _grouping_keys(clause: exp.Expression | None) -> Iterator[exp.Expression]:
    if clause is None:
        return
    expect(clause, "expressions")
    for key in clause.expressions:
        yield from _flat_keys(key)


def _flat_keys(key: exp.Expression) -> Iterator[exp.Expression]:
    """Of GROUPING SETS, ROLLUP and CUBE: every key that any of the groupings has."""
    if isinstance(key, (exp.GroupingSets, exp.Rollup, exp.Cube, exp.Tuple)):
        expect(key, "expressions")
        for item in key.expressions:
            yield from _flat_keys(item)
    else:
        yield key


def _key_flow(key: exp.Expression, node: exp.Expression, scope: Scope) -> Flow:
    """A position, a column, else the alias of a result column, as PostgreSQL looks it up."""
    if isinstance(key, exp.Literal) and key.is_int:
        return flow_of(_unaliased(node.expressions[int(key.name) - 1]), scope)
    if isinstance(key, exp.Column) and not key.table:
        is_known = any(source.flow_of(fold(key.this)) is not None for source in scope.sources.values())
        aliased = [item for item in node.expressions if isinstance(item, exp.Alias) and fold(item.args["alias"]) == fold(key.this)]
        if not is_known and aliased:
            return flow_of(aliased[0].this, scope)
    return flow_of(key, scope)


def _unaliased(item: exp.Expression) -> exp.Expression:
    found: exp.Expression = item.this if isinstance(item, exp.Alias) else item
    return found


def _own_aggregates(node: exp.Expression | None) -> bool:
    """Whether there is an aggregate that is not a window's function nor a subquery's."""
    if node is None or isinstance(node, (exp.Query, exp.Subquery)):
        return False
    if isinstance(node, exp.Window):
        function = node.this.this if isinstance(node.this, exp.Filter) else node.this
        inner = [item for child in (function, node) for item in child.iter_expressions() if item is not node.this]
        return any(_own_aggregates(item) for item in inner)
    return isinstance(node, functions.AGGREGATES) or any(_own_aggregates(item) for item in node.iter_expressions())


def _projected(node: exp.Expression, scope: Scope) -> Iterator[tuple[str, Flow]]:
    for item in node.expressions:
        if isinstance(item, exp.Star):
            expect(item)
            yield from (column for source in scope.sources.values() for column in source.columns)
        elif isinstance(item, exp.Column) and isinstance(item.this, exp.Star):
            expect(item, "this", "table")
            source = scope.sources.get(fold(item.args["table"]))
            if source is None:
                raise UnreviewedSyntax("a name that no relation of the query has", item)
            yield from source.columns
        else:
            yield _output_name(item), flow_of(item, scope)


def _output_name(item: exp.Expression) -> str:
    if isinstance(item, exp.Alias):
        return fold(item.args["alias"])
    return fold(item.this) if isinstance(item, exp.Column) else "?column?"


def _arranged(node: exp.Expression, scope: Scope, found: Relation) -> Flow:
    """What ORDER BY, LIMIT and OFFSET make of the rows. Order alone only moves them about."""
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
            keys = merged([keys, computed(flow_of(_bound(part), scope))])
    # whoever is among the first is picked, one by one
    return keys.with_labels(replace(label, mode=Mode.DERIVED) for label in persons(scope.rows))


def _is_position(key: exp.Expression) -> bool:
    return isinstance(key.this, exp.Literal) and key.this.is_int


def _at(key: exp.Expression, found: Relation) -> Flow:
    return found.columns[int(key.this.name) - 1][1]


def _cuts(node: exp.Expression) -> bool:
    offset = node.args.get("offset")
    moves = offset is not None and _bound(offset).sql() != "0"
    return moves or node.args.get("limit") is not None


def _bound(part: exp.Expression) -> exp.Expression:
    expect(part, "expression")
    bound: exp.Expression = part.expression
    return bound


def _made_distinct(node: exp.Expression, scope: Scope, found: Relation) -> Relation:
    clause = node.args.get("distinct")
    if clause is None:
        return found
    expect(clause, "on")
    if clause.args.get("on") is None:
        return _distinct(found)
    keys = clause.args["on"].expressions
    order = node.args.get("order")
    deciding = NOTHING if order is None else ordered(order.expressions, scope, {key.sql() for key in keys})
    return Relation(found.columns, merged([found.rows, deciding, *(tested(flow_of(key, scope)) for key in keys)]))


def _distinct(found: Relation) -> Relation:
    """One row per different result: a group by all of its columns."""
    rows, people = _grouped_rows(found.rows, [flow for _, flow in found.columns])
    columns = found.columns if people else tuple((name, shared(flow)) for name, flow in found.columns)
    return Relation(columns, rows)
