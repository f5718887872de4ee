"""Conditions: what may be compared with what, so that a comparison tells no more than a group."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sqlglot import exp

from warehouse_assets.lineage.relations import Scope, expect, refused
from warehouse_assets.lineage.values import UNKNOWN_MEMBERS, Kind, Value, sources_of
from warehouse_assets.schemas import TABLES

_EQUALITIES = (exp.EQ, exp.NEQ, exp.NullSafeEQ, exp.NullSafeNEQ)
_SIGNS: dict[type[exp.Expr], str] = {exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">="}
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_NEGATABLE = (exp.Column, exp.In, exp.Exists, exp.Is)
_UNSIGNED = (Kind.FREE, Kind.GENERAL)


def told(*values: Value) -> Value:
    """The truth of a condition that the grammar has: it says which group a row belongs to.

    That two keys are equal joins rows. It is not turned round: rows of other keys than one's own could be counted.
    """
    if any(value.kind is Kind.MATCH for value in values):
        return Value(Kind.MATCH, sources_of(values))
    is_free = all(value.kind is Kind.FREE for value in values)
    return Value(Kind.FREE if is_free else Kind.GENERAL, sources_of(values))


def _equality(node: exp.Expr, scope: Scope) -> Value:
    expect(node, "this", "expression")
    truth = equal(scope.value(node.this), scope.value(node.expression), node, scope)
    if truth.kind is not Kind.MATCH:
        return truth
    if _are_of_one_row(node.this, node.expression, scope):
        return replace(truth, kind=Kind.GENERAL)
    if isinstance(node, (exp.NEQ, exp.NullSafeNEQ)):
        raise refused("two pseudonyms that differ", node)
    return truth


def _are_of_one_row(one: exp.Expr, other: exp.Expr, scope: Scope) -> bool:
    """Whether both are columns of the same relation, so that no rows are joined."""
    if not (isinstance(one, exp.Column) and isinstance(other, exp.Column)) or one.table != other.table:
        return False
    return bool(one.table) or (len(scope.sources) == 1 and scope.has(one.name) and scope.has(other.name))


def equal(one: Value, other: Value, node: exp.Expr, scope: Scope) -> Value:
    """Whether two values are equal. Raises Refused unless they are keys of one kind, or neither has a label."""
    if Kind.KEY in (one.kind, other.kind):
        key, compared = (one, other) if one.kind is Kind.KEY else (other, one)
        is_same = compared.kind is Kind.KEY and compared.domain == key.domain
        if not is_same and compared.constant not in UNKNOWN_MEMBERS:
            raise refused(f"the pseudonym {key.origin} compared with something else than the same key", node)
        if is_same:
            return Value(Kind.MATCH, sources_of([one, other]))
    elif (one.is_labelled or other.is_labelled) and not _is_checked(one, other, scope):
        label = one if one.is_labelled else other
        raise refused(f"{label.kind.value} {label.origin} compared for equality", node)
    return told(one, other)


def _is_checked(one: Value, other: Value, scope: Scope) -> bool:
    """Whether a query of bad rows compares a sum over people with what a mart shows."""
    total, shown = (one, other) if one.kind is Kind.SUM else (other, one)
    is_shown = bool(shown.sources) and all(source.startswith("mart_") for source in shown.sources)
    return scope.rules.is_check and total.kind is Kind.SUM and shown.kind is Kind.FREE and is_shown


def _order(node: exp.Expr, scope: Scope) -> Value:
    expect(node, "this", "expression")
    sign = _SIGNS[type(node)]
    left, right = scope.value(node.this), scope.value(node.expression)
    if _is_allowed(left, sign, right, scope) or _is_allowed(right, _MIRRORED[sign], left, scope):
        return told(left, right)
    label = left if left.kind is not Kind.FREE else right
    raise refused(f"{label.kind.value} {label.origin} compared with more or less than it may be", node)


def _is_allowed(left: Value, sign: str, right: Value, scope: Scope) -> bool:
    """A date on its side of a period boundary, a count that is above 0, the keys of known persons; or no label."""
    if left.kind in _UNSIGNED and right.kind in _UNSIGNED:
        return not scope.is_personal or left.kind is right.kind is Kind.FREE or right.side == sign
    if left.kind is Kind.DATE:
        return right.side == sign
    if left.kind is Kind.KEY:
        return right.constant == "0" and sign in (">=", "<")
    return is_count(left) and right.constant == "0" and sign == ">"


def is_count(value: Value) -> bool:
    """Whether it is a stored number of a person's things, of which 0 is none."""
    table, _, name = value.origin.rpartition(".")
    columns = TABLES[table].column_list if table in TABLES else ()
    is_stored = any(column.name == name and column.sql_type == "bigint" for column in columns)
    return value.kind is Kind.MEASURE and is_stored


