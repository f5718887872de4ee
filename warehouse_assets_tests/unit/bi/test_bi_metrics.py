"""The registry of metrics: every name in it exists, every expression can be read, every text is there twice."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest
import sqlglot
from sqlglot import exp

from warehouse_assets.bi.metrics import METRICS, PAGES, Metric
from warehouse_assets.bi.query import Between, UnknownFieldError, metric_query
from warehouse_assets.schemas import TABLES

ALL = pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS.keys())
TABLEAU_COLUMN = re.compile(r"\[(\w+)\]")
DAX_COLUMN = re.compile(r"(\w+)\[(\w+)\]")


def sql_columns(metric: Metric) -> set[str]:
    """The columns that the SQL expression reads."""
    return {column.name for column in sqlglot.parse_one(metric.sql, dialect="postgres").find_all(exp.Column)}


def _unknown(columns: Iterable[str], tables: Iterable[str]) -> list[str]:
    return [f"{table}.{column}" for table in tables for column in columns if column not in TABLES[table].column_names]


@ALL
def test_every_column_that_a_metric_names_exists_in_each_language(metric: Metric) -> None:
    short = metric.table.split(".")[1]
    dax = DAX_COLUMN.findall(metric.dax)
    assert sql_columns(metric)
    assert _unknown(sql_columns(metric), metric.tables) == []
    assert _unknown(TABLEAU_COLUMN.findall(metric.tableau), [metric.table]) == []
    assert {table for table, _ in dax} <= {short}
    assert _unknown((column for _, column in dax), [metric.table]) == []


@ALL
def test_the_three_expressions_read_the_same_figures(metric: Metric) -> None:
    """Keys that only say how many rows there are differ; amounts, counts and rates must not."""
    keys = set(TABLES[metric.table].primary_key)
    tableau = set(TABLEAU_COLUMN.findall(metric.tableau)) - keys
    dax = {column for _, column in DAX_COLUMN.findall(metric.dax)} - keys
    assert sql_columns(metric) - keys == tableau == dax


@ALL
def test_every_metric_is_in_a_mart_and_on_a_page_and_told_in_both_languages(metric: Metric) -> None:
    assert all(TABLES[table].schema_name in {"mart_sales", "mart_customers"} for table in metric.tables)
    assert metric.page in PAGES
    for text in (metric.title, metric.definition):
        assert text.en
        assert text.fr
        assert text.en != text.fr


def test_titles_are_unique_in_each_language() -> None:
    for language in ("en", "fr"):
        titles = [metric.title.in_language(language) for metric in METRICS.values()]  # type: ignore[arg-type]
        assert len(titles) == len(set(titles))


NOT_MEASURED = {
    "as_of_date": "of the mart, not of a row",
    "week": "a time",
    "is_complete": "a condition",
    "is_total": "a condition",
    "is_observed": "a condition",
    "product_name": "a label",
    "category": "a label",
    "subcategory": "a label",
    "is_better_than_naive": "a condition",
    "forecast_method": "a label",
    "known_month_count": "what the forecast is made of",
    "units_rank": "the order of units",
    "previous_net_revenue_amount": "seen as growth",
    "churn_rate": "churned per customer, computed again for any choice of rows",
    "retention_rate": "retained per customer of the cohort, computed again for any choice of rows",
    "average_order_value": "computed again for any choice of rows",
    "average_lifetime_value": "computed again for any choice of rows",
}
MEASURED_ELSEWHERE = {
    ("mart_sales.sales_by_month", "growth_vs_last_year"): "computed again for any choice of rows",
    ("mart_sales.sales_by_quarter", "growth_vs_last_year"): "the same",
    ("mart_sales.sales_by_year", "growth_vs_last_year"): "the same",
    ("mart_sales.sales_trends", "net_revenue_amount"): "of sales_by_month",
}


@pytest.mark.parametrize("name", [name for name in TABLES if name.startswith("mart_")])
def test_every_figure_of_the_marts_has_a_metric(name: str) -> None:
    """A figure that no metric reads is one that nobody sees: it gets one, or stands above with the reason."""
    read = {column for metric in METRICS.values() if name in metric.tables for column in sql_columns(metric)}
    figures = set(TABLES[name].column_names) - set(TABLES[name].primary_key) - set(NOT_MEASURED)
    unread = {column for column in figures - read if (name, column) not in MEASURED_ELSEWHERE}
    assert not unread, f"add a metric to warehouse_assets/bi/metrics that reads these columns of {name}: {unread}"


def test_a_query_binds_its_values_and_quotes_its_names() -> None:
    statement, values = metric_query(
        ["net_revenue", "orders"],
        by=["quarter"],
        where={"currency_code": ["EUR'; --"], "quarter": Between(end=None, start=2020)},
        table="mart_sales.sales_by_quarter",
    )
    text = statement.as_string()
    assert "EUR" not in text
    assert values == {"currency_code": ["EUR'; --"], "quarter >=": 2020}
    assert 'from "mart_sales"."sales_by_quarter"' in text
    assert text.endswith('group by "quarter" order by "quarter"')


@pytest.mark.parametrize(
    ("names", "by", "table", "told"),
    [
        (["nothing"], [], None, "no metric 'nothing'"),
        (["net_revenue"], ["country"], None, "has no column country"),
        (["net_revenue"], [], "mart_sales.sales_trends", "not defined on mart_sales.sales_trends"),
    ],
)
def test_what_is_not_there_is_named(names: list[str], by: list[str], table: str | None, told: str) -> None:
    with pytest.raises(UnknownFieldError, match=told):
        metric_query(names, by, table=table)
