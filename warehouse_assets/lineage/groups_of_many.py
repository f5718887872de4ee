"""HAVING that keeps to groups of k or more people: their sums may be rounded before they are added up."""

from __future__ import annotations

from collections.abc import Collection

from sqlglot import exp

from warehouse_assets.lineage.relations import Scope
from warehouse_assets.lineage.values import Kind, Value, is_of_people
from warehouse_assets.schemas import TABLES


def many_of(node: exp.Expr, scope: Scope, grouped: Collection[str]) -> str:
    """The row whose people HAVING, with nothing beside it, asks to be k or more; empty if it asks for something else.

    Only measures of the same row are those people's: a joined or a computed one may be of fewer.
    """
    having = node.args.get("having")
    least = having.this if having is not None else None
    if not isinstance(least, exp.GTE) or not isinstance(least.expression, exp.Placeholder):
        return ""
    counted = least.this.this if isinstance(least.this, exp.Filter) else least.this
    if least.expression.name != "minimum_group_size" or not isinstance(counted, exp.Count):
        return ""
    if isinstance(counted.this, exp.Star):
        return _row_per_person(node, scope, grouped)
    people = counted.this.expressions if isinstance(counted.this, exp.Distinct) else []
    return _row_of_person(scope.value(people[0])) if len(people) == 1 else ""


def _row_per_person(node: exp.Expr, scope: Scope, grouped: Collection[str]) -> str:
    """The row, if the rows of a group are people: of one stored table, grouped by all of its key but the person."""
    table = node.args["from_"].this
    stored = TABLES.get(f"{table.db}.{table.name}") if isinstance(table, exp.Table) else None
    if stored is None or node.args.get("joins"):
        return ""
    rest = [scope.value(exp.column(name)) for name in stored.primary_key if name not in grouped]
    return _row_of_person(rest[0]) if len(rest) == 1 else ""


def _row_of_person(value: Value) -> str:
    return value.row if value.kind is Kind.KEY and is_of_people(value) else ""
