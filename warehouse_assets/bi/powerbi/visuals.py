"""Charts as Power BI's visuals: fields in the roles of a visual type, filters, title."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from warehouse_assets.bi.charts import Chart, Choice, Kind
from warehouse_assets.bi.identity import stable_name
from warehouse_assets.bi.palette import SHARES
from warehouse_assets.bi.powerbi.design import Fields
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
_ONE_AT_A_TIME = {"currency_code", "basis"}
"""What measures want one value of."""


@dataclass(frozen=True)
class Painter:
    """Draws charts and slicers of one model in one language."""

    fields: Fields
    language: Language
    are_choices_synced: bool
    """Whether what is chosen on one page is chosen on all."""

    def visual(self, chart: Chart) -> Json:
        """The part `visual` of a chart's container."""
        roles = self._roles(chart)
        query: Json = {"queryState": {role: {"projections": fields} for role, fields in roles.items()}}
        if chart.order is not None:
            direction = "Descending" if chart.order == "largest first" else "Ascending"
            query["sortDefinition"] = {
                "sort": [{"field": self._measure(chart, chart.metrics[0]), "direction": direction}]
            }
        return {
            "visualType": TYPES[chart.kind],
            "query": query,
            **({"objects": _shaded(roles["Values"][0])} if chart.kind == "matrix" else {}),
            "visualContainerObjects": _title(chart.title.in_language(self.language)),
            "drillFilterOtherVisuals": True,
        }

    def filters(self, chart: Chart) -> list[Json]:
        """What the chart keeps and leaves out."""
        kept = [self._filter(chart, name, values, keep=True) for name, values in chart.only.items()]
        return kept + [self._filter(chart, name, values, keep=False) for name, values in chart.never.items()]

    def slicer(self, choice: Choice) -> Json:
        """The part `visual` of a slicer; money and bases want one value, so that there one is chosen at a time."""
        table, name = self.fields.column(choice.table, choice.column, self.language)
        is_single = choice.column in _ONE_AT_A_TIME
        objects: Json = {
            "data": [{"properties": {"mode": literal("'Dropdown'")}}],
            "selection": [{"properties": {"strictSingleSelect": literal(str(is_single).lower())}}],
        }
        if choice.chosen is not None:
            chosen = condition(table, name, (choice.chosen,), keep=True)
            objects["general"] = [{"properties": {"filter": {"filter": chosen}}}]
        field = _projection(column(table, name), self._label(choice.column))
        group = {"groupName": choice.column, "fieldChanges": True, "filterChanges": True}
        return {
            "visualType": "slicer",
            "query": {"queryState": {"Values": {"projections": [field]}}},
            "objects": objects,
            "visualContainerObjects": _title(self._label(choice.column)),
            **({"syncGroup": group} if self.are_choices_synced else {}),
            "drillFilterOtherVisuals": True,
        }

    def _roles(self, chart: Chart) -> dict[str, list[Json]]:
        axis = [self._column(chart, name) for name in chart.by]
        measures = [_projection(self._measure(chart, name), None) for name in chart.metrics]
        series = [self._column(chart, chart.series)] if chart.series else []
        if chart.kind == "card":
            return {"Values": measures}
        if chart.kind == "table":
            return {"Values": [*axis, *measures]}
        if chart.kind == "matrix":
            return {"Rows": axis, "Columns": series, "Values": measures}
        for field in axis[1:]:
            field["active"] = False
        return {"Category": axis, **({"Series": series} if series else {}), "Y": measures}

    def _label(self, name: str) -> str:
        return self.fields.label(name).in_language(self.language)

    def _column(self, chart: Chart, name: str) -> Json:
        return _projection(column(*self.fields.column(chart.place, name, self.language)), self._label(name))

    def _measure(self, chart: Chart, name: str) -> Json:
        table, title = self.fields.measure(chart.place, name)
        return {"Measure": {"Expression": {"SourceRef": {"Entity": table}}, "Property": title}}

    def _filter(self, chart: Chart, name: str, values: tuple[str, ...], *, keep: bool) -> Json:
        table, found = self.fields.column(chart.place, name, self.language)
        return {
            "name": stable_name("filter", chart.name, name),
            "field": column(table, found),
            "type": "Categorical",
            "filter": condition(table, found, values, keep=keep),
            "howCreated": "User",
        }


def column(table: str, name: str) -> Json:
    """A reference to a column of the model."""
    return {"Column": {"Expression": {"SourceRef": {"Entity": table}}, "Property": name}}


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


def _shaded(share: Json) -> Json:
    """A matrix's cells of a share from pale at nothing to blue at all, on which dark text reads; blanks stay plain."""
    ends = {
        end: {"color": {"Literal": {"Value": text(colour)}}, "value": {"Literal": {"Value": at}}}
        for end, colour, at in (("min", SHARES[0], "0D"), ("max", SHARES[1], "1D"))
    }
    blank = {"strategy": {"Literal": {"Value": "'noColor'"}}}
    rule = {"Input": share["field"], "FillRule": {"linearGradient2": {**ends, "nullColoringStrategy": blank}}}
    return {
        "values": [
            {
                "properties": {"backColor": {"solid": {"color": {"expr": {"FillRule": rule}}}}},
                "selector": {"data": [{"dataViewWildcard": {"matchingOption": 1}}], "metadata": share["queryRef"]},
            }
        ]
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
