"""Metrics as one SELECT on a mart table: what the dashboard asks, and what other tools are compared with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import psycopg
from psycopg import sql

from warehouse_assets.bi.metrics import METRICS, Metric
from warehouse_assets.schemas import TABLES


class UnknownFieldError(ValueError):
    """A metric, table or column that the registry and the marts do not have."""


@dataclass(frozen=True)
class Between:
    """Values from `start` to `end`, both included; None is open."""

    start: date | int | None = None
    end: date | int | None = None


Filter = Sequence[Any] | Between
"""Allowed values of a column, or a span."""


def metric_query(
    names: Iterable[str],
    by: Sequence[str] = (),
    where: Mapping[str, Filter] | None = None,
    table: str | None = None,
) -> tuple[sql.Composed, dict[str, Any]]:
    """A SELECT and its bound values: columns `by`, then the metrics under their names, ordered by `by`.

    All metrics must hold on one table: `table`, else the first metric's own. One row per combination of `by`,
    one row in all without. Raises UnknownFieldError naming what is not there.
    """
    metrics = [_metric(name) for name in names]
    place = table or metrics[0].table
    for metric in metrics:
        if place not in metric.tables:
            raise UnknownFieldError(f"{metric.name} is not defined on {place}, but on {', '.join(metric.tables)}")
    filters = where or {}
    _require_columns(place, (*by, *filters))
    conditions, values = _conditions(filters)
    columns = [*map(sql.Identifier, by), *(_named(metric) for metric in metrics)]
    statement = sql.SQL("select {} from {}").format(sql.SQL(", ").join(columns), sql.Identifier(*place.split(".")))
    if conditions:
        statement += sql.SQL(" where ") + sql.SQL(" and ").join(conditions)
    if by:
        names_of_groups = sql.SQL(", ").join(map(sql.Identifier, by))
        statement += sql.SQL(" group by {0} order by {0}").format(names_of_groups)
    return statement, values


@cache
def metric_sql(name: str) -> str:
    """The metric over all rows of its mart table, as a statement to read and to run."""
    import sqlglot  # half a second, which a start of Dagster's pages is spared

    metric = _metric(name)
    return sqlglot.transpile(
        f"select {metric.sql} as {metric.name} from {metric.table}", read="postgres", write="postgres", pretty=True
    )[0]


def read_metrics(
    connection: psycopg.Connection[Any],
    names: Iterable[str],
    by: Sequence[str] = (),
    where: Mapping[str, Filter] | None = None,
    table: str | None = None,
) -> list[dict[str, Any]]:
    """The rows of `metric_query`, each a dict of columns and metrics; amounts are Decimal."""
    statement, values = metric_query(names, by, where, table)
    cursor = connection.execute(statement, values)
    columns = [column.name for column in cursor.description or ()]
    return [dict(zip(columns, row, strict=True)) for row in cursor]


def _metric(name: str) -> Metric:
    if name not in METRICS:
        raise UnknownFieldError(f"there is no metric {name!r}")
    return METRICS[name]


def _require_columns(place: str, names: Iterable[str]) -> None:
    known = TABLES[place].column_names
    missing = sorted({name for name in names if name not in known})
    if missing:
        raise UnknownFieldError(f"{place} has no column {', '.join(missing)}")


def _named(metric: Metric) -> sql.Composed:
    return sql.SQL("{} as {}").format(sql.SQL(metric.sql), sql.Identifier(metric.name))


def _conditions(filters: Mapping[str, Filter]) -> tuple[list[sql.Composed], dict[str, Any]]:
    conditions: list[sql.Composed] = []
    values: dict[str, Any] = {}
    for name, chosen in filters.items():
        if isinstance(chosen, Between):
            for sign, bound in ((">=", chosen.start), ("<=", chosen.end)):
                if bound is not None:
                    values[f"{name} {sign}"] = bound
                    conditions.append(_condition(name, f"{{}} {sign} {{}}", f"{name} {sign}"))
        else:
            values[name] = list(chosen)
            conditions.append(_condition(name, "{} = any({})", name))
    return conditions, values


def _condition(name: str, form: str, parameter: str) -> sql.Composed:
    return sql.SQL(form).format(sql.Identifier(name), sql.Placeholder(parameter))
