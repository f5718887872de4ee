"""Pandera checks as SQL predicates: one declaration serves frames, constraints and table scans."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pandera.pandas import Check


class UnknownCheckError(ValueError):
    """A Pandera check for which no SQL predicate is known."""


def _literal(value: Any) -> str:
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return str(value)


def _isin(column: str, allowed: Any) -> str:
    return f"{column} in ({', '.join(_literal(value) for value in allowed)})"


_PREDICATES: Mapping[str, Callable[[str, Mapping[str, Any]], str]] = {
    "greater_than_or_equal_to": lambda column, args: f"{column} >= {_literal(args['min_value'])}",
    "in_range": lambda column, args: (
        f"{column} between {_literal(args['min_value'])} and {_literal(args['max_value'])}"
    ),
    "isin": lambda column, args: _isin(column, args["allowed_values"]),
    "str_matches": lambda column, args: f"{column} ~ {_literal(args['pattern'])}",
}
_SHORT_NAMES = {"greater_than_or_equal_to": "minimum", "in_range": "range", "isin": "values", "str_matches": "pattern"}


def predicate_of(column: str, check: Check) -> tuple[str, str]:
    """(short name, SQL predicate) of a check on a column; a check that is not known is an error."""
    name = str(check.name)
    if name not in _PREDICATES:
        raise UnknownCheckError(
            f"column {column}: the Pandera check {name!r} has no SQL form; "
            "add it to warehouse_assets/schemas/predicates.py"
        )
    statistics = check.statistics or {}
    return _SHORT_NAMES[name], _PREDICATES[name](column, statistics)
