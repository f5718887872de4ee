"""Expressions: what each form makes of the values in it. A form without a reading here is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from sqlglot import exp

from warehouse_assets.lineage import functions
from warehouse_assets.lineage.aggregates import AGGREGATES
from warehouse_assets.lineage.predicates import PREDICATES, equal
from warehouse_assets.lineage.relations import Relation, Scope, expect, plain, refused
from warehouse_assets.lineage.values import Kind, Value, merged, sources_of

Form = Callable[[exp.Expr, Scope], Value]


def children(node: exp.Expr) -> Iterator[exp.Expr]:
    """The direct parts of a node."""
    for value in node.args.values():
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, exp.Expr):
                yield item


def evaluate(node: exp.Expr, scope: Scope) -> Value:
    """The value of an expression, by its form; of a reviewed statement only what it is made of."""
    if scope.rules.is_reviewed:
        return _traced(node, scope)
    form = _FORMS.get(type(node))
    if form is None:
        raise refused(f"{type(node).__name__} is not in the grammar (warehouse_assets/lineage/functions.py)", node)
    return form(node, scope)


def _traced(node: exp.Expr, scope: Scope) -> Value:
    if isinstance(node, exp.Column):
        return Value(sources=_star(node, scope) if isinstance(node.this, exp.Star) else scope.column(node).sources)
    if isinstance(node, (exp.Query, exp.Subquery)):
        return Value(sources=scope.read(node, scope.relations, scope).all_sources)
    found = sources_of(scope.value(child) for child in children(node) if not isinstance(child, exp.Identifier))
    if isinstance(node, exp.Window) and node.args.get("alias") is not None:
        found |= scope.value(scope.windows[plain(node.args["alias"])]).sources
    return Value(sources=found or (scope.rows if isinstance(node, functions.AGGREGATES) else found))


def _star(node: exp.Expr, scope: Scope) -> frozenset[str]:
    return scope.sources[plain(node.args["table"])].all_sources


def _pure(node: exp.Expr, scope: Scope) -> Value:
    """A function of values that carry no label; over people's rows not of generalised ones either."""
    values = [scope.value(child) for child in children(node) if not isinstance(child, functions.IGNORED)]
    return _of_unlabelled(values, node, scope)


def _of_unlabelled(values: list[Value], node: exp.Expr, scope: Scope) -> Value:
    for value in values:
        if value.is_labelled or (value.kind is Kind.GENERAL and scope.is_personal):
            raise refused(f"a function of {value.kind.value} {value.origin}", node)
    is_free = all(value.kind is Kind.FREE for value in values)
    return Value(Kind.FREE if is_free else Kind.GENERAL, sources_of(values))


def _function_by_name(node: exp.Expr, scope: Scope) -> Value:
    expect(node, "this", "expressions")
    if node.this not in functions.PURE_BY_NAME:
        raise refused("a function that is not in the grammar (warehouse_assets/lineage/functions.py)", node)
    return _of_unlabelled([scope.value(item) for item in node.expressions], node, scope)


def _constant(node: exp.Expr, scope: Scope) -> Value:
    return Value(constant=node.sql("postgres"))


def _interval(node: exp.Expr, scope: Scope) -> Value:
    expect(node, "this", "unit")
    return _of_unlabelled([scope.value(node.this)], node, scope)


def _negative(node: exp.Expr, scope: Scope) -> Value:
    if isinstance(node.this, exp.Literal):
        return Value(constant=node.sql("postgres"))
    value = scope.value(node.this)
    # The opposite of a measure tells what the measure tells.
    is_kept = value.kind is Kind.MEASURE or value.is_figure
    return replace(value, constant="", side="") if is_kept else _pure(node, scope)


def _added(node: exp.Expr, scope: Scope) -> Value:
    """Sums over people, added or taken from each other, are a sum."""
    values = [scope.value(part) for part in children(node)]
    if all(value.kind is Kind.SUM for value in values):
        return replace(merged(values), constant="")
    return _with_numbers(values, scope) or _of_unlabelled(values, node, scope)


