"""The items of FROM: tables, named queries, subqueries, functions, lists of values."""

from __future__ import annotations

from sqlglot import exp

from warehouse_assets.lineage import functions
from warehouse_assets.lineage.expressions import table_function
from warehouse_assets.lineage.labels import computed, merged
from warehouse_assets.lineage.scope import Relation, Scope, UnreviewedSyntax, expect, fold


def add_source(node: exp.Expr, scope: Scope) -> None:
    """Adds one item of FROM to the scope: its columns under its alias, and its rows."""
    relation, own_name = _relation(node, scope)
    alias = node.args.get("alias")
    if alias is not None:
        expect(alias, "this", "columns")
        relation = relation.named([fold(column) for column in alias.args.get("columns") or []])
        own_name = fold(alias.this)
        if not alias.args.get("columns") and relation.columns[0][0] == "value" and len(relation.columns) == 1:
            relation = relation.named([own_name])
    if own_name in scope.sources:
        raise UnreviewedSyntax(f"two relations named {own_name}", node)
    scope.sources[own_name] = relation
    scope.rows = merged([scope.rows, relation.rows])


def _relation(node: exp.Expr, scope: Scope) -> tuple[Relation, str]:
    if isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier):
        expect(node, "this", "db", "alias")
        return _stored(node, scope), fold(node.this)
    if isinstance(node, (exp.Table, exp.Lateral)) and isinstance(node.this, functions.TABLE_FUNCTIONS):
        expect(node, "this", "alias")
        return table_function(node.this, _beside(scope)), "value"
    if isinstance(node, exp.Lateral) and isinstance(node.this, (exp.Subquery, exp.Unnest)):
        expect(node, "this", "alias")
        if isinstance(node.this, exp.Subquery):
            return scope.read(node.this, scope.relations, _beside(scope)), ""
        return _unnested(node.this, scope), "value"
    if isinstance(node, exp.Unnest):
        return _unnested(node, scope), "value"
    if isinstance(node, (exp.Subquery, exp.Values)):
        return scope.read(node, scope.relations, scope.outer), ""
    raise UnreviewedSyntax(f"{type(node).__name__} in FROM is not on the reviewed list", node)


def _beside(scope: Scope) -> Scope:
    """The scope of a lateral item: the items before it, and the outer queries."""
    return scope


def _stored(node: exp.Expr, scope: Scope) -> Relation:
    schema = node.args.get("db")
    name = fold(node.this) if schema is None else f"{fold(schema)}.{fold(node.this)}"
    found = scope.relations.get(name)
    if found is None:
        raise UnreviewedSyntax(f"{name} is neither a declared, classified table nor a named query", node)
    return found


def _unnested(node: exp.Expr, scope: Scope) -> Relation:
    expect(node, "expressions", "alias")
    """The elements of one array, or of several arrays with one column each."""
    flows = [computed(scope.flow(item)) for item in node.expressions]
    names = ["value"] if len(flows) == 1 else [f"value{number}" for number, _ in enumerate(flows, 1)]
    return Relation(tuple(zip(names, flows, strict=True)), merged(flows))
