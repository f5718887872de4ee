"""What a comparison tells of what it compares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sqlglot import exp

from warehouse_assets.lineage import bounds
from warehouse_assets.lineage.labels import Flow, Label, Mode, computed, is_told, marked, merged, singled_out, tested
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
    if (operator, right.sql()) not in _UNKNOWN_MEMBERS:
        told = told.with_labels(_of_keys(operator, flows))
    told = told.with_labels(_picked_by_rank(flows))
    return told.with_labels(_singled(operator, left, right, flows))


def equated(one: Flow, other: Flow) -> Flow:
    """What matching two columns tells, as USING and set operations do."""
    told = tested(merged([one, other])).with_labels(_of_keys(exp.EQ, [one, other]))
    for own, given in ((one, other), (other, one)):
        if not given.sources and not given.is_key:
            told = told.with_labels(singled_out(own, with_measures=True).labels)
    return told


def _of_keys(operator: type[exp.Expr], flows: list[Flow]) -> frozenset[Label]:
    is_safe = operator in _EQUALITIES and all(_is_key(flow) for flow in flows)
    has_key = any(flow.of("pseudonym", Mode.COPY) for flow in flows)
    return computed(merged(flows)).of("pseudonym", Mode.DERIVED) if has_key and not is_safe else frozenset()


def _picked_by_rank(flows: list[Flow]) -> frozenset[Label]:
    """Who is first, or among the first ten, compared with something that comes from no column."""
    found: frozenset[Label] = frozenset()
    for own, other in (flows, flows[::-1]):
        if not other.sources:
            found |= {replace(label, mode=Mode.DERIVED) for label in own.of("pseudonym", Mode.RANK)}
    return found


def _is_key(flow: Flow) -> bool:
    """Keys as they are, and nothing else."""
    return flow.is_key and bool(flow.of("pseudonym", Mode.COPY)) and not flow.of("pseudonym", Mode.DERIVED)


def _singled(operator: type[exp.Expr], left: exp.Expr, right: exp.Expr, flows: list[Flow]) -> frozenset[Label]:
    """An exact detail beside something that comes from no person, NULL and the unknown member aside.

    Two ranges single out as well as an equality does, and so do two tables whose ranges differ by a person: a
    constant is a constant in either. What a build binds is the same in all tables.
    """
    found: frozenset[Label] = frozenset()
    for own, other, node in ((flows[0], flows[1], right), (flows[1], flows[0], left)):
        if not other.labels and not bounds.is_harmless(operator, node):
            is_lower = (operator in (exp.GT, exp.GTE)) == (node is right)
            found |= (
                _of_nobodys_column(own, other, node) if other.sources else _of_constant(own, node, operator, is_lower)
            )
    return found


def _of_nobodys_column(own: Flow, other: Flow, node: exp.Expr) -> frozenset[Label]:
    """A month tells of a group; a day, or something at some days from a month, is as good as a constant."""
    is_fine = bool(other.sources & bounds.DAYS) or bounds.is_near(node)
    return marked(own, Mode.SINGLED, with_measures=False) if is_fine else frozenset()


def _of_constant(own: Flow, node: exp.Expr, operator: type[exp.Expr], is_lower: bool) -> frozenset[Label]:
    if bounds.is_written(node) or operator not in bounds.ORDERS:
        return marked(own, Mode.SINGLED, with_measures=bounds.is_written(node))
    exact = marked(own, Mode.SINGLED, with_measures=False)
    # nothing is later than the day as of which the marts are: to be no earlier is to be of that day
    is_last_day = is_lower and operator in (exp.GTE, exp.LTE) and not bounds.is_shifted(node)
    if is_last_day or (bounds.is_shifted(node) and bounds.is_near(node)):
        return exact
    # what a build binds are days: to anything else they are constants
    told = {label for label in exact if not bounds.is_time(label)}
    if bounds.is_shifted(node):
        text = node.sql("postgres", comments=False)
        told |= {replace(label, bound=text) for label in marked(own, Mode.SINCE if is_lower else Mode.UNTIL)}
    return frozenset(told)


def _pair(node: exp.Expr, read: Read) -> Flow:
    expect(node, "this", "expression")
    return compared(type(node), node.this, node.expression, read)


def _is_null(node: exp.Expr, read: Read) -> Flow:
    """IS [NOT] NULL, TRUE, FALSE."""
    expect(node, "this", "expression", "negate")
    known = tested(merged([read(node.this), read(node.expression)]))
    # whether a detail is known singles nobody out, unless a constant was taken out of it first
    kept = (label for label in known.labels if label.kind in ("identity", "pseudonym") or is_told(label))
    return Flow(frozenset(kept), known.sources)


def _between(node: exp.Expr, read: Read) -> Flow:
    expect(node, "this", "low", "high")
    if node.args["low"] == node.args["high"]:
        return compared(exp.EQ, node.this, node.args["low"], read)
    return merged(
        [compared(exp.GTE, node.this, node.args["low"], read), compared(exp.LTE, node.this, node.args["high"], read)]
    )


COMPARISONS: dict[type[exp.Expr], Callable[[exp.Expr, Read], Flow]] = {
    **dict.fromkeys((*_EQUALITIES, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Like, exp.ILike), _pair),
    exp.Is: _is_null,
    exp.Between: _between,
}
