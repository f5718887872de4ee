"""HAVING that keeps to groups of k or more people: their sums may be rounded before they are added up."""

from __future__ import annotations

from collections.abc import Collection

from sqlglot import exp

from warehouse_assets.lineage.relations import Scope
from warehouse_assets.lineage.values import Kind, Value, is_of_people
from warehouse_assets.schemas import TABLES


def asks_for_many(node: exp.Expr, scope: Scope, grouped: Collection[str]) -> bool:
    """Whether HAVING, with nothing beside it, asks for k or more different people."""
    having = node.args.get("having")
    least = having.this if having is not None else None
    if not isinstance(least, exp.GTE) or not isinstance(least.expression, exp.Placeholder):
        return False
    counted = least.this.this if isinstance(least.this, exp.Filter) else least.this
    if least.expression.name != "minimum_group_size" or not isinstance(counted, exp.Count):
        return False
    if isinstance(counted.this, exp.Star):
        return _has_a_row_per_person(node, scope, grouped)
    people = counted.this.expressions if isinstance(counted.this, exp.Distinct) else []
    return len(people) == 1 and _is_person(scope.value(people[0]))


def _has_a_row_per_person(node: exp.Expr, scope: Scope, grouped: Collection[str]) -> bool:
    """Whether the rows of a group are people: of one stored table, grouped by all of its key but the person."""
    table = node.args["from_"].this
    stored = TABLES.get(f"{table.db}.{table.name}") if isinstance(table, exp.Table) else None
    if stored is None or node.args.get("joins"):
        return False
    rest = [scope.value(exp.column(name)) for name in stored.primary_key if name not in grouped]
    return len(rest) == 1 and _is_person(rest[0])


def _is_person(value: Value) -> bool:
    return value.kind is Kind.KEY and is_of_people(value)
