"""Expressions over rows of several shops, of which "All shops" are totals: the totals where there are any.

Where a reader has chosen no shop, or all of them, the rows of all shops give the figure; where shops are chosen and
"All shops" is not, their rows are added. So no sale is counted twice.
"""

from __future__ import annotations

from warehouse_assets.bi.metrics.metric import Expressions

ALL_SHOPS = "All shops"
"""The member of `source_name` that stands for every shop that sells; no source can be called so."""


def of_shops(table: str, sql: str, dax: str, tableau: str) -> Expressions:
    """Expressions over the rows that count.

    `<rows>` stands for a condition of a row in SQL and Tableau, and for a table of rows in DAX.
    """
    short = table.split(".")[1]
    whole, part = f"source_name = '{ALL_SHOPS}'", f"source_name <> '{ALL_SHOPS}'"
    in_tableau, not_in_tableau = f"[source_name] = '{ALL_SHOPS}'", f"[source_name] <> '{ALL_SHOPS}'"
    is_whole = f'{short}[source_name] = "{ALL_SHOPS}"'
    return Expressions(
        sql=f"case when bool_or({whole}) then {sql.replace('<rows>', whole)} else {sql.replace('<rows>', part)} end",
        dax=f"VAR totals = COUNTROWS ( FILTER ( {short}, {is_whole} ) )"
        f" VAR kept = FILTER ( {short}, totals = 0 || {is_whole} )"
        f" RETURN {dax.replace('<rows>', 'kept')}",
        tableau=f"IF SUM(IF {in_tableau} THEN 1 END) > 0 THEN {tableau.replace('<rows>', in_tableau)}"
        f" ELSE {tableau.replace('<rows>', not_in_tableau)} END",
    )


def shop_total(table: str, column: str) -> Expressions:
    """Rows of one shop may be added."""
    return of_shops(
        table,
        sql=f"sum({column}) filter (where <rows>)",
        dax=f"SUMX ( <rows>, {table.split('.')[1]}[{column}] )",
        tableau=f"SUM(IF <rows> THEN [{column}] END)",
    )


def shop_total_of_one(table: str, column: str, *common: str) -> Expressions:
    """Rows of one shop may be added where they have one value of each of `common`: one currency, one kind of period."""
    short = table.split(".")[1]
    are_one = {
        "sql": " and ".join(f"count(distinct {name}) = 1" for name in common),
        "dax": " && ".join(f"HASONEVALUE ( {short}[{name}] )" for name in common),
        "tableau": " AND ".join(f"MIN([{name}]) = MAX([{name}])" for name in common),
    }
    return of_shops(
        table,
        sql=f"case when {are_one['sql']} then sum({column}) filter (where <rows>) end",
        dax=f"IF ( {are_one['dax']}, SUMX ( <rows>, {short}[{column}] ) )",
        tableau=f"IF {are_one['tableau']} THEN SUM(IF <rows> THEN [{column}] END) END",
    )


def of_one_shop_row(table: str, column: str) -> Expressions:
    """No rows may be added: the value of the only row, or of the only one of all shops."""
    return of_shops(
        table,
        sql=f"case when count(*) filter (where <rows>) = 1 then max({column}) filter (where <rows>) end",
        dax=f"IF ( COUNTROWS ( <rows> ) = 1, MAXX ( <rows>, {table.split('.')[1]}[{column}] ) )",
        tableau=f"IF SUM(IF <rows> THEN 1 END) = 1 THEN MAX(IF <rows> THEN [{column}] END) END",
    )
