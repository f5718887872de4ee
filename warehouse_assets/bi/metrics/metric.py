"""What a metric is: one definition, and its expression in SQL, DAX and Tableau's language, each written by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from warehouse_assets.bi.text import Text

Format = Literal["money", "count", "number", "percent", "days", "years"]
"""`money` is in the row's `currency_code`; `percent` is a share 0..1 shown as per cent; `number` has two decimals."""

Page = Literal["sales", "products", "countries", "customers", "retention", "value"]
PAGES: tuple[Page, ...] = ("sales", "products", "countries", "customers", "retention", "value")


@dataclass(frozen=True)
class Metric:
    """An aggregate over rows of a mart table, whatever they are filtered and grouped by.

    Where the chosen rows may not be added (two currencies, two groupings of the same customers, months of a
    distinct count) the value is NULL, never a wrong number. The three expressions mean the same; tests hold
    them equal on the same data.
    """

    name: str
    """Unique, snake case: what a query and a page call it."""
    title: Text
    definition: Text
    format: Format
    page: Page
    """The page that the metric stands on."""
    tables: tuple[str, ...]
    """The mart table (schema.table) that it is defined on, then others on which the SQL expression holds too."""
    sql: str
    """Aggregate over unqualified columns of any of `tables`."""
    dax: str
    """Measure over the first of `tables`, which the semantic model calls by its short name."""
    tableau: str
    """Calculated field over the columns of the first of `tables`."""

    @property
    def table(self) -> str:
        """The mart table that the metric is defined on."""
        return self.tables[0]


@dataclass(frozen=True)
class Expressions:
    """One meaning in three languages."""

    sql: str
    dax: str
    tableau: str


def metric(
    name: str,
    title: tuple[str, str],
    definition: tuple[str, str],
    shown: Format,
    page: Page,
    tables: str | tuple[str, ...],
    expressions: Expressions,
) -> Metric:
    """A metric; texts are English, then French."""
    places = (tables,) if isinstance(tables, str) else tables
    forms = expressions.sql, expressions.dax, expressions.tableau
    return Metric(name, Text(*title), Text(*definition), shown, page, places, *forms)


def total_of_one(table: str, column: str, common: str) -> Expressions:
    """Rows may be added where they have one value of `common`: one currency, one grouping, one basis."""
    short = _short(table)
    return Expressions(
        sql=f"case when count(distinct {common}) = 1 then sum({column}) end",
        dax=f"IF ( HASONEVALUE ( {short}[{common}] ), SUM ( {short}[{column}] ) )",
        tableau=f"IF MIN([{common}]) = MAX([{common}]) THEN SUM([{column}]) END",
    )


def of_one_row(table: str, column: str, key: str) -> Expressions:
    """No rows may be added: the value of the only chosen row. `key` is a column that is never NULL."""
    short = _short(table)
    return Expressions(
        sql=f"case when count(*) = 1 then max({column}) end",
        dax=f"IF ( COUNTROWS ( {short} ) = 1, MAX ( {short}[{column}] ) )",
        tableau=f"IF COUNT([{key}]) = 1 THEN MAX([{column}]) END",
    )


def _short(table: str) -> str:
    return table.split(".")[1]
