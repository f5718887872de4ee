"""Charts as Tableau's worksheets."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree as ET

from warehouse_assets.bi.charts import Chart, Kind
from warehouse_assets.bi.identity import stable_uuid
from warehouse_assets.bi.labels import TABLE_LABELS
from warehouse_assets.bi.metrics import Metric
from warehouse_assets.bi.tableau.controls import control_filters, control_instance, controlled, instance, shelf
from warehouse_assets.bi.tableau.sources import calculation, column_element, metric_element, source_name
from warehouse_assets.bi.tableau.xml import element
from warehouse_assets.bi.text import Language
from warehouse_assets.schemas import COLUMNS, TABLES, Table

_MARKS: dict[Kind, str] = {
    "card": "Text",
    "line": "Line",
    "column": "Bar",
    "stacked": "Bar",
    "bar": "Bar",
    "table": "Bar",
    "matrix": "Square",
}
_COMMON = ("currency_code", "basis")
"""Columns of which the metrics want one value: each value gets a row of its own, so that none is ever mixed."""


def worksheet(chart: Chart, language: Language) -> ET.Element:
    """The worksheet of a chart."""
    table = TABLES[chart.place]
    name = source_name(table.short_name)
    rows, columns = _shelves(chart, table)
    source = {"caption": TABLE_LABELS[table.short_name].in_language(language), "name": name}
    kept = [*_filters(chart, name), *control_filters(chart)]
    shown = [element("column", text=each.get("column", "")) for each in kept]
    view = element(
        "view",
        None,
        element("datasources", None, element("datasource", source)),
        element("datasource-dependencies", {"datasource": name}, *_dependencies(chart, table, language)),
        *kept,
        *_sorts(chart, name),
        *([element("slices", None, *shown)] if shown else []),
        element("aggregation", {"value": "true"}),
    )
    return element(
        "worksheet",
        {"name": sheet_name(chart, language)},
        title(chart.title.in_language(language)),
        element(
            "table",
            None,
            view,
            element("style"),
            element("panes", None, _pane(chart, name)),
            element("rows", text=rows),
            element("cols", text=columns),
        ),
        simple_id("worksheet", chart.name),
    )


def sheet_name(chart: Chart, language: Language) -> str:
    """What the sheet's tab says."""
    return chart.title.in_language(language)


def title(words: str) -> ET.Element:
    """The sheet's title."""
    text = element("formatted-text", None, element("run", text=words))
    return element("layout-options", None, element("title", None, text))


def simple_id(kind: str, name: str) -> ET.Element:
    """The identifier that Tableau wants of sheets, dashboards and windows."""
    return element("simple-id", {"uuid": "{" + stable_uuid("tableau", kind, name).upper() + "}"})


def field(column: str, chart: Chart) -> str:
    """A column as it is put on a shelf; the axis of a line or of columns of months is one of time."""
    is_axis = chart.kind in {"line", "column", "stacked"} and COLUMNS[column].sql_type == "date"
    return f"[none:{column}:{'qk' if is_axis else _key(column)}]"


def _key(column: str) -> str:
    return "nk" if COLUMNS[column].sql_type in {"text", "boolean"} else "ok"


def metric_field(metric: Metric) -> str:
    """A metric as it is put on a shelf."""
    return f"[usr:{calculation(metric)[1:-1]}:qk]"


def common_columns(chart: Chart) -> list[str]:
    """Currency or basis, where the table has one and the chart does not name it."""
    return [name for name in _COMMON if name in TABLES[chart.place].column_names and name not in chart.columns]


def _shelves(chart: Chart, table: Table) -> tuple[str, str]:
    """What stands on rows and on columns."""
    name = source_name(table.short_name)
    common = [f"[{name}].{field(column, chart)}" for column in common_columns(chart)]
    axis = [f"[{name}].{field(column, chart)}" for column in chart.by]
    series = [f"[{name}].{field(chart.series, chart)}"] if chart.series else []
    figures = _added([f"[{name}].{metric_field(metric)}" for metric in chart.drawn])
    if chart.kind == "card":
        return _nested(common), ""
    if chart.kind == "matrix":
        return _nested(common + axis), _nested(series)
    if chart.kind in {"bar", "table"}:
        return _nested(common + axis[:1]), figures
    return f"({_nested(common)} * {figures})" if common else figures, _nested(axis)


def _nested(fields: list[str]) -> str:
    if len(fields) < 2:
        return "".join(fields)
    return f"({fields[0]} / {_nested(fields[1:])})"


def _added(fields: list[str]) -> str:
    return fields[0] if len(fields) == 1 else f"({fields[0]} + {_added(fields[1:])})"


def _pane(chart: Chart, name: str) -> ET.Element:
    encodings = [element(tag, {"column": f"[{name}].{each}"}) for tag, each in _encodings(chart)]
    return element(
        "pane",
        {"selection-relaxation-option": "selection-relaxation-allow"},
        element("view", None, element("breakdown", {"value": "auto"})),
        element("mark", {"class": _MARKS[chart.kind]}),
        *([element("encodings", None, *encodings)] if encodings else []),
    )


def _encodings(chart: Chart) -> Iterator[tuple[str, str]]:
    if chart.kind == "matrix":
        yield "color", metric_field(chart.drawn[0])
    elif chart.series:
        yield "color", field(chart.series, chart)
    if chart.kind in {"card", "matrix", "bar"}:
        yield "text", metric_field(chart.drawn[0])


def _dependencies(chart: Chart, table: Table, language: Language) -> Iterator[ET.Element]:
    """Every column and metric that the sheet uses, and how: Tableau wants the columns first."""
    shown = [*common_columns(chart), *chart.columns]
    names = list(dict.fromkeys([*shown, *controlled(chart)]))
    columns = {column.name: column for column in table.column_list}
    yield from (column_element(columns[name], language) for name in names)
    yield from (metric_element(metric, language) for metric in chart.drawn)
    for name in shown:
        kind = {"qk": "quantitative", "ok": "ordinal", "nk": "nominal"}[field(name, chart)[-3:-1]]
        yield instance(f"[{name}]", "None", field(name, chart), kind)
    there = {field(name, chart) for name in shown}
    yield from (control_instance(name) for name in controlled(chart) if shelf(name) not in there)
    for metric in chart.drawn:
        yield instance(calculation(metric), "User", metric_field(metric), "quantitative")


def _sorts(chart: Chart, name: str) -> list[ET.Element]:
    """The first metric orders the values of the axis."""
    if chart.order is None:
        return []
    direction = "DESC" if chart.order == "largest first" else "ASC"
    column, metric = field(chart.by[0], chart), metric_field(chart.drawn[0])
    shelf = {"column": f"[{name}].{column}", "direction": direction, "using": f"[{name}].{metric}"}
    return [element("computed-sort", shelf)]


def _filters(chart: Chart, name: str) -> Iterator[ET.Element]:
    for column, values in (*chart.only.items(), *chart.never.items()):
        shelf = field(column, chart)
        members = [
            element("groupfilter", {"function": "member", "level": shelf, "member": f'"{value}"'}) for value in values
        ]
        chosen = members[0] if len(members) == 1 else element("groupfilter", {"function": "union"}, *members)
        if column in chart.never:
            everything = element("groupfilter", {"function": "level-members", "level": shelf})
            chosen = element("groupfilter", {"function": "except"}, everything, chosen)
        yield element("filter", {"class": "categorical", "column": f"[{name}].{shelf}"}, chosen)
