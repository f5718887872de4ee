"""Filters as inputs whose values go to the page's address."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import html

from warehouse_assets.dashboard.view import Control


def control(one: Control) -> Any:
    """A filter as an input whose value goes to the page's address."""
    name = {"filter": one.name, "default": one.default}
    data = [{"value": value, "label": label} for value, label in one.options]
    if one.form == "switch":
        return html.Div(
            [
                html.Span(one.title, className="filter-label", id=f"label-{one.name}"),
                dmc.SegmentedControl(
                    id=name, data=data, value=one.chosen[0], attributes={"root": {"aria-label": one.title}}
                ),
            ],
            className="filter switch",
        )
    if one.form == "many":
        return dmc.MultiSelect(
            id=name,
            label=one.title,
            data=data,
            value=list(one.chosen),
            clearable=True,
            searchable=True,
            placeholder=None if one.chosen else one.empty,
            className="filter wide-filter",
        )
    return dmc.Select(
        id=name,
        label=one.title,
        data=data,
        value=one.chosen[0] if one.chosen else None,
        allowDeselect=False,
        searchable=len(data) > 8,
        className="filter long" if any(len(label) > 20 for _, label in one.options) else "filter",
    )
