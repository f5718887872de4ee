"""The registry's expressions worked out where people read them: DAX by an engine, Tableau's formulas on the extract.

Both are taken from the generated files, not from the registry, so that what is compared is what is shipped.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import psycopg
from pbix_mcp.dax.engine import evaluate_measure
from pbix_mcp.formats.tmdl_reader import parse_tmdl_folder

from warehouse_assets.bi.powerbi.design import Design
from warehouse_assets.schemas import Table

Filters = Mapping[str, Sequence[Any]]
"""Column -> the values that are kept."""


Rows = Mapping[str, Any]
"""A table as the engine takes it: `columns` and `rows`."""


class PowerBi:
    """A semantic model with rows imported, asked for a measure under filters."""

    def __init__(self, project: Path, design: Design, tables: Mapping[str, Rows]) -> None:
        model = parse_tmdl_folder(str(project / design.folder / "definition"))
        self.measures = {each["name"]: each["expression"] for table in model["tables"] for each in table["measures"]}
        self.relationships = [
            {
                "FromTable": each["from_table"],
                "FromColumn": each["from_column"],
                "ToTable": each["to_table"],
                "ToColumn": each["to_column"],
                "IsActive": True,
            }
            for each in model["relationships"]
        ]
        self.columns = {table["name"]: tuple(each["name"] for each in table["columns"]) for table in model["tables"]}
        self.tables = dict(tables)
        self.date_table = design.date_table
        self.date_column = next(to.split(".")[1] for _, to in design.relationships if to.startswith(design.date_table))

    def value(self, title: str, filters: Filters) -> float | None:
        """The measure, filters by `table.column`; None is BLANK."""
        found = self.shown(title, filters)
        return None if found is None else float(found)

    def shown(self, title: str, filters: Filters) -> Any:
        """The same as it is, also where it is a day."""
        chosen = {name: [_imported_value(value) for value in values] for name, values in filters.items()}
        return evaluate_measure(
            title,
            self.tables,
            self.measures,
            chosen,
            self.date_table,
            self.date_column,
            relationships=self.relationships,
        )


def imported_marts(connection: psycopg.Connection[Any], tables: Sequence[Table]) -> dict[str, Rows]:
    """The marts' rows, with the shared tables that the model makes of them."""
    marts = {
        table.short_name: imported(
            connection, table.column_names, f"select {', '.join(table.column_names)} from {table.name}"
        )
        for table in tables
    }
    return {**marts, "calendar": _calendar(), "currency": {"columns": ["currency_code"], "rows": [["EUR"], ["USD"]]}}


def imported(
    connection: psycopg.Connection[Any],
    columns: Sequence[str],
    statement: str,
    values: Mapping[str, Any] | None = None,
) -> Rows:
    """The rows of a statement."""
    rows = connection.execute(statement.encode(), values)
    return {"columns": list(columns), "rows": [[_imported_value(value) for value in row] for row in rows]}


def _imported_value(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    return datetime(value.year, value.month, value.day) if type(value) is date else value  # noqa: DTZ001


def _calendar() -> dict[str, Any]:
    """What the model's Power Query makes of marts from 2022 to 2023."""
    days = [datetime(2022, 1, 1) + timedelta(days=number) for number in range(730)]  # noqa: DTZ001
    rows = [
        [day, day.replace(day=1), day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1), day.year, day.month]
        for day in days
    ]
    return {"columns": ["date", "month", "quarter", "year", "month_of_year"], "rows": rows}


def same(one: float | None, other: float | None, digits: int = 9) -> bool:
    """Equal to so many digits, as DAX and Tableau divide in binary; nothing is equal to nothing only."""
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=10.0**-digits, abs_tol=10.0**-digits)


class Tableau:
    """A workbook's formulas, worked out by Tableau's own database on the extract.

    The formulas use few words (IF THEN END, AND, NOT, ISNULL, SUM, MIN, MAX, COUNT), which are put in SQL's; a
    formula with another word is refused by the workbook's checks before it comes here.
    """

    def __init__(self, workbook: str, extract: Any) -> None:
        self.extract = extract
        self.formulas: dict[tuple[str, str], str] = {}
        for source in ET.fromstring(workbook).iterfind("./datasources/datasource"):
            relation = source.find("./connection/relation")
            assert relation is not None
            for column in source.iterfind("./column"):
                calculation = column.find("calculation")
                if calculation is not None:
                    key = str(relation.get("name")), str(column.get("name"))
                    self.formulas[key] = str(calculation.get("formula"))

    def value(self, table: Table, metric: str, filters: Filters) -> float | None:
        """The calculated field over the extract's rows that the filters keep."""
        formula = as_sql(self.formulas[table.short_name, f"[Calculation_{metric}]"])
        kept = [f'"{name}" in ({", ".join(map(_literal, values))})' for name, values in filters.items()]
        where = f" where {' and '.join(kept)}" if kept else ""
        query = f'select cast({formula} as double precision) from "{table.schema_name}"."{table.short_name}"{where}'
        found = self.extract.execute_scalar_query(query)
        return None if found is None else float(found)


def as_sql(formula: str) -> str:
    """A formula of Tableau's language as SQL."""
    code = re.sub(r"\bISNULL\((\[\w+\])\)", r"(\1 is null)", formula)
    code = re.sub(r"\bIF\b", "case when", code)
    # Tableau adds up in floating point; a sum of exact numbers would be rounded when it is divided.
    code = code.replace("SUM(", "sum(1e0 * ")
    return re.sub(r"\[(\w+)\]", r'"\1"', code)


def _literal(value: Any) -> str:
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return f"date '{value}'" if isinstance(value, date) else str(value)
