"""What the smallest group costs: cells of the marts that are blank or folded for a k, and that are there without one.

A cell is one figure of one row. Each SELECT is run twice on the same state of the warehouse: with k, and with 1, which
hides nothing. Nothing is stored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import psycopg

from warehouse_assets.building.marts import MART_SELECTS, find_as_of, find_shop_dates, mart_parameters
from warehouse_assets.building.planner_settings import hash_joins
from warehouse_assets.building.select import Select
from warehouse_assets.schemas import TABLES
from warehouse_assets.settings import Settings

Row = Mapping[str, Any]
Key = tuple[Any, ...]
_HIDES_NOTHING = 1


@dataclass(frozen=True)
class Rule:
    """What of a table depends on the smallest group, and which numbers of people decide on a figure of a row."""

    figures: tuple[str, ...]
    people: Callable[[str, Row], Sequence[Any]]
    """Figure and row, as they are without a smallest group -> the people behind it, and those that it leaves out."""
    relation: str = ""
    """The relation of its SELECT that tells more of each row."""
    more: Mapping[str, str] = field(default_factory=dict)
    """Name -> expression over that relation."""
    is_dominated: bool = False
    """Whether `more` says of which rows one person has most."""


@dataclass(frozen=True)
class Cost:
    """Cells of one table, without a smallest group and with one."""

    table: str
    smallest_group: int
    before: int
    published: int
    primary: int
    """Blank because their own people or those that they leave out are few, or because one of them has most of it."""
    secondary: int
    """Blank because others could be worked out from them."""
    folded: int
    """Of members that are shown within another one."""


def _of_demographics(figure: str, row: Row) -> Sequence[Any]:
    if figure == "average_age":
        return (row["age_count"],)
    own = row["churned_count" if figure == "churn_rate" else figure]
    return own, row["customer_count"] - own


def _of(count: str) -> Callable[[str, Row], Sequence[Any]]:
    return lambda figure, row: (row[count],)


_RATINGS = Rule(("average_rating",), lambda figure, row: (_HIDES_NOTHING,))
"""A mean is blank where no k people rated one product, or one subcategory's rarely rated products, in its period."""
RULES: Mapping[str, Rule] = {
    "mart_customers.customer_demographics": Rule(
        ("customer_count", "active_count", "churned_count", "never_active_count", "churn_rate", "average_age"),
        _of_demographics,
        "shown_groups",
        {"age_count": "age_count"},
    ),
    "mart_customers.signup_trends": Rule(("signup_count",), _of("signup_count")),
    "mart_customers.retention_cohorts": Rule(("cohort_size", "retained_count", "retention_rate"), _of("cohort_size")),
    "mart_customers.churn_rates": Rule(("new_count", "reactivated_count", "churned_count"), _of("new_count")),
    "mart_customers.customer_value": Rule(
        (
            "customer_count",
            "net_revenue_amount",
            "average_lifetime_value",
            "orders_per_customer",
            "average_recency_days",
        ),
        _of("customer_count"),
        "value_groups",
        {"is_dominated": "largest_amount > 0.85 * absolute_amount"},
        is_dominated=True,
    ),
    "mart_sales.product_sales": _RATINGS,
    "mart_sales.category_sales": _RATINGS,
    "mart_sales.sales_by_country": Rule(("customer_count",), _of("customer_count")),
}
"""Each table whose SELECT reads the smallest group."""


def hidden_cells(connection: psycopg.Connection[Any], settings: Settings, groups: Sequence[int]) -> Iterator[Cost]:
    """The cost per table and smallest group, as of the newest day of the warehouse."""
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.read_only = True
    with connection.transaction(), hash_joins(connection):
        as_of = find_as_of(connection)
        if as_of is None:
            return
        shops = find_shop_dates(connection, as_of)
        for table, rule in RULES.items():
            select = MART_SELECTS[table]

            def built(k: int, select: Select = select, table: str = table, rule: Rule = rule) -> dict[Key, Row]:
                given = mart_parameters(replace(settings, minimum_group_size=k), as_of, shops)
                return _rows(connection, select, table, rule.figures, select.parameters(connection, given))

            before = built(_HIDES_NOTHING)
            for key, more in _more(connection, select, table, rule, mart_parameters(settings, as_of, shops)).items():
                if key in before:
                    before[key] = {**before[key], **more}
            for k in groups:
                yield _cost(table, rule, k, before, built(k))


def _cost(table: str, rule: Rule, k: int, before: Mapping[Key, Row], after: Mapping[Key, Row]) -> Cost:
    found = {"primary": 0, "secondary": 0, "folded": 0}
    for key, row in before.items():
        for figure in rule.figures:
            if row[figure] is None or (key in after and after[key][figure] is not None):
                continue
            is_small = any(0 < people < k for people in rule.people(figure, row))
            is_primary = is_small or (rule.is_dominated and row["is_dominated"])
            found["folded" if key not in after else "primary" if is_primary else "secondary"] += 1
    return Cost(table, k, _cells(rule, before), _cells(rule, after), **found)


def _cells(rule: Rule, rows: Mapping[Key, Row]) -> int:
    return sum(row[figure] is not None for row in rows.values() for figure in rule.figures)


def _rows(
    connection: psycopg.Connection[Any],
    select: Select,
    table: str,
    figures: Sequence[str],
    parameters: Mapping[str, Any],
) -> dict[Key, Row]:
    """Key -> the figures of its row. The SELECT's columns come in the order of the declaration."""
    places = {name: at for at, name in enumerate(TABLES[table].column_names)}
    found: dict[Key, Row] = {}
    for values in connection.execute(select.text.encode(), parameters):
        key = tuple(values[places[name]] for name in TABLES[table].primary_key)
        found[key] = {name: values[places[name]] for name in figures}
    return found


def _more(
    connection: psycopg.Connection[Any], select: Select, table: str, rule: Rule, parameters: Mapping[str, object]
) -> dict[Key, Row]:
    if not rule.more:
        return {}
    key = TABLES[table].primary_key
    columns = ", ".join([*key, *(f"{expression} as {name}" for name, expression in rule.more.items())])
    query = select.query_of(rule.relation, columns)
    rows = connection.execute(query.encode(), {**parameters, "minimum_group_size": _HIDES_NOTHING})
    return {tuple(row[: len(key)]): dict(zip(rule.more, row[len(key) :], strict=True)) for row in rows}
