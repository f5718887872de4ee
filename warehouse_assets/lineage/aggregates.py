"""Aggregates and windows, which turn values of one person into values of a group."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from sqlglot import exp

from warehouse_assets.lineage import functions
from warehouse_assets.lineage.expressions import children
from warehouse_assets.lineage.labels import (
    NOTHING,
    Flow,
    Mode,
    added_up,
    chosen,
    computed,
    counted,
    merged,
    persons,
    picked,
    placed,
    tested,
)
from warehouse_assets.lineage.scope import Reading, Scope, UnreviewedSyntax, expect, fold


def ordered(keys: Iterable[exp.Expr], scope: Scope, ignored: Iterable[str] = ()) -> Flow:
    """The flow from the keys of an ORDER BY; keys that are constant over the rows have no effect."""
    flows = []
    for key in keys:
        expect(key, "this", "desc", "nulls_first")
        if key.this.sql() not in ignored:
            flows.append(chosen(scope.flow(key.this)))
    return merged(flows)


def _argument(node: exp.Expr, scope: Scope) -> Flow:
    """The arguments of an aggregate, which may hold `*`, DISTINCT and ORDER BY."""
    if isinstance(node, exp.Star):
        return NOTHING
    if isinstance(node, exp.Distinct):
        expect(node, "expressions")
        return merged(scope.flow(item) for item in node.expressions)
    if isinstance(node, exp.Order):
        expect(node, "this", "expressions")
        return merged([_argument(node.this, scope), ordered(node.expressions, scope)])
    return scope.flow(node)


def _arguments(node: exp.Expr, scope: Scope) -> Flow:
    return merged(_argument(child, scope) for child in children(node))


def _aggregated(node: exp.Expr, argument: Flow, persons_left: bool) -> Flow:
    if isinstance(node, functions.COUNTING):
        return computed(argument) if persons_left and not isinstance(node, exp.Count) else counted(argument)
    if isinstance(node, functions.ADDING) and not persons_left:
        return added_up(argument)
    if not persons_left:
        return picked(argument)
    return computed(argument)


def _aggregate(node: exp.Expr, scope: Scope) -> Flow:
    grouping = scope.grouping
    if grouping is None or scope.is_aggregated:
        raise UnreviewedSyntax("an aggregate outside a grouped query", node)
    argument = _arguments(node, replace(scope, is_aggregated=True, correlated=scope.correlated))
    flow = _aggregated(node, argument, bool(grouping.persons)).with_labels(grouping.persons)
    return flow if flow.sources else Flow(flow.labels, scope.rows.sources, is_key=False)


def _filtered(node: exp.Expr, scope: Scope) -> Flow:
    expect(node, "this", "expression")
    within = scope if scope.is_aggregated else replace(scope, is_aggregated=True)
    if type(node.this) not in functions.AGGREGATES:
        raise UnreviewedSyntax("FILTER on something other than an aggregate", node)
    condition = counted(tested(within.flow(node.expression.this)))
    return merged([_aggregate(node.this, scope), condition])


def _window(node: exp.Expr, scope: Scope) -> Flow:
    """A window keeps the rows, so a value over a window of people's rows still belongs to one person."""
    expect(node, "this", "alias", "partition_by", "order", "spec", "over", "first")
    function, condition = node.this, NOTHING
    if isinstance(function, exp.Filter):
        condition, function = tested(scope.flow(function.expression.this)), function.this
    if not isinstance(function, (*functions.AGGREGATES, *functions.RANKING)):
        raise UnreviewedSyntax(
            "a window function that is not on the reviewed list (warehouse_assets/lineage/functions.py)", node
        )
    value = _over(function, _arguments(function, scope), _is_within_a_person(node, scope))
    found = merged([value, condition, *_frame(node, function, scope)]).with_labels(persons(scope.rows))
    is_place = isinstance(function, functions.PLACING) and not _is_within_a_person(node, scope)
    return found.with_labels(placed(scope.rows)) if is_place else found


def _over(function: exp.Expr, argument: Flow, is_within_a_person: bool) -> Flow:
    if isinstance(function, exp.Count):
        return counted(argument)
    adds = isinstance(function, (*functions.ADDING, *functions.COUNTING))
    return computed(argument) if adds or is_within_a_person else picked(argument)


def _is_within_a_person(node: exp.Expr, scope: Scope) -> bool:
    """Whether the window holds one person's rows only."""
    keys = [key for part in (node, *_base_windows(node, scope)) for key in part.args.get("partition_by") or []]
    return bool(merged(scope.flow(key) for key in keys).of("pseudonym", Mode.COPY))


def _frame(node: exp.Expr, function: exp.Expr, scope: Scope) -> Iterator[Flow]:
    parts = [node, *_base_windows(node, scope)]
    partition = [key for part in parts for key in part.args.get("partition_by") or []]
    orders = [part.args["order"] for part in parts if part.args.get("order") is not None]
    yield from (tested(scope.flow(key)) for key in partition)
    for order in orders:
        expect(order, "expressions")
        yield ordered(order.expressions, scope, {key.sql() for key in partition})
    for part in parts:
        yield from _bounds(part.args.get("spec"), scope)
    if not orders and isinstance(function, functions.RANKING):
        yield computed(Flow(frozenset(replace(label, mode=label.mode.COPY) for label in persons(scope.rows))))


def _base_windows(node: exp.Expr, scope: Scope) -> Iterator[exp.Expr]:
    name = node.args.get("alias")
    if name is not None:
        window = scope.windows.get(fold(name))
        if window is None:
            raise UnreviewedSyntax("a window that is not defined", node)
        yield window
        yield from _base_windows(window, scope)


def _bounds(spec: exp.Expr | None, scope: Scope) -> Iterator[Flow]:
    if spec is not None:
        expect(spec, "kind", "start", "start_side", "end", "end_side", "exclude")
        yield from (computed(scope.flow(item)) for item in children(spec) if not isinstance(item, exp.Var))


AGGREGATES: dict[type[exp.Expr], Reading] = {
    **dict.fromkeys(functions.AGGREGATES, _aggregate),
    exp.Filter: _filtered,
    exp.Window: _window,
}
