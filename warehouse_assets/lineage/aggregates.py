"""Aggregates and windows: figures of whole groups, and what one person's own rows tell of each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from sqlglot import exp

from warehouse_assets.lineage import functions
from warehouse_assets.lineage.predicates import condition, is_count
from warehouse_assets.lineage.relations import Scope, expect, plain, refused
from warehouse_assets.lineage.values import Kind, Value, is_of_people, merged, sources_of

_COUNTED_ONCE = (Kind.FREE, Kind.GENERAL, Kind.KEY)
_UNLABELLED = (Kind.FREE, Kind.GENERAL)


def _aggregate(node: exp.Expr, scope: Scope) -> Value:
    """A figure of each group: nobody's where the groups are generalised, one person's where they are persons."""
    if scope.ungrouped is None:
        raise refused("an aggregate within an aggregate", node)
    argument = _argument(node, scope.ungrouped)
    sources = argument.sources or scope.rows
    if scope.persons_in_groups:
        return replace(_of_one_person(node, argument), sources=sources, constant="", side="")
    row = argument.row if isinstance(node, exp.Sum) and argument.row == scope.many_of else ""
    return replace(_of_group(node, argument, scope.ungrouped).reading(sources), row=row)


def _argument(node: exp.Expr, scope: Scope) -> Value:
    """What is counted, added or picked: a column, or an expression without a label."""
    if isinstance(node, exp.ArrayAgg):
        return _listed(node, scope)
    expect(node, "this", "big_int")
    argument = node.this
    if isinstance(argument, exp.Star):
        return Value()
    if isinstance(argument, exp.Distinct):
        expect(argument, "expressions")
        if not isinstance(node, exp.Count) or len(argument.expressions) != 1:
            raise refused("DISTINCT in something else than a count of one thing", node)
        value = scope.value(argument.expressions[0])
        is_column = isinstance(argument.expressions[0], exp.Column)
        if value.kind not in _COUNTED_ONCE or (value.kind is Kind.KEY and not (is_column and is_of_people(value))):
            raise refused(f"a count of different values of {value.origin}", node)
        return value
    value = scope.value(argument)
    if value.kind is Kind.IDENTITY:
        raise refused(f"an aggregate of the identity {value.origin}", node)
    return value


def _listed(node: exp.Expr, scope: Scope) -> Value:
    """The elements of an array, in the order of its keys; of groups only, because the order picks elements."""
    expect(node, "this", "nulls_excluded")
    if scope.is_personal:
        raise refused("an array of people's values", node)
    parts = [node.this]
    if isinstance(node.this, exp.Order):
        expect(node.this, "this", "expressions")
        parts = [node.this.this, *(key.this for key in node.this.expressions)]
    values = [scope.value(part) for part in parts]
    for value in values:
        if value.is_labelled:
            raise refused(f"an array by {value.kind.value} {value.origin}", node)
    return values[0].reading(sources_of(values))


def _of_group(node: exp.Expr, argument: Value, scope: Scope) -> Value:
    if isinstance(node, exp.Count):
        return Value()
    if isinstance(node, functions.ADDING) and argument.kind in (Kind.MEASURE, Kind.SUM, *_UNLABELLED):
        if argument.kind in _UNLABELLED or is_count(argument):
            return Value()
        return Value(Kind.SUM if isinstance(node, exp.Sum) else Kind.FIGURE, origin=argument.origin)
    if argument.kind is Kind.FREE or (argument.kind is Kind.GENERAL and not scope.is_personal):
        return Value(argument.kind)
    raise refused(f"{type(node).__name__} of {argument.kind.value} {argument.origin} over people", node)


def _of_one_person(node: exp.Expr, argument: Value) -> Value:
    if isinstance(node, exp.Count):
        return Value(Kind.MEASURE, origin="a count per person")
    if isinstance(node, functions.ADDING) and argument.kind in (Kind.MEASURE, Kind.FREE):
        return Value(Kind.MEASURE, origin=argument.origin)
    if isinstance(node, functions.PICKING) and argument.kind in (Kind.DATE, *_UNLABELLED):
        return replace(argument, kind=Kind.DATE if argument.kind is Kind.DATE else Kind.GENERAL)
    if isinstance(node, functions.DECIDING) and argument.kind in _UNLABELLED:
        return Value(Kind.GENERAL, origin=argument.origin)
    raise refused(f"{type(node).__name__} of {argument.kind.value} {argument.origin} per person", node)


def _filtered(node: exp.Expr, scope: Scope) -> Value:
    expect(node, "this", "expression")
    if type(node.this) not in functions.AGGREGATES or scope.ungrouped is None:
        raise refused("FILTER of something else than an aggregate", node)
    value = scope.value(node.this).reading(condition(node.expression.this, scope.ungrouped))
    # HAVING asks for k people of the group, not of this part of it
    return replace(value, kind=Kind.FIGURE if value.row and value.kind is Kind.SUM else value.kind, row="")


def _window(node: exp.Expr, scope: Scope) -> Value:
    expect(node, "this", "alias", "partition_by", "order", "spec", "over")
    function, decided = node.this, frozenset[str]()
    if isinstance(function, exp.Filter):
        decided, function = condition(function.expression.this, scope), function.this
    if not isinstance(function, functions.WINDOWS):
        raise refused("a window function that is not in the grammar (warehouse_assets/lineage/functions.py)", node)
    windows = [node, *_bases(node, scope)]
    partition = [scope.value(key) for part in windows for key in part.args.get("partition_by") or []]
    order = [scope.value(key.this) for part in windows for key in _order_keys(part)]
    argument = _window_argument(function, scope)
    for bound in (bound for part in windows for bound in _bounds(part)):
        if not isinstance(bound, exp.Literal):
            raise refused("a frame whose bound is no number", node)
    read = decided | argument.sources | sources_of([*partition, *order])
    if scope.is_personal:
        _expect_one_person(node, windows, partition, order)
        return _of_own_rows(function, argument, node).reading(read)
    is_place = isinstance(function, functions.PLACING) and any(value.is_figure for value in order)
    ordered = [value for value in order if not (is_place and value.is_figure)]
    for value in (argument, *partition, *ordered):
        if value.is_labelled:
            raise refused(f"{value.kind.value} {value.origin} in a window over groups", node)
    if is_place:
        return Value(Kind.FIGURE, read, "a place")
    is_free = argument.kind is Kind.FREE
    return Value(Kind.FREE if is_free or not isinstance(function, functions.MOVING) else Kind.GENERAL, read)


def _window_argument(function: exp.Expr, scope: Scope) -> Value:
    parts = [item for item in (function.this, *(function.args.get(name) for name in ("offset", "default"))) if item]
    values = [scope.value(part) for part in parts if isinstance(part, exp.Expr) and not isinstance(part, exp.Star)]
    return replace(merged(values), constant="", side="", row="") if values else Value()


def _expect_one_person(node: exp.Expr, windows: list[exp.Expr], partition: list[Value], order: list[Value]) -> None:
    """Over people's rows a window holds one person's, in the order of something that is no measure."""
    if not any(value.kind is Kind.KEY and is_of_people(value) for value in partition):
        raise refused("a window over the rows of several people", node)
    if any(part.args.get("spec") is not None for part in windows):
        raise refused("a frame over people's rows", node)
    for value in (*partition, *order):
        if value.kind not in (Kind.KEY, Kind.DATE, *_UNLABELLED):
            raise refused(f"a window by {value.kind.value} {value.origin}", node)
    if any(value.kind is Kind.KEY for value in order):
        raise refused("a window in the order of a pseudonym", node)


def _of_own_rows(function: exp.Expr, argument: Value, node: exp.Expr) -> Value:
    is_known = isinstance(function, (*functions.MOVING, *functions.PICKING))
    if not is_known or argument.kind not in (Kind.DATE, *_UNLABELLED):
        raise refused("a window over people's rows that is no neighbour, first or last of a date or a group", node)
    return replace(argument, kind=Kind.DATE if argument.kind is Kind.DATE else Kind.GENERAL)


def _bases(node: exp.Expr, scope: Scope) -> Iterator[exp.Expr]:
    name = node.args.get("alias")
    if name is not None:
        window = scope.windows.get(plain(name))
        if window is None:
            raise refused("a window that is not defined", node)
        yield window
        yield from _bases(window, scope)


def _bounds(window: exp.Expr) -> Iterator[exp.Expr]:
    spec = window.args.get("spec")
    if spec is not None:
        expect(spec, "kind", "start", "start_side", "end", "end_side", "exclude")
        yield from (part for part in spec.args.values() if isinstance(part, exp.Expr) and not isinstance(part, exp.Var))


def _order_keys(window: exp.Expr) -> Iterator[exp.Expr]:
    order = window.args.get("order")
    if order is not None:
        expect(order, "expressions")
        for key in order.expressions:
            expect(key, "this", "desc", "nulls_first")
            yield key


AGGREGATES: dict[type[exp.Expr], Callable[[exp.Expr, Scope], Value]] = {
    **dict.fromkeys(functions.AGGREGATES, _aggregate),
    exp.Filter: _filtered,
    exp.Window: _window,
}
