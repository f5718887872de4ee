"""The mart tables as tables of the semantic model, with the measures of the registry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from warehouse_assets.bi.identity import stable_uuid
from warehouse_assets.bi.labels import COLUMN_LABELS, TABLE_LABELS
from warehouse_assets.bi.metrics import METRICS, Metric
from warehouse_assets.bi.powerbi.objects import DAY, TYPES, column_node, hierarchy_node, import_of, measure_node
from warehouse_assets.bi.powerbi.tmdl import Node
from warehouse_assets.bi.text import Text
from warehouse_assets.schemas import TABLES, Column, Table

MART_TABLES: dict[str, Table] = {
    table.short_name: table for table in TABLES.values() if table.schema_name in {"mart_sales", "mart_customers"}
}
"""Both marts, by the name that the model calls a table by."""

DATE_COLUMNS = {
    "sales_by_day": "day",
    "sales_by_month": "month",
    "sales_by_quarter": "quarter",
    "sales_by_year": "year",
    "product_sales": "period_start",
    "category_sales": "period_start",
    "sales_trends": "month",
    "sales_forecast": "month",
    "sales_by_country": "month",
    "signup_trends": "month",
    "retention_cohorts": "cohort_month",
    "churn_rates": "month",
}
"""Mart table -> the column that refers to the calendar."""
HIDDEN = {"source_name", "currency_code", "as_of_date"}
"""Columns that readers find in the shared tables, and the date of the build."""

_PERIODS = {
    "sales_by_day": Text("day", "jour"),
    "sales_by_quarter": Text("quarter", "trimestre"),
    "sales_by_year": Text("year", "année"),
}
HIERARCHIES = {"product_sales": ("category", "subcategory", "product_name")}
"""Columns from coarse to fine."""


def measures_of(short: str) -> Iterator[Metric]:
    """The metrics that are measures of a table; a quarter's and a year's say so in their titles.

    Orders and customers of a period are no sums of its months, so that each period has measures of its own.
    """
    for metric in METRICS.values():
        home = metric.table.split(".")[1]
        if home == short:
            yield metric
        elif MART_TABLES[short].name in metric.tables:
            period = _PERIODS[short]
            title = Text(f"{metric.title.en} ({period.en})", f"{metric.title.fr} ({period.fr})")
            dax = re.sub(rf"\b{home}\b", short, metric.dax)
            yield replace(metric, title=title, dax=dax, tables=(MART_TABLES[short].name,))


def table_node(short: str) -> Node:
    """The table with measures, columns, hierarchies and its import from PostgreSQL."""
    table = MART_TABLES[short]
    return Node(
        f"table {short}",
        (("lineageTag", stable_uuid(short)),),
        (
            *(measure_node(short, metric) for metric in measures_of(short)),
            *(_column(table, column) for column in table.column_list),
            *_hierarchies(short),
            import_of(table, table.column_list, TYPES),
        ),
        description=f"{TABLE_LABELS[short].en}: {table.grain}",
    )


def _column(table: Table, column: Column) -> Node:
    kind = TYPES[column.sql_type][0]
    is_label = kind in {"string", "dateTime"} or column.name == "months_since"
    is_label = is_label and column.name not in HIDDEN and DATE_COLUMNS.get(table.short_name) != column.name
    hidden = () if is_label else ("isHidden",)
    day = (DAY,) if kind == "dateTime" else ()
    return column_node(table.short_name, column.name, kind, column.description, *hidden, *day)


def _hierarchies(short: str) -> Iterator[Node]:
    if short in HIERARCHIES:
        yield hierarchy_node(short, "Catalogue", HIERARCHIES[short], COLUMN_LABELS)
