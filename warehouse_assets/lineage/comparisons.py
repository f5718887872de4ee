"""What a comparison tells of what it compares."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from warehouse_assets.lineage.labels import Flow, Label, Mode, computed, merged, singled_out, tested
from warehouse_assets.lineage.scope import expect

Read = Callable[[exp.Expr], Flow]

_EQUALITIES = (exp.EQ, exp.NEQ, exp.NullSafeEQ, exp.NullSafeNEQ)
_UNKNOWN_MEMBERS: set[tuple[type[exp.Expr], str]] = {
    (exp.EQ, "-1"),
    (exp.NEQ, "-1"),
    (exp.EQ, "-2"),
    (exp.NEQ, "-2"),
    (exp.GTE, "0"),
    (exp.LT, "0"),
}
"""Unknown and Anonymous have the keys -1 and -2, people have others: that much may be asked of a key."""


def compared(operator: type[exp.Expr], left: exp.Expr, right: exp.Expr, read: Read) -> Flow:
    """Key with key by equality, and key with the members that are no people, tell nothing; all else does."""
    flows = [read(left), read(right)]
    told = tested(merged(flows))
    if any(flow.of("pseudonym", Mode.COPY) for flow in flows) and not _is_safe(operator, left, right, flows):
        told = told.with_labels(computed(merged(flows)).of("pseudonym", Mode.DERIVED))
    if issubclass(operator, (*_EQUALITIES, exp.Like, exp.ILike)):
        told = told.with_labels(_singled(left, right, flows))
    return told


def _is_safe(operator: type[exp.Expr], left: exp.Expr, right: exp.Expr, flows: list[Flow]) -> bool:
    if (operator, right.sql()) in _UNKNOWN_MEMBERS:
        return True
    are_keys = all(_is_key(flow) for flow in flows)
    return operator in _EQUALITIES and are_keys


def _is_key(flow: Flow) -> bool:
    """Keys as they are, and nothing else."""
    return flow.is_key and bool(flow.of("pseudonym", Mode.COPY)) and not flow.of("pseudonym", Mode.DERIVED)


def _singled(left: exp.Expr, right: exp.Expr, flows: list[Flow]) -> frozenset[Label]:
    """An exact quasi-identifier beside something that comes from no column, NULL and the unknown member aside."""
    found: frozenset[Label] = frozenset()
    for own, other, other_node in ((flows[0], flows[1], right), (flows[1], flows[0], left)):
        if not other.sources and other_node.sql() not in ("NULL", "-1"):
            found |= singled_out(own).labels
    return found


def _pair(node: exp.Expr, read: Read) -> Flow:
    expect(node, "this", "expression")
    return compared(type(node), node.this, node.expression, read)


def _is_null(node: exp.Expr, read: Read) -> Flow:
    """IS [NOT] NULL, TRUE, FALSE."""
    expect(node, "this", "expression", "negate")
    return tested(merged([read(node.this), read(node.expression)]))


def _between(node: exp.Expr, read: Read) -> Flow:
    expect(node, "this", "low", "high")
    return merged(
        [compared(exp.GTE, node.this, node.args["low"], read), compared(exp.LTE, node.this, node.args["high"], read)]
    )


COMPARISONS: dict[type[exp.Expr], Callable[[exp.Expr, Read], Flow]] = {
    **dict.fromkeys((*_EQUALITIES, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Like, exp.ILike), _pair),
    exp.Is: _is_null,
    exp.Between: _between,
}
