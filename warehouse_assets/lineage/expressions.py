"""From an expression to its flow. Each kind of node is read by one function; a kind without one is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations

from sqlglot import exp

from warehouse_assets.lineage import bounds, functions
from warehouse_assets.lineage.comparisons import COMPARISONS, compared
from warehouse_assets.lineage.labels import (
    CONSTANT,
    NOTHING,
    Flow,
    Mode,
    computed,
    generalised,
    is_told,
    marked,
    merged,
    shared,
    tested,
)
from warehouse_assets.lineage.scope import Reading, Relation, Scope, UnreviewedSyntax, expect, fold


def children(node: exp.Expr) -> Iterator[exp.Expr]:
    """The direct child expressions."""
    for value in node.args.values():
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, exp.Expr):
                yield item


def _kept(node: exp.Expr, scope: Scope) -> Flow:
    return merged(scope.flow(child) for child in children(node))


def _computed(node: exp.Expr, scope: Scope) -> Flow:
    flows = [scope.flow(child) for child in children(node)]
    is_scaled = isinstance(node, functions.SCALING) and all(flow.sources or flow.labels for flow in flows)
    return computed(merged(flows), keeps_rank=not is_scaled)


def _shifted(node: exp.Expr, scope: Scope) -> Flow:
    """A time moved by days: its month together with the original month reveals a range of days."""
    flow = _computed(node, scope)
    by_days = any(not scope.flow(side).sources and bounds.is_by_days(side) for side in (node.this, node.expression))
    exact = marked(flow, Mode.SINGLED, with_measures=False) if by_days else frozenset()
    return flow.with_labels(filter(bounds.is_time, exact))


def _encoded(node: exp.Expr, scope: Scope) -> Flow:
    """A function of a number that a sum may not hide, such as powers of ten whose digits can be read back."""
    flow = _computed(node, scope)
    return flow.with_labels(marked(flow, Mode.SINGLED, with_measures=False))


def _bounded(node: exp.Expr, scope: Scope) -> Flow:
    """GREATEST or LEAST; with a constant it reveals the same as a comparison."""
    parts = [node.this, *node.expressions]
    told = [compared(exp.LT, one, other, lambda item: scope.flow(item)) for one, other in combinations(parts, 2)]
    return merged([_computed(node, scope), *(Flow(frozenset(filter(is_told, flow.labels))) for flow in told)])


def _constant(node: exp.Expr, scope: Scope) -> Flow:
    return NOTHING if isinstance(node, exp.Null) else CONSTANT


def _negated(node: exp.Expr, scope: Scope) -> Flow:
    """Whether it is -1 or -2, the keys of the Unknown and Anonymous members."""
    return NOTHING if node.sql() in ("-1", "-2") else _computed(node, scope)


def _placeholder(node: exp.Expr, scope: Scope) -> Flow:
    expect(node, "this")
    if fold(node.this) not in scope.parameters:
        raise UnreviewedSyntax(
            "a parameter that is not on the reviewed list (warehouse_assets/lineage/functions.py)", node
        )
    return CONSTANT


def _aliased(node: exp.Expr, scope: Scope) -> Flow:
    expect(node, "this", "alias")
    return scope.flow(node.this)


def _collated(node: exp.Expr, scope: Scope) -> Flow:
    expect(node, "this", "expression")
    if node.expression.name != "C":
        raise UnreviewedSyntax('text is ordered by collate "C"', node)
    return scope.flow(node.this)


def _cast(node: exp.Expr, scope: Scope) -> Flow:
    expect(node, "this", "to")
    kind = node.args["to"]
    name = kind.this.name if isinstance(kind.this, exp.DataType.Type) else ""
    element = kind.expressions[0].this.name if name == "ARRAY" and kind.expressions else name
    if element not in functions.TYPES:
        raise UnreviewedSyntax(
            "a cast to a type that is not on the reviewed list (warehouse_assets/lineage/functions.py)", node
        )
    flow = scope.flow(node.this)
    keeps = name in functions.DATE_TYPES or (name == functions.KEY_TYPE and isinstance(node.this, exp.Column))
    return flow if keeps else computed(flow, keeps_rank=True)


def _function_by_name(node: exp.Expr, scope: Scope) -> Flow:
    expect(node, "this", "expressions")
    if str(node.this).lower() not in functions.COMPUTING_BY_NAME:
        raise UnreviewedSyntax(
            "a function that is not on the reviewed list (warehouse_assets/lineage/functions.py)", node
        )
    return computed(merged(scope.flow(item) for item in node.expressions))


def _time(unit: str) -> Reading:
    """The flow of a function of time: coarse units generalise, others compute."""

    def read(node: exp.Expr, scope: Scope) -> Flow:
        flow = _kept(node, scope)
        asked = node.args[unit]
        is_constant = isinstance(asked, exp.Var) or (isinstance(asked, exp.Literal) and asked.is_string)
        is_coarse = is_constant and asked.name in functions.COARSE_UNITS | functions.COARSE_FORMATS
        return generalised(flow) if is_coarse else computed(flow)

    return read


def _column(node: exp.Expr, scope: Scope) -> Flow:
    expect(node, "this", "table")
    table = node.args.get("table")
    owner = fold(table) if table is not None else None
    if isinstance(node.this, exp.Star):
        return computed(_look_up(scope, lambda at: _relation(at, owner), node))
    name = fold(node.this)
    try:
        return _look_up(scope, lambda at: _named(at, owner, name), node)
    except UnreviewedSyntax:
        if owner is not None:
            raise
        return computed(_look_up(scope, lambda at: _relation(at, name), node))


def _named(scope: Scope, owner: str | None, name: str) -> Flow | None:
    if owner is not None:
        return scope.sources[owner].flow_of(name) if owner in scope.sources else None
    found = [flow for source in scope.sources.values() if (flow := source.flow_of(name)) is not None]
    return merged(found) if found else None


def _relation(scope: Scope, name: str | None) -> Flow | None:
    return scope.sources[name].whole_row if name in scope.sources else None


def _look_up(scope: Scope, find: Callable[[Scope], Flow | None], node: exp.Expr) -> Flow:
    """Looks the name up in this query, then in the outer ones, and records what comes from there."""
    found = find(scope)
    if found is not None:
        has_keys_only = scope.grouping is not None and not scope.is_aggregated and not scope.grouping.persons
        return shared(found) if has_keys_only else found
    if scope.outer is None:
        raise UnreviewedSyntax("a column that no relation of the query has", node)
    flow = _look_up(scope.outer, find, node)
    if scope.is_aggregated and flow.labels:
        raise UnreviewedSyntax("an aggregate over a column of the query around it", node)
    scope.correlated.append(flow)
    return flow


def _case(node: exp.Expr, scope: Scope) -> Flow:
    expect(node, "this", "ifs", "default")
    flows = [scope.flow(node.args["default"])] if node.args.get("default") is not None else []
    for branch in node.args["ifs"]:
        expect(branch, "this", "true")
        flows.append(scope.flow(branch.args["true"]))
        if node.this is None:
            flows.append(tested(scope.flow(branch.this)))
        else:
            flows.append(compared(exp.EQ, node.this, branch.this, lambda item: scope.flow(item)))
    return merged(flows)


def _nullif(node: exp.Expr, scope: Scope) -> Flow:
    expect(node, "this", "expression")
    condition = compared(exp.EQ, node.this, node.expression, lambda item: scope.flow(item))
    return merged([scope.flow(node.this), condition])


def _comparison(node: exp.Expr, scope: Scope) -> Flow:
    return COMPARISONS[type(node)](node, lambda item: scope.flow(item))


def _membership(node: exp.Expr, scope: Scope) -> Flow:
    expect(node, "this", "expressions", "query")
    items = [*node.expressions, *([node.args["query"]] if node.args.get("query") is not None else [])]
    return merged(compared(exp.EQ, node.this, item, lambda part: scope.flow(part)) for item in items)


def _scalar(node: exp.Expr, scope: Scope) -> Flow:
    """A subquery's value depends on its rows: it is a function of them, not an unchanged key."""
    return scope.read(node, scope.relations, scope).whole_row


