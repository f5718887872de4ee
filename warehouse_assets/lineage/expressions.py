"""From an expression to its flow. Each kind of node is read by one function; a kind without one is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from sqlglot import exp

from warehouse_assets.lineage import functions
from warehouse_assets.lineage.comparisons import COMPARISONS, compared
from warehouse_assets.lineage.labels import (
    CONSTANT,
    NOTHING,
    Flow,
    added_up,
    chosen,
    computed,
    counted,
    generalised,
    merged,
    persons,
    shared,
    tested,
)
from warehouse_assets.lineage.scope import Relation, Scope, UnreviewedSyntax, expect, fold

Reading = Callable[[exp.Expression, Scope], Flow]


def flow_of(node: exp.Expression, scope: Scope) -> Flow:
    """The flow of an expression. Raises UnreviewedSyntax."""
    reading = _READINGS.get(type(node))
    if reading is None:
        raise UnreviewedSyntax(f"{type(node).__name__} is not on the reviewed list", node)
    return scope.reviewed(node, reading(node, scope))


def _children(node: exp.Expression) -> Iterator[exp.Expression]:
    for value in node.args.values():
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, exp.Expression):
                yield item


def _kept(node: exp.Expression, scope: Scope) -> Flow:
    return merged(flow_of(child, scope) for child in _children(node))


def _computed(node: exp.Expression, scope: Scope) -> Flow:
    return computed(_kept(node, scope))


def _constant(node: exp.Expression, scope: Scope) -> Flow:
    return NOTHING if isinstance(node, exp.Null) else CONSTANT


def _negated(node: exp.Expression, scope: Scope) -> Flow:
    """-1 and -2 stand among the keys, for the members that are no people."""
    return NOTHING if node.sql() in ("-1", "-2") else _computed(node, scope)


def _placeholder(node: exp.Expression, scope: Scope) -> Flow:
    expect(node, "this")
    if fold(node.this) not in scope.parameters:
        raise UnreviewedSyntax("a parameter that is not on the reviewed list", node)
    return CONSTANT


def _aliased(node: exp.Expression, scope: Scope) -> Flow:
    expect(node, "this", "alias")
    return flow_of(node.this, scope)


def _collated(node: exp.Expression, scope: Scope) -> Flow:
    expect(node, "this", "expression")
    if node.expression.name != "C":
        raise UnreviewedSyntax('text is ordered by collate "C"', node)
    return flow_of(node.this, scope)


def _cast(node: exp.Expression, scope: Scope) -> Flow:
    expect(node, "this", "to")
    kind = node.args["to"]
    name = kind.this.name if isinstance(kind.this, exp.DataType.Type) else ""
    if name not in functions.TYPES:
        raise UnreviewedSyntax("a cast to a type that is not on the reviewed list", node)
    flow = flow_of(node.this, scope)
    keeps = name in functions.DATE_TYPES or (name == functions.KEY_TYPE and isinstance(node.this, exp.Column))
    return flow if keeps else computed(flow)


def _function_by_name(node: exp.Expression, scope: Scope) -> Flow:
    expect(node, "this", "expressions")
    if str(node.this).lower() not in functions.COMPUTING_BY_NAME:
        raise UnreviewedSyntax("a function that is not on the reviewed list", node)
    return computed(merged(flow_of(item, scope) for item in node.expressions))


def _time(unit: str) -> Reading:
    """Of a function of time: coarse units generalise, others compute."""

    def read(node: exp.Expression, scope: Scope) -> Flow:
        flow = _kept(node, scope)
        asked = node.args[unit]
        is_constant = isinstance(asked, exp.Var) or (isinstance(asked, exp.Literal) and asked.is_string)
        is_coarse = is_constant and asked.name in functions.COARSE_UNITS | functions.COARSE_FORMATS
        return generalised(flow) if is_coarse else computed(flow)

    return read


def _column(node: exp.Expression, scope: Scope) -> Flow:
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


def _look_up(scope: Scope, find: Callable[[Scope], Flow | None], node: exp.Expression) -> Flow:
    """In this query, then in those around it; what comes from there is noted."""
    found = find(scope)
    if found is not None:
        has_keys_only = scope.grouping is not None and not scope.is_aggregated and not scope.grouping.persons
        return shared(found) if has_keys_only else found
    if scope.outer is None:
        raise UnreviewedSyntax("a name that no relation of the query has", node)
    flow = _look_up(scope.outer, find, node)
    if scope.is_aggregated and flow.labels:
        raise UnreviewedSyntax("an aggregate over a column of the query around it", node)
    scope.correlated.append(flow)
    return flow


def _case(node: exp.Expression, scope: Scope) -> Flow:
    expect(node, "this", "ifs", "default")
    flows = [flow_of(node.args["default"], scope)] if node.args.get("default") is not None else []
    for branch in node.args["ifs"]:
        expect(branch, "this", "true")
        flows.append(flow_of(branch.args["true"], scope))
        if node.this is None:
            flows.append(tested(flow_of(branch.this, scope)))
        else:
            flows.append(compared(exp.EQ, node.this, branch.this, lambda item: flow_of(item, scope)))
    return merged(flows)


def _nullif(node: exp.Expression, scope: Scope) -> Flow:
    expect(node, "this", "expression")
    condition = compared(exp.EQ, node.this, node.expression, lambda item: flow_of(item, scope))
    return merged([flow_of(node.this, scope), condition])


def _comparison(node: exp.Expression, scope: Scope) -> Flow:
    return COMPARISONS[type(node)](node, lambda item: flow_of(item, scope))


def _membership(node: exp.Expression, scope: Scope) -> Flow:
    expect(node, "this", "expressions", "query")
    items = [*node.expressions, *([node.args["query"]] if node.args.get("query") is not None else [])]
    return merged(compared(exp.EQ, node.this, item, lambda part: flow_of(part, scope)) for item in items)


def _scalar(node: exp.Expression, scope: Scope) -> Flow:
    """A subquery's value depends on which rows it has; it is a function of its rows, not a key among keys."""
    return scope.read(node, scope.relations, scope).whole_row


