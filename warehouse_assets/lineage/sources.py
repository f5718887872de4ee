"""What stands in FROM: tables, named queries, subqueries, functions, lists of values."""

from __future__ import annotations

from sqlglot import exp

from warehouse_assets.lineage import functions
from warehouse_assets.lineage.expressions import table_function
from warehouse_assets.lineage.labels import computed, merged
from warehouse_assets.lineage.scope import Relation, Scope, UnreviewedSyntax, expect, fold


def add_source(node: exp.Expr, scope: Scope) -> None:
    """Adds one item of FROM to the scope: its columns under its alias, its rows to the query's rows."""
    relation, own_name = _relation(node, scope)
    alias = node.args.get("alias")
    if alias is not None:
        expect(alias, "this", "columns")
        relation = relation.named([fold(column) for column in alias.args.get("columns") or []])
        own_name = fold(alias.this)
        if not alias.args.get("columns") and relation.columns[0][0] == "value" and len(relation.columns) == 1:
            relation = relation.named([own_name])
    if own_name in scope.sources:
        raise UnreviewedSyntax(f"two relations with the name {own_name}", node)
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
    """What a lateral item may name: the items before it, and through them the queries around."""
    return scope


def _stored(node: exp.Expr, scope: Scope) -> Relation:
    schema = node.args.get("db")
    name = fold(node.this) if schema is None else f"{fold(schema)}.{fold(node.this)}"
    found = scope.relations.get(name)
    if found is None:
        raise UnreviewedSyntax(f"{name} is no table that is declared and classified, nor a query of this name", node)
    return found


def _unnested(node: exp.Expr, scope: Scope) -> Relation:
    expect(node, "expressions", "alias")
    """One array's elements, or those of several side by side, a column each."""
    flows = [computed(scope.flow(item)) for item in node.expressions]
    names = ["value"] if len(flows) == 1 else [f"value{number}" for number, _ in enumerate(flows, 1)]
    return Relation(tuple(zip(names, flows, strict=True)), merged(flows))
