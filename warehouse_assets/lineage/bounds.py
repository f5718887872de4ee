"""What a detail is compared with, when that comes from no person: constants, days, and what a build binds."""

from __future__ import annotations

from sqlglot import exp

from warehouse_assets.lineage.labels import Label
from warehouse_assets.schemas import TABLES

ORDERS = (exp.LT, exp.LTE, exp.GT, exp.GTE)
DAYS = frozenset({"dw.dim_date.date_key"})
"""Columns with a row for each day: whoever counts people beside one counts them day by day."""
_DAYS_OF_A_MONTH = 28
_NOBODY = ("NULL", "-1")


def is_harmless(operator: type[exp.Expr], node: exp.Expr) -> bool:
    """Whether it is only asked if something is known, or positive: of no one in particular."""
    return _simple(node) in _NOBODY or (_simple(node) == "0" and operator in ORDERS)


def is_written(node: exp.Expr) -> bool:
    """A bound that the SQL itself names."""
    return node.find(exp.Placeholder) is None and _simple(node) != "0"


def is_shifted(node: exp.Expr) -> bool:
    """Not what a build binds itself, but something at a distance from it: two of them make a window."""
    while isinstance(node, (exp.Cast, exp.Paren)):
        node = node.this
    return not isinstance(node, exp.Placeholder) and node.find(exp.Placeholder) is not None


def is_in_days(node: exp.Expr) -> bool:
    """Whether it is a distance in days or less, and not in whole months."""
    intervals = " ".join(found.sql("postgres").lower() for found in node.find_all(exp.Interval, exp.MakeInterval))
    return bool(_numbers(node)) and not any(unit in intervals for unit in ("month", "year", "quarter"))


def is_by_days(node: exp.Expr) -> bool:
    """Whether a time may be moved by it to another place in its month."""
    in_months = node.find(exp.MakeInterval)
    return is_in_days(node) or (in_months is None and node.find(exp.Placeholder) is not None)


def is_near(node: exp.Expr) -> bool:
    """Whether the distance is less than a month."""
    return is_in_days(node) and max(_numbers(node)) < _DAYS_OF_A_MONTH


def is_time(label: Label) -> bool:
    """Whether it is of a day or a moment."""
    table, _, column = label.origin.rpartition(".")
    kinds = [own.sql_type for own in TABLES[table].column_list if own.name == column] if table in TABLES else []
    return bool(kinds) and kinds[0] in ("date", "timestamptz")


def _simple(node: exp.Expr) -> str:
    return node.sql() if isinstance(node, (exp.Null, exp.Neg, exp.Literal)) else ""


def _numbers(node: exp.Expr) -> list[int]:
    texts = (word for literal in node.find_all(exp.Literal) for word in literal.name.split())
    return [int(text) for text in texts if text.isdigit()]