def _with_numbers(values: list[Value], scope: Scope) -> Value | None:
    """A sum over k or more people, changed by numbers, is one still."""
    labelled = [value for value in values if value.is_labelled]
    if len(labelled) != 1 or not _is_of_many(labelled[0], scope):
        return None
    return replace(labelled[0], sources=sources_of(values), constant="")


def _is_of_many(value: Value, scope: Scope) -> bool:
    """Whether it is a sum of measures of the rows whose people are k or more."""
    return value.kind is Kind.SUM and value.row != "" and value.row == scope.many_of


def _multiplied(node: exp.Expr, scope: Scope) -> Value:
    values = [scope.value(part) for part in children(node)]
    return _with_numbers(values, scope) or _of_unlabelled(values, node, scope)


def _divided(node: exp.Expr, scope: Scope) -> Value:
    """A sum over people, or a mean of it, by a number is a mean, which is shown and nothing more."""
    value, by = scope.value(node.this), scope.value(node.expression)
    if not value.is_figure or by.is_labelled:
        return _of_unlabelled([value, by], node, scope)
    found = value if _is_of_many(value, scope) else Value(Kind.FIGURE, value.sources, value.origin)
    return found.reading(by.sources)


def _rounded(node: exp.Expr, scope: Scope) -> Value:
    """A rounded figure is shown and nothing more: what was rounded adds up to something else, unless of k people."""
    value = scope.value(node.this)
    if not value.is_figure or not isinstance(node.args.get("decimals"), exp.Literal):
        return _pure(node, scope)
    return value if _is_of_many(value, scope) else replace(value, kind=Kind.FIGURE)


def _parameter(node: exp.Expr, scope: Scope) -> Value:
    expect(node, "this")
    name = plain(node.this)
    computed_of = next((relation for start, relation in functions.COMPUTED.items() if name.startswith(start)), None)
    if computed_of is not None:
        return _computed(scope.relations[computed_of], node)
    if name not in functions.PARAMETERS:
        raise refused("a parameter that is not listed (warehouse_assets/lineage/functions.py)", node)
    return Value(side=functions.BOUNDARIES.get(name, ""))


def _computed(relation: Relation, node: exp.Expr) -> Value:
    """Python may do anything with the rows of a relation, so that they must not be people's."""
    if relation.is_personal or any(value.is_labelled for value in relation.values):
        raise refused("a parameter that is computed of people's rows", node)
    return Value(sources=relation.all_sources)


def _column(node: exp.Expr, scope: Scope) -> Value:
    expect(node, "this", "table")
    return scope.column(node)


def _inside(node: exp.Expr, scope: Scope) -> Value:
    expect(node, "this", "alias")
    return scope.value(node.this)


def _collated(node: exp.Expr, scope: Scope) -> Value:
    expect(node, "this", "expression")
    if node.expression.name != "C":
        raise refused('text is ordered by collate "C"', node)
    return replace(scope.value(node.this), constant="")


def _cast(node: exp.Expr, scope: Scope) -> Value:
    """A cast changes no value that has a label, except a date between date and timestamp."""
    expect(node, "this", "to")
    kind = node.args["to"]
    name = kind.this.name if isinstance(kind.this, exp.DataType.Type) else ""
    element = kind.expressions[0].this.name if name == "ARRAY" and kind.expressions else name
    if element not in functions.TYPES:
        raise refused("a cast to a type that is not listed (warehouse_assets/lineage/functions.py)", node)
    value = scope.value(node.this)
    is_day = name in functions.DATE_TYPES and (value.kind is Kind.DATE or _is_month(node.this) or value.side)
    keeps = is_day or (element == "DATE" and value.side)
    if keeps or value.constant == "NULL":
        return replace(value, constant=value.constant if value.constant == "NULL" else "")
    return _of_unlabelled([value], node, scope)


def _is_month(node: exp.Expr) -> bool:
    return isinstance(node.unnest(), exp.TimestampTrunc)