def _exists(node: exp.Expr, scope: Scope) -> Flow:
    expect(node, "this")
    return tested(scope.read(node.this, scope.relations, scope).whole_row)


def table_function(node: exp.Expr, scope: Scope) -> Relation:
    """A function in FROM: its arguments determine the number and the content of its rows."""
    flow = _computed(node, scope)
    return Relation((("value", flow),), flow)


EXPRESSIONS: dict[type[exp.Expr], Reading] = {
    **dict.fromkeys(functions.CONSTANTS, _constant),
    **dict.fromkeys(functions.KEEPING, _kept),
    **dict.fromkeys(functions.COMPUTING, _computed),
    **dict.fromkeys((exp.And, exp.Or, exp.Not), _kept),
    **dict.fromkeys(COMPARISONS, _comparison),
    **dict.fromkeys((exp.Add, exp.Sub), _shifted),
    **dict.fromkeys(functions.ENCODING, _encoded),
    **dict.fromkeys(functions.BOUNDING, _bounded),
    exp.Placeholder: _placeholder,
    exp.Neg: _negated,
    exp.Alias: _aliased,
    exp.Cast: _cast,
    exp.Collate: _collated,
    exp.Anonymous: _function_by_name,
    exp.TimestampTrunc: _time("unit"),
    exp.Extract: _time("this"),
    exp.TimeToStr: _time("format"),
    exp.Column: _column,
    exp.Case: _case,
    exp.Nullif: _nullif,
    exp.In: _membership,
    exp.Any: _kept,
    exp.Subquery: _scalar,
    exp.Exists: _exists,
}