def _exists(node: exp.Expression, scope: Scope) -> Flow:
    expect(node, "this")
    return tested(scope.read(node.this, scope.relations, scope).whole_row)


def ordered(keys: Iterable[exp.Expression], scope: Scope, ignored: Iterable[str] = ()) -> Flow:
    """What an ORDER BY takes from its keys; keys that are the same in all of the rows decide nothing."""
    flows = []
    for key in keys:
        expect(key, "this", "desc", "nulls_first")
        if key.this.sql() not in ignored:
            flows.append(chosen(flow_of(key.this, scope)))
    return merged(flows)


def _argument(node: exp.Expression, scope: Scope) -> Flow:
    """Of an aggregate: `*`, DISTINCT and an ORDER BY within are known there."""
    if isinstance(node, exp.Star):
        return NOTHING
    if isinstance(node, exp.Distinct):
        expect(node, "expressions")
        return merged(flow_of(item, scope) for item in node.expressions)
    if isinstance(node, exp.Order):
        expect(node, "this", "expressions")
        return merged([_argument(node.this, scope), ordered(node.expressions, scope)])
    return flow_of(node, scope)


def _arguments(node: exp.Expression, scope: Scope) -> Flow:
    return merged(_argument(child, scope) for child in _children(node))


def _aggregated(node: exp.Expression, argument: Flow, persons_left: bool) -> Flow:
    if isinstance(node, functions.COUNTING):
        return computed(argument) if persons_left and not isinstance(node, exp.Count) else counted(argument)
    if isinstance(node, functions.ADDING) and not persons_left:
        return added_up(argument)
    return computed(argument)