def _calendar(date: str, unit: str, allowed: frozenset[str]) -> Form:
    """A month, quarter or year generalises a stored date; of anything else it is a function."""

    def read(node: exp.Expr, scope: Scope) -> Value:
        value = scope.value(node.args[date])
        if value.kind is not Kind.DATE:
            return _pure(node, scope)
        expect(node, date, unit)
        inner, asked = node.args[date], node.args[unit]
        inner = inner.this if isinstance(inner, exp.Cast) else inner
        text = asked.name if isinstance(asked, (exp.Literal, exp.Var)) else ""
        if not isinstance(inner, exp.Column) or (text if text in allowed else text.lower()) not in allowed:
            raise refused(f"something else than a month, quarter or year of {value.origin}", node)
        return Value(Kind.GENERAL, value.sources, value.origin)

    return read


def _case(node: exp.Expr, scope: Scope) -> Value:
    """One of several values, by conditions. Over people's rows the results are columns and constants."""
    expect(node, "this", "ifs", "default")
    results, sources = [], frozenset[str]()
    for branch in node.args["ifs"]:
        expect(branch, "this", "true")
        results.append(branch.args["true"])
        condition = scope.value(branch.this)
        if node.this is not None:
            condition = equal(scope.value(node.this), condition, node, scope)
        if condition.is_labelled:
            raise refused(f"{condition.kind.value} {condition.origin} as a condition", node)
        sources |= condition.sources
        is_personal = condition.kind is not Kind.FREE
        if is_personal and scope.is_personal and not _is_simple(branch.args["true"]):
            raise refused("a CASE over people's rows whose result is no column and no constant", node)
    if node.args.get("default") is not None:
        results.append(node.args["default"])
    value = merged(scope.value(result) for result in results)
    kind = Kind.GENERAL if value.kind is Kind.FREE and scope.is_personal else value.kind
    return replace(value, kind=kind, sources=value.sources | sources, side="", constant="", row="")


def _is_simple(node: exp.Expr) -> bool:
    inner = node.this if isinstance(node, exp.Neg) else node
    return isinstance(inner.unnest(), (exp.Column, exp.Filter, *functions.AGGREGATES, *functions.CONSTANTS))


def _coalesced(node: exp.Expr, scope: Scope) -> Value:
    """The first that is known. A key is no longer one where something else stands for it."""
    parts = [node.this, *node.expressions]
    values = [scope.value(part) for part in parts]
    if any(value.is_labelled for value in values) and not all(_is_simple(part) for part in parts):
        raise refused("COALESCE of a label with something that is no column and no constant", node)
    if any(value.kind is Kind.KEY for value in values):
        raise refused("COALESCE of a pseudonym", node)
    return replace(merged(values), side="", constant="", row="")


def _scalar(node: exp.Expr, scope: Scope) -> Value:
    """A sub-query of one group's figure, that names nothing of the query around it."""
    found = scope.read(node, scope.relations, None)
    if found.is_personal or len(found.columns) != 1 or found.values[0].is_labelled:
        raise refused("a sub-query as a value that is not the figure of a group", node)
    return Value(found.values[0].kind, found.all_sources)


_FORMS: dict[type[exp.Expr], Form] = {
    **dict.fromkeys(functions.PURE, _pure),
    **dict.fromkeys(functions.CONSTANTS, _constant),
    **PREDICATES,
    **AGGREGATES,
    exp.Add: _added,
    exp.Alias: _inside,
    exp.Anonymous: _function_by_name,
    exp.Case: _case,
    exp.Cast: _cast,
    exp.Coalesce: _coalesced,
    exp.Collate: _collated,
    exp.Column: _column,
    exp.Div: _divided,
    exp.Interval: _interval,
    exp.Mul: _multiplied,
    exp.Neg: _negative,
    exp.Paren: _inside,
    exp.Placeholder: _parameter,
    exp.Round: _rounded,
    exp.Sub: _added,
    exp.Subquery: _scalar,
    exp.Extract: _calendar("expression", "this", functions.GENERAL_UNITS),
    exp.TimeToStr: _calendar("this", "format", functions.GENERAL_FORMATS),
    exp.TimestampTrunc: _calendar("this", "unit", functions.GENERAL_UNITS),
}
