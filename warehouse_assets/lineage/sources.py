"""The items of FROM: tables, named queries, sub-queries, functions, lists of values."""

from __future__ import annotations

from sqlglot import exp

from warehouse_assets.lineage import functions
from warehouse_assets.lineage.predicates import condition, equal
from warehouse_assets.lineage.relations import Relation, Scope, expect, plain, refused
from warehouse_assets.lineage.values import Value, sources_of


def add_sources(node: exp.Expr, scope: Scope) -> None:
    """Adds FROM and the joins of a SELECT to the scope, with the columns that decide on the rows."""
    if node.args.get("from_") is not None:
        expect(node.args["from_"], "this")
        _add(node.args["from_"].this, scope)
    for join in node.args.get("joins") or []:
        expect(join, "this", "kind", "side", "on", "using")
        was_personal, before = scope.is_personal, set(scope.sources)
        _add(join.this, scope)
        (added,) = set(scope.sources) - before
        if was_personal and scope.sources[added].is_personal and not scope.rules.is_reviewed:
            _expect_key(join, added, scope)
        if join.args.get("on") is not None:
            scope.rows |= condition(join.args["on"], scope)
        for name in join.args.get("using") or []:
            _join_by_name(scope, plain(name.this if isinstance(name, exp.Column) else name), join)


def _expect_key(join: exp.Expr, added: str, scope: Scope) -> None:
    """Raises Refused unless people's rows are joined by a key that has one row on one side.

    Several rows on both sides would multiply people's rows with each other, and their counts with themselves.
    """
    own = scope.sources[added]
    sides = [(name.name, scope.owner("", name.name), name.name) for name in join.args.get("using") or []]
    on = join.args.get("on")
    for part in on.flatten() if isinstance(on, exp.And) else [on]:
        if isinstance(part, exp.EQ) and isinstance(part.this, exp.Column) and isinstance(part.expression, exp.Column):
            one, other = part.this, part.expression
            if scope.owner(one.table, one.name) != added:
                one, other = other, one
            if scope.owner(one.table, one.name) == added:
                sides.append((one.name, scope.owner(other.table, other.name), other.name))
    for name, beside, other_name in sides:
        found = scope.sources[beside]
        if beside != added and found.is_personal and (own.one_per == name or found.one_per == other_name):
            return
    raise refused("people's rows joined to people's rows other than by a key with one row on one side", join)


def _add(node: exp.Expr, scope: Scope) -> None:
    relation, own_name = _relation(node, scope)
    alias = node.args.get("alias")
    if alias is not None:
        expect(alias, "this", "columns")
        own_name = plain(alias.this)
        relation = relation.named([plain(column) for column in alias.args.get("columns") or []])
        if isinstance(node.this, functions.TABLE_FUNCTIONS) and not alias.args.get("columns"):
            relation = relation.named([own_name])
    if own_name in scope.sources:
        raise refused(f"two relations named {own_name}", node)
    scope.sources[own_name] = relation
    scope.rows |= relation.rows
    scope.is_personal |= relation.is_personal


def _relation(node: exp.Expr, scope: Scope) -> tuple[Relation, str]:
    if isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier):
        expect(node, "this", "db", "alias")
        return _stored(node, scope), plain(node.this)
    if isinstance(node, (exp.Table, exp.Lateral)) and isinstance(node.this, functions.TABLE_FUNCTIONS):
        expect(node, "this", "alias")
        value = _free(
            [scope.value(part) for part in node.this.args.values() if isinstance(part, exp.Expr)], node, scope
        )
        return Relation((("value", value),), rows=value.sources), "value"
    if isinstance(node, exp.Lateral) and isinstance(node.this, exp.Unnest):
        expect(node, "this", "alias")
        return _unnested(node.this, scope), "value"
    if isinstance(node, exp.Unnest):
        return _unnested(node, scope), "value"
    if isinstance(node, exp.Lateral) and isinstance(node.this, exp.Subquery):
        expect(node, "this", "alias")
        is_list = isinstance(node.this.this, exp.Values)
        beside = scope if is_list or scope.rules.is_reviewed else None
        return scope.read(node.this, scope.relations, beside), ""
    if isinstance(node, (exp.Subquery, exp.Values)):
        return scope.read(node, scope.relations, scope.outer), ""
    raise refused(f"{type(node).__name__} in FROM is not in the grammar", node)


def _stored(node: exp.Expr, scope: Scope) -> Relation:
    schema = node.args.get("db")
    name = plain(node.this) if schema is None else f"{plain(schema)}.{plain(node.this)}"
    found = scope.relations.get(name)
    if found is None:
        raise refused(f"{name} is neither a declared, classified table nor a named query", node)
    return found


def _unnested(node: exp.Expr, scope: Scope) -> Relation:
    """The elements of one array, or of several arrays with one column each; a boundary stays one."""
    expect(node, "expressions", "alias")
    values = [scope.value(item) for item in node.expressions]
    _free(values, node, scope)
    names = ["value"] if len(values) == 1 else [f"value{number}" for number, _ in enumerate(values, 1)]
    return Relation(tuple(zip(names, values, strict=True)), rows=sources_of(values))


def _free(values: list[Value], node: exp.Expr, scope: Scope) -> Value:
    for value in values:
        if value.is_labelled or (value.origin and scope.is_personal):
            raise refused(f"rows by {value.kind.value} {value.origin}", node)
    return Value(sources=sources_of(values))


def _join_by_name(scope: Scope, name: str, join: exp.Expr) -> None:
    sides = [value for source in scope.sources.values() for own, value in source.columns if own == name]
    if len(sides) != 2 and name not in scope.shared:
        raise refused("USING a column that is not once on each side", join)
    scope.shared.add(name)
    scope.rows |= sources_of(sides) if scope.rules.is_reviewed else equal(sides[0], sides[-1], join, scope).sources