def _aggregate(node: exp.Expression, scope: Scope) -> Flow:
    grouping = scope.grouping
    if grouping is None or scope.is_aggregated:
        raise UnreviewedSyntax("an aggregate where there are no groups", node)
    argument = _arguments(node, replace(scope, is_aggregated=True, correlated=scope.correlated))
    flow = _aggregated(node, argument, bool(grouping.persons)).with_labels(grouping.persons)
    return flow if flow.sources else Flow(flow.labels, scope.rows.sources)


def _filtered(node: exp.Expression, scope: Scope) -> Flow:
    expect(node, "this", "expression")
    within = scope if scope.is_aggregated else replace(scope, is_aggregated=True)
    if type(node.this) not in functions.AGGREGATES:
        raise UnreviewedSyntax("FILTER of something that is no aggregate", node)
    condition = counted(tested(flow_of(node.expression.this, within)))
    return merged([_aggregate(node.this, scope), condition])


def _window(node: exp.Expression, scope: Scope) -> Flow:
    """Rows stay as they are, so that a value over a window of people's rows is still of one person."""
    expect(node, "this", "alias", "partition_by", "order", "spec", "over", "first")
    function, condition = node.this, NOTHING
    if isinstance(function, exp.Filter):
        condition, function = tested(flow_of(function.expression.this, scope)), function.this
    if not isinstance(function, (*functions.AGGREGATES, *functions.RANKING)):
        raise UnreviewedSyntax("a window function that is not on the reviewed list", node)
    argument = _arguments(function, scope)
    value = counted(argument) if isinstance(function, exp.Count) else computed(argument)
    return merged([value, condition, *_frame(node, function, scope)]).with_labels(persons(scope.rows))


def _frame(node: exp.Expression, function: exp.Expression, scope: Scope) -> Iterator[Flow]:
    parts = [node, *_base_windows(node, scope)]
    partition = [key for part in parts for key in part.args.get("partition_by") or []]
    orders = [part.args["order"] for part in parts if part.args.get("order") is not None]
    yield from (tested(flow_of(key, scope)) for key in partition)
    for order in orders:
        expect(order, "expressions")
        yield ordered(order.expressions, scope, {key.sql() for key in partition})
    for part in parts:
        yield from _bounds(part.args.get("spec"), scope)
    if not orders and isinstance(function, functions.RANKING):
        yield computed(Flow(frozenset(replace(label, mode=label.mode.COPY) for label in persons(scope.rows))))


def _base_windows(node: exp.Expression, scope: Scope) -> Iterator[exp.Expression]:
    name = node.args.get("alias")
    if name is not None:
        window = scope.windows.get(fold(name))
        if window is None:
            raise UnreviewedSyntax("a window that is not defined", node)
        yield window
        yield from _base_windows(window, scope)


def _bounds(spec: exp.Expression | None, scope: Scope) -> Iterator[Flow]:
    if spec is not None:
        expect(spec, "kind", "start", "start_side", "end", "end_side", "exclude")
        yield from (computed(flow_of(item, scope)) for item in _children(spec) if not isinstance(item, exp.Var))


def table_function(node: exp.Expression, scope: Scope) -> Relation:
    """A function in FROM: how many rows it gives, and what they say, follows from its arguments."""
    flow = _computed(node, scope)
    return Relation((("value", flow),), flow)


_READINGS: dict[type[exp.Expression], Reading] = {
    **dict.fromkeys(functions.CONSTANTS, _constant),
    **dict.fromkeys(functions.KEEPING, _kept),
    **dict.fromkeys(functions.COMPUTING, _computed),
    **dict.fromkeys((exp.And, exp.Or, exp.Not), _kept),
    **dict.fromkeys(COMPARISONS, _comparison),
    **dict.fromkeys(functions.AGGREGATES, _aggregate),
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
    exp.Filter: _filtered,
    exp.Window: _window,
}
