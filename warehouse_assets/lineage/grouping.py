"""GROUP BY and DISTINCT: which rows remain, and which persons they still describe."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from warehouse_assets.lineage import functions
from warehouse_assets.lineage.labels import Flow, Label, Mode, is_told, merged, persons, shared
from warehouse_assets.lineage.scope import Grouping, Relation, Scope, expect, fold


def group(node: exp.Expr, scope: Scope) -> None:
    """Groups the scope's rows by the keys, or into one row if there are only aggregates."""
    clause = node.args.get("group")
    is_whole = clause is None and any(_own_aggregates(part) for part in (*node.expressions, node.args.get("having")))
    if clause is None and not is_whole:
        return
    keys = [_key_flow(key, node, scope) for key in _grouping_keys(clause)]
    scope.rows, people = grouped_rows(scope.rows, keys)
    scope.grouping = Grouping(people)


def grouped_rows(rows: Flow, keys: list[Flow]) -> tuple[Flow, frozenset[Label]]:
    """Rows after grouping, and the persons they still describe: none unless a key is a pseudonym."""
    key = merged(keys)
    people = persons(Flow(key.of("pseudonym", Mode.COPY, Mode.DERIVED)))
    if people:
        people |= persons(rows)
        telling = frozenset(label for label in shared(key).labels if label.kind != "pseudonym" or _is_sticky(label))
        return merged([rows, Flow(telling, key.sources)]).with_labels(people), people
    sticky = Flow(frozenset(label for label in rows.labels if _is_sticky(label)), rows.sources)
    return merged([sticky, shared(key)]), frozenset()


def _is_sticky(label: Label) -> bool:
    """Labels that grouping keeps: identities, keys used by order or digits, and people singled out."""
    return label.kind == "identity" or is_told(label) or (label.kind == "pseudonym" and label.mode is Mode.DERIVED)


def _grouping_keys(clause: exp.Expr | None) -> Iterator[exp.Expr]:
    if clause is None:
        return
    expect(clause, "expressions")
    for key in clause.expressions:
        yield from _flat_keys(key)


def _flat_keys(key: exp.Expr) -> Iterator[exp.Expr]:
    """The keys of all groupings in GROUPING SETS, ROLLUP or CUBE."""
    if isinstance(key, (exp.GroupingSets, exp.Rollup, exp.Cube, exp.Tuple)):
        expect(key, "expressions")
        for item in key.expressions:
            yield from _flat_keys(item)
    else:
        yield key


def _key_flow(key: exp.Expr, node: exp.Expr, scope: Scope) -> Flow:
    """Resolves a position, a column, or else the alias of a result column, as PostgreSQL does."""
    if isinstance(key, exp.Literal) and key.is_int:
        return scope.flow(_unaliased(node.expressions[int(key.name) - 1]))
    if isinstance(key, exp.Column) and not key.table:
        is_known = any(source.flow_of(fold(key.this)) is not None for source in scope.sources.values())
        aliased = [
            item
            for item in node.expressions
            if isinstance(item, exp.Alias) and fold(item.args["alias"]) == fold(key.this)
        ]
        if not is_known and aliased:
            return scope.flow(aliased[0].this)
    return scope.flow(key)


def _unaliased(item: exp.Expr) -> exp.Expr:
    found: exp.Expr = item.this if isinstance(item, exp.Alias) else item
    return found


def _own_aggregates(node: exp.Expr | None) -> bool:
    """Whether there is an aggregate outside windows and subqueries."""
    if node is None or isinstance(node, (exp.Query, exp.Subquery)):
        return False
    if isinstance(node, exp.Window):
        function = node.this.this if isinstance(node.this, exp.Filter) else node.this
        inner = [item for child in (function, node) for item in child.iter_expressions() if item is not node.this]
        return any(_own_aggregates(item) for item in inner)
    return isinstance(node, functions.AGGREGATES) or any(_own_aggregates(item) for item in node.iter_expressions())


def distinct(found: Relation) -> Relation:
    """DISTINCT: groups by all result columns."""
    rows, people = grouped_rows(found.rows, [flow for _, flow in found.columns])
    columns = found.columns if people else tuple((name, shared(flow)) for name, flow in found.columns)
    return Relation(columns, rows)
