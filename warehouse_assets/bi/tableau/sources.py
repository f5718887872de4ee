"""One data source of Tableau for each mart table: connection, columns, and the registry's calculated fields."""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree import ElementTree as ET

from warehouse_assets.bi.identity import stable_name
from warehouse_assets.bi.labels import COLUMN_LABELS, FOLDER_LABELS, TABLE_LABELS
from warehouse_assets.bi.metrics import METRICS, Format, Metric
from warehouse_assets.bi.server import Server
from warehouse_assets.bi.tableau.xml import element, group
from warehouse_assets.bi.text import Language
from warehouse_assets.schemas import TABLES, Column, Table

VERSION = "18.1"
EXTRACT_PATH = "Data/marts.hyper"
"""Within the packaged workbook."""
_TYPES = {
    "date": ("date", "ordinal"),
    "numeric(18,4)": ("real", "quantitative"),
    "numeric(18,6)": ("real", "quantitative"),
    "numeric": ("real", "quantitative"),
    "bigint": ("integer", "quantitative"),
    "integer": ("integer", "ordinal"),
    "text": ("string", "nominal"),
    "boolean": ("boolean", "nominal"),
}
"""PostgreSQL's type -> Tableau's, and how the values are read: as figures, in order, or as names."""
_FORMATS: dict[Format, str] = {
    "money": "n#,##0.00;-#,##0.00",
    "count": "n#,##0;-#,##0",
    "number": "n#,##0.00;-#,##0.00",
    "percent": "p0.0%",
    "days": "n#,##0.0;-#,##0.0",
    "years": "n#,##0.0;-#,##0.0",
}
DRILL_PATHS = {"product_sales": ("category", "subcategory", "product_name")}


@dataclass(frozen=True)
class Source:
    """Where a workbook's data are: a server, or None for the extract that is packed with the workbook."""

    server: Server | None = None

    @property
    def kind(self) -> str:
        """Tableau's class of connection."""
        return "postgres" if self.server else "hyper"

    def connection(self) -> ET.Element:
        """The connection, without login or password: Tableau asks for them."""
        if self.server is None:
            return element(
                "connection",
                {"authentication": "auth-none", "class": "hyper", "dbname": EXTRACT_PATH, "schema": "public"},
            )
        return element(
            "connection",
            {
                "authentication": "username-password",
                "class": "postgres",
                "dbname": self.server.database,
                "port": str(self.server.port),
                "server": self.server.host,
                "username": "",
            },
        )


def source_name(short: str) -> str:
    """What the workbook calls the data source of a mart table."""
    return f"federated.{stable_name('tableau', short)}"


def calculation(metric: Metric) -> str:
    """What the workbook calls a metric's calculated field."""
    return f"[Calculation_{metric.name}]"


def datasource(table: Table, source: Source, language: Language) -> ET.Element:
    """The data source of one mart table."""
    named = f"{source.kind}.{stable_name('connection', table.short_name)}"
    return element(
        "datasource",
        {
            "caption": TABLE_LABELS[table.short_name].in_language(language),
            "inline": "true",
            "name": source_name(table.short_name),
            "version": VERSION,
        },
        element(
            "connection",
            {"class": "federated"},
            element(
                "named-connections",
                None,
                element("named-connection", {"caption": "warehouse", "name": named}, source.connection()),
            ),
            element(
                "relation",
                {
                    "connection": named,
                    "name": table.short_name,
                    "table": f"[{table.schema_name}].[{table.short_name}]",
                    "type": "table",
                },
            ),
            group(
                "metadata-records", [_record(table, column, place) for place, column in enumerate(table.column_list)]
            ),
        ),
        element("aliases", {"enabled": "yes"}),
        *(column_element(column, language) for column in table.column_list),
        *(metric_element(metric, language) for metric in metrics_of(table)),
        *_drill_paths(table.short_name),
        _folders(table, language),
        element("layout", {"dim-ordering": "alphabetic", "measure-ordering": "alphabetic", "show-structure": "true"}),
    )


def metrics_of(table: Table) -> list[Metric]:
    """The metrics that hold on a table: of a quarter's and a year's sales, the same as of a month's."""
    return [metric for metric in METRICS.values() if table.name in metric.tables]


def _record(table: Table, column: Column, place: int) -> ET.Element:
    kind, _ = _TYPES[column.sql_type]
    parts = {
        "remote-name": column.name,
        "local-name": f"[{column.name}]",
        "parent-name": f"[{table.short_name}]",
        "remote-alias": column.name,
        "ordinal": str(place),
        "local-type": kind,
        "aggregation": "Sum" if kind in {"real", "integer"} else "Year" if kind == "date" else "Count",
        "contains-null": str(column.name in table.nullable).lower(),
    }
    return element("metadata-record", {"class": "column"}, *(element(tag, text=text) for tag, text in parts.items()))


def column_element(column: Column, language: Language) -> ET.Element:
    """A column of the mart. Figures are hidden: added up as they are, currencies and groupings would mix."""
    datatype, kind = _TYPES[column.sql_type]
    hidden = {"hidden": "true"} if kind == "quantitative" else {}
    return element(
        "column",
        {
            "caption": COLUMN_LABELS[column.name].in_language(language),
            "datatype": datatype,
            "name": f"[{column.name}]",
            "role": "measure" if kind == "quantitative" else "dimension",
            "type": kind,
            **hidden,
        },
    )


def metric_element(metric: Metric, language: Language) -> ET.Element:
    """A metric as a calculated field."""
    return element(
        "column",
        {
            "caption": metric.title.in_language(language),
            "datatype": "real",
            "default-format": _FORMATS[metric.format],
            "name": calculation(metric),
            "role": "measure",
            "type": "quantitative",
        },
        element("calculation", {"class": "tableau", "formula": metric.tableau}),
        element(
            "desc", None, element("formatted-text", None, element("run", text=metric.definition.in_language(language)))
        ),
    )


def _drill_paths(short: str) -> list[ET.Element]:
    if short not in DRILL_PATHS:
        return []
    fields = (element("field", text=f"[{name}]") for name in DRILL_PATHS[short])
    return [element("drill-paths", None, element("drill-path", {"name": "Catalogue"}, *fields))]


def _folders(table: Table, language: Language) -> ET.Element:
    """The metrics by kind: amounts, counts, shares, averages."""
    folders: dict[str, list[ET.Element]] = {}
    for metric in metrics_of(table):
        name = FOLDER_LABELS[metric.format].in_language(language)
        folders.setdefault(name, []).append(element("folder-item", {"name": calculation(metric), "type": "field"}))
    return element("folders-common", None, *(element("folder", {"name": name}, *of) for name, of in folders.items()))


def mart_tables(schemas: tuple[str, ...]) -> list[Table]:
    """The tables of the chosen marts."""
    return [table for table in TABLES.values() if table.schema_name in schemas]
