"""Charts as Power BI's visuals: fields in the roles of a visual type, filters, title."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from warehouse_assets.bi.charts import Chart, Choice, Kind
from warehouse_assets.bi.identity import stable_name
from warehouse_assets.bi.labels import COLUMN_LABELS
from warehouse_assets.bi.powerbi.shared import SHARED_COLUMNS
from warehouse_assets.bi.powerbi.tables import DATE_COLUMNS, measures_of
from warehouse_assets.bi.text import Language

Json = dict[str, Any]
TYPES: Mapping[Kind, str] = {
    "card": "card",
    "line": "lineChart",
    "column": "clusteredColumnChart",
    "stacked": "columnChart",
    "bar": "clusteredBarChart",
    "table": "tableEx",
    "matrix": "pivotTable",
}
_CALENDAR_COLUMN = {"quarter": "quarter", "year": "year"}


def visual(chart: Chart, language: Language) -> Json:
    """The part `visual` of a chart's container."""
    query: Json = {"queryState": {role: {"projections": fields} for role, fields in _roles(chart, language).items()}}
    if chart.order is not None:
        direction = "Descending" if chart.order == "largest first" else "Ascending"
        query["sortDefinition"] = {"sort": [{"field": _measure(chart, chart.metrics[0]), "direction": direction}]}
    return {
        "visualType": TYPES[chart.kind],
        "query": query,
        "visualContainerObjects": _title(chart.title.in_language(language)),
        "drillFilterOtherVisuals": True,
    }


def _roles(chart: Chart, language: Language) -> dict[str, list[Json]]:
    axis = [_projection(_column_of(chart.place, name), _label(name, language)) for name in chart.by]
    measures = [_projection(_measure(chart, name), None) for name in chart.metrics]
    series = (
        [_projection(_column_of(chart.place, chart.series), _label(chart.series, language))] if chart.series else []
    )
    if chart.kind == "card":
        return {"Values": measures}
    if chart.kind == "table":
        return {"Values": [*axis, *measures]}
    if chart.kind == "matrix":
        return {"Rows": axis, "Columns": series, "Values": measures}
    for field in axis[1:]:
        field["active"] = False
    return {"Category": axis, **({"Series": series} if series else {}), "Y": measures}


def _label(name: str, language: Language) -> str:
    return COLUMN_LABELS[name].in_language(language)


def _column_of(place: str, name: str) -> Json:
    """A column; dates that refer to the calendar are the calendar's, shops and currencies those of their tables."""
    short = place.split(".")[1]
    if DATE_COLUMNS.get(short) == name:
        return column("calendar", _CALENDAR_COLUMN.get(name, "month"))
    shared = next((table for table, own in SHARED_COLUMNS.items() if own == name), short)
    return column(shared, name)


def column(table: str, name: str) -> Json:
    """A reference to a column of the model."""
    return {"Column": {"Expression": {"SourceRef": {"Entity": table}}, "Property": name}}


def _measure(chart: Chart, name: str) -> Json:
    short = chart.place.split(".")[1]
    title = next(metric.title.en for metric in measures_of(short) if metric.name == name)
    return {"Measure": {"Expression": {"SourceRef": {"Entity": short}}, "Property": title}}


def _projection(field: Json, shown: str | None) -> Json:
    (reference,) = field.values()
    table, name = reference["Expression"]["SourceRef"]["Entity"], reference["Property"]
    projection: Json = {"field": field, "queryRef": f"{table}.{name}", "nativeQueryRef": name}
    if shown is not None:
        projection |= {"active": True, "displayName": shown}
    return projection


def literal(value: str) -> Json:
    """A text, or a word of the language (true, 2D) as it is."""
    return {"expr": {"Literal": {"Value": value}}}


def text(words: str) -> str:
    """A text as the literal that it is written as."""
    return "'" + words.replace("'", "''") + "'"


def _title(words: str) -> Json:
    return {"title": [{"properties": {"show": literal("true"), "text": literal(text(words))}}]}


def filters(chart: Chart) -> list[Json]:
    """What the chart keeps and leaves out."""
    short = chart.place.split(".")[1]
    kept = [_filter(chart.name, short, name, values, keep=True) for name, values in chart.only.items()]
    return kept + [_filter(chart.name, short, name, values, keep=False) for name, values in chart.never.items()]


def _filter(chart: str, table: str, name: str, values: tuple[str, ...], *, keep: bool) -> Json:
    return {
        "name": stable_name("filter", chart, name),
        "field": column(table, name),
        "type": "Categorical",
        "filter": condition(table, name, values, keep=keep),
        "howCreated": "User",
    }


def condition(table: str, name: str, values: tuple[str, ...], *, keep: bool) -> Json:
    """`column in (values)`, or not."""
    reference = {"Column": {"Expression": {"SourceRef": {"Source": "t"}}, "Property": name}}
    within = {"In": {"Expressions": [reference], "Values": [[{"Literal": {"Value": text(value)}}] for value in values]}}
    return {
        "Version": 2,
        "From": [{"Name": "t", "Entity": table, "Type": 0}],
        "Where": [{"Condition": within if keep else {"Not": {"Expression": within}}}],
    }


def slicer(choice: Choice, language: Language) -> Json:
    """The part `visual` of a slicer; money and bases want one value, so that there one is chosen at a time."""
    short = choice.table.split(".")[1]
    field = column("calendar", "year") if choice.column == "year" else _column_of(choice.table, choice.column)
    is_single = choice.column not in ("year", "source_name")
    objects: Json = {
        "data": [{"properties": {"mode": literal("'Dropdown'")}}],
        "selection": [{"properties": {"strictSingleSelect": literal(str(is_single).lower())}}],
    }
    if choice.chosen is not None:
        chosen = condition(short, choice.column, (choice.chosen,), keep=True)
        objects["general"] = [{"properties": {"filter": {"filter": chosen}}}]
    return {
        "visualType": "slicer",
        "query": {"queryState": {"Values": {"projections": [_projection(field, _label(choice.column, language))]}}},
        "objects": objects,
        "visualContainerObjects": _title(_label(choice.column, language)),
        "drillFilterOtherVisuals": True,
    }
