"""The mart tables as tables of the semantic model, with the measures of the registry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from warehouse_assets.bi.identity import stable_uuid
from warehouse_assets.bi.labels import COLUMN_LABELS, FOLDER_LABELS, TABLE_LABELS
from warehouse_assets.bi.metrics import METRICS, Format, Metric
from warehouse_assets.bi.powerbi.tmdl import Node, quoted
from warehouse_assets.bi.text import Text
from warehouse_assets.schemas import TABLES, Column, Table

MART_TABLES: dict[str, Table] = {
    table.short_name: table for table in TABLES.values() if table.schema_name in {"mart_sales", "mart_customers"}
}
"""Both marts, by the name that the model calls a table by."""

FORMAT_STRINGS: dict[Format, str] = {
    "money": "#,0.00",
    "count": "#,0",
    "number": "#,0.00",
    "percent": "0.0 %",
    "days": "#,0.0",
    "years": "0.0",
}
_TYPES = {
    "date": ("dateTime", "type date"),
    "numeric(18,4)": ("decimal", "Currency.Type"),
    "numeric(18,6)": ("double", "type number"),
    "numeric": ("double", "type number"),
    "bigint": ("int64", "Int64.Type"),
    "integer": ("int64", "Int64.Type"),
    "text": ("string", "type text"),
    "boolean": ("boolean", "type logical"),
}
"""PostgreSQL's type -> the model's and Power Query's; `decimal` is exact to four places, as money is."""

DATE_COLUMNS = {
    "sales_by_day": "day",
    "sales_by_month": "month",
    "sales_by_quarter": "quarter",
    "sales_by_year": "year",
    "product_sales": "period_start",
    "category_sales": "period_start",
    "sales_trends": "month",
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
            *(_measure(short, metric) for metric in measures_of(short)),
            *(_column(table, column) for column in table.column_list),
            *_hierarchies(short),
            _partition(table),
        ),
        description=f"{TABLE_LABELS[short].en}: {table.grain}",
    )


def _measure(short: str, metric: Metric) -> Node:
    return Node(
        f"measure {quoted(metric.title.en)}",
        (
            ("formatString", FORMAT_STRINGS[metric.format]),
            ("displayFolder", FOLDER_LABELS[metric.format].en),
            ("lineageTag", stable_uuid(short, "measure", metric.name)),
        ),
        expression=metric.dax,
        description=metric.definition.en,
    )


def _column(table: Table, column: Column) -> Node:
    kind = _TYPES[column.sql_type][0]
    is_label = kind in {"string", "dateTime"} or column.name == "months_since"
    is_label = is_label and column.name not in HIDDEN and DATE_COLUMNS.get(table.short_name) != column.name
    properties: list[tuple[str, str] | str] = [("dataType", kind)]
    if not is_label:
        properties.append("isHidden")
    if kind == "dateTime":
        properties.append(("formatString", "yyyy-mm-dd"))
    properties += [
        ("lineageTag", stable_uuid(table.short_name, "column", column.name)),
        ("summarizeBy", "none"),
        ("sourceColumn", column.name),
    ]
    return Node(f"column {column.name}", tuple(properties), description=column.description)


def _hierarchies(short: str) -> Iterator[Node]:
    if short not in HIERARCHIES:
        return
    levels = tuple(
        Node(
            f"level {quoted(COLUMN_LABELS[name].en)}",
            (("lineageTag", stable_uuid(short, "level", name)), ("column", name)),
        )
        for name in HIERARCHIES[short]
    )
    yield Node("hierarchy Catalogue", (("lineageTag", stable_uuid(short, "hierarchy")),), levels)


def _partition(table: Table) -> Node:
    names = ", ".join(f'"{name}"' for name in table.column_names)
    types = ", ".join(f'{{"{column.name}", {_TYPES[column.sql_type][1]}}}' for column in table.column_list)
    return m_partition(
        table.short_name,
        "Source = PostgreSQL.Database(Server, Database),",
        f'Rows = Source{{[Schema = "{table.schema_name}", Item = "{table.short_name}"]}}[Data],',
        f"Chosen = Table.SelectColumns(Rows, {{{names}}}),",
        f"Typed = Table.TransformColumnTypes(Chosen, {{{types}}})",
        result="Typed",
    )


def m_partition(table: str, *steps: str, result: str) -> Node:
    """A table's import: steps of Power Query's language, each but the last with its comma."""
    body = "\n".join(("let", *(f"    {step}" for step in steps), "in", f"    {result}"))
    source = "source =\n" + "\n".join(f"\t\t\t\t{line}" for line in body.splitlines())
    return Node(f"partition {table} = m", (("mode", "import"), source))