def _between(node: exp.Expr, scope: Scope) -> Value:
    expect(node, "this", "low", "high")
    values = [scope.value(part) for part in (node.this, node.args["low"], node.args["high"])]
    return _unlabelled(values, node, scope)


def _unlabelled(values: list[Value], node: exp.Expr, scope: Scope) -> Value:
    allowed = (Kind.FREE,) if scope.is_personal else _UNSIGNED
    for value in values:
        if value.kind not in allowed:
            raise refused(f"{value.kind.value} {value.origin} in a comparison that it may not be in", node)
    return told(*values)


def _is(node: exp.Expr, scope: Scope) -> Value:
    """IS [NOT] NULL of a column, IS [NOT] TRUE of a condition."""
    expect(node, "this", "expression", "negate")
    value = scope.value(node.this)
    if value.kind is Kind.IDENTITY or not isinstance(node.expression, (exp.Null, exp.Boolean)):
        raise refused("a test that the grammar does not have", node)
    is_column = isinstance(node.this, exp.Column)
    if value.kind is not Kind.FREE and not is_column and (scope.is_personal or value.is_labelled):
        raise refused(f"a test for NULL of something made of {value.origin or 'a generalised value'}", node)
    return Value(Kind.GENERAL if value.kind is not Kind.FREE else Kind.FREE, value.sources)


def _not(node: exp.Expr, scope: Scope) -> Value:
    expect(node, "this")
    value = scope.value(node.this)
    inner = node.this.unnest()
    if value.kind is not Kind.FREE and scope.is_personal and not isinstance(inner, _NEGATABLE):
        raise refused("NOT of a comparison, which is another comparison", node)
    return told(value)


def _in(node: exp.Expr, scope: Scope) -> Value:
    expect(node, "this", "expressions", "query")
    value = scope.value(node.this)
    if node.args.get("query") is not None:
        found = scope.read(node.args["query"], scope.relations, scope)
        if len(found.columns) != 1:
            raise refused("IN a query of several columns", node)
        truth = equal(value, found.values[0], node, scope)
        kind = Kind.GENERAL if truth.kind is Kind.MATCH else truth.kind
        return Value(kind, truth.sources | found.rows)
    truth = told(*(equal(value, scope.value(item), node, scope) for item in node.expressions))
    if truth.kind is Kind.MATCH:
        raise refused("a pseudonym in a list of others", node)
    return truth


def _exists(node: exp.Expr, scope: Scope) -> Value:
    expect(node, "this")
    found = scope.read(node.this, scope.relations, scope)
    return Value(Kind.GENERAL, found.all_sources)


def _connected(node: exp.Expr, scope: Scope) -> Value:
    expect(node, "this", "expression")
    sides = [scope.value(node.this), scope.value(node.expression)]
    for side in sides:
        if side.is_labelled and side.kind is not Kind.MATCH:
            raise refused(f"{side.kind.value} {side.origin} as a condition", node)
    return told(*sides)


def condition(node: exp.Expr, scope: Scope) -> frozenset[str]:
    """The columns that a condition is made of. Raises Refused if the grammar does not have it."""
    value = scope.value(node)
    if value.is_labelled and value.kind is not Kind.MATCH and not scope.rules.is_reviewed:
        raise refused(f"{value.kind.value} {value.origin} as a condition", node)
    return value.sources


PREDICATES: dict[type[exp.Expr], Callable[[exp.Expr, Scope], Value]] = {
    **dict.fromkeys(_EQUALITIES, _equality),
    **dict.fromkeys(_SIGNS, _order),
    **dict.fromkeys((exp.And, exp.Or), _connected),
    exp.Between: _between,
    exp.Is: _is,
    exp.Not: _not,
    exp.In: _in,
    exp.Exists: _exists,
}
