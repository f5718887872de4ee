"""Filters that a reader sets on a dashboard; Tableau filters by data source, so each mart table has its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from warehouse_assets.bi.charts import Chart
from warehouse_assets.bi.labels import COLUMN_LABELS, TABLE_LABELS
from warehouse_assets.bi.tableau.sources import column_element, source_name
from warehouse_assets.bi.tableau.xml import element
from warehouse_assets.bi.text import Language
from warehouse_assets.schemas import COLUMNS, TABLES

CONTROLLED = ("month", "year", "source_name", "currency_code", "country", "category", "basis")
"""Period, shop, currency, country, category; in retention what counts as being there."""
_GROUPS = {
    (table.name, column): number
    for number, (table, column) in enumerate(
        ((table, column) for table in TABLES.values() for column in CONTROLLED if column in table.column_names), 1
    )
}
"""Filters of one group are one filter on several sheets."""


@dataclass(frozen=True)
class Control:
    """One filter: a column of a mart table, and a sheet that has it."""

    place: str
    column: str
    sheet: Chart

    @property
    def reference(self) -> str:
        """The field as a zone names it."""
        return f"[{source_name(TABLES[self.place].short_name)}].{shelf(self.column)}"

    def title(self, language: Language) -> str:
        """The column and whose it is."""
        table = TABLE_LABELS[TABLES[self.place].short_name].in_language(language)
        return f"{COLUMN_LABELS[self.column].in_language(language)} – {table}"


def controls_of(charts: Sequence[Chart]) -> list[Control]:
    """The filters of a page's charts: one for each column of each table, in the order of `CONTROLLED`."""
    found = {(column, chart.place): chart for chart in reversed(charts) for column in controlled(chart)}
    order = sorted(found, key=lambda key: (CONTROLLED.index(key[0]), key[1]))
    return [Control(place, column, found[column, place]) for column, place in order]


def controlled(chart: Chart) -> list[str]:
    """Columns of the chart's table that a reader may choose of: those that the chart does not fix."""
    fixed = {*chart.only, *chart.never}
    return [name for name in CONTROLLED if name in TABLES[chart.place].column_names and name not in fixed]


def shelf(column: str) -> str:
    """A column whose values are picked one by one."""
    return f"[none:{column}:{'nk' if COLUMNS[column].sql_type == 'text' else 'ok'}]"


def control_filters(chart: Chart) -> Iterator[ET.Element]:
    """A sheet's part of each filter: all values at opening."""
    name = source_name(TABLES[chart.place].short_name)
    for column in controlled(chart):
        yield element(
            "filter",
            {
                "class": "categorical",
                "column": f"[{name}].{shelf(column)}",
                "filter-group": str(_GROUPS[chart.place, column]),
            },
            element("groupfilter", {"function": "level-members", "level": shelf(column)}),
        )


def instance(column: str, derivation: str, name: str, kind: str) -> ET.Element:
    """A column as a sheet or a dashboard uses it."""
    return element(
        "column-instance",
        {"column": column, "derivation": derivation, "name": name, "pivot": "key", "type": kind},
    )


def control_instance(column: str) -> ET.Element:
    """The column as its filter uses it."""
    kind = {"ok": "ordinal", "nk": "nominal"}[shelf(column)[-3:-1]]
    return instance(f"[{column}]", "None", shelf(column), kind)


def control_zone(control: Control, number: int, box: dict[str, str], sheet: str, language: Language) -> ET.Element:
    """The filter on the dashboard: a drop-down list of which several values may be ticked."""
    return element(
        "zone",
        box
        | {
            "custom-title": "true",
            "id": str(number),
            "mode": "checkdropdown",
            "name": sheet,
            "param": control.reference,
            "type-v2": "filter",
            "values": "database",
        },
        element("formatted-text", None, element("run", text=control.title(language))),
    )


def dashboard_sources(controls: Sequence[Control], language: Language) -> Iterator[ET.Element]:
    """What a dashboard declares of the data that its filters are of."""
    places = list(dict.fromkeys(control.place for control in controls))
    if not places:
        return
    tables = [TABLES[place] for place in places]
    yield element(
        "datasources",
        None,
        *(
            element(
                "datasource",
                {
                    "caption": TABLE_LABELS[table.short_name].in_language(language),
                    "name": source_name(table.short_name),
                },
            )
            for table in tables
        ),
    )
    for table in tables:
        names = [control.column for control in controls if control.place == table.name]
        columns = {column.name: column for column in table.column_list}
        yield element(
            "datasource-dependencies",
            {"datasource": source_name(table.short_name)},
            *(column_element(columns[name], language) for name in names),
            *(control_instance(name) for name in names),
        )
