"""Filters as inputs whose values go to the page's address."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import dash_mantine_components as dmc
from dash import dcc, html

from warehouse_assets.bi.text import Language
from warehouse_assets.dashboard.texts import say
from warehouse_assets.dashboard.view import Control, Shortcut


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
    if one.form == "day":
        first, last = one.options[0][0], one.options[-1][0]
        field = dcc.Input(id=name, type="date", value=one.chosen[0], min=first, max=last, debounce=True)
        return html.Label([html.Span(one.title, className="filter-label"), field], className="filter day")
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


def shortcuts(page: str, controls: Sequence[Control], language: Language) -> Any:
    """Links to the page with the values of each shortcut, and all other filters as they are; None without any."""
    offered = [shortcut for one in controls for shortcut in one.shortcuts]
    if not offered:
        return None
    return html.Nav(
        [_shortcut(page, controls, one) for one in offered],
        className="shortcuts",
        **{"aria-label": say("shortcuts", language)},
    )


def _shortcut(page: str, controls: Sequence[Control], shortcut: Shortcut) -> Any:
    """Its address is the one that the filters themselves would make."""
    chosen = {one.name: one.chosen for one in controls} | {name: (value,) for name, value in shortcut.values.items()}
    asked = [(one.name, value) for one in controls for value in chosen[one.name] if value and value != one.default]
    is_current = all(one.chosen == chosen[one.name] for one in controls)
    current = {"aria-current": "true"} if is_current else {}
    return html.Span(dcc.Link(shortcut.title, href=f"/{page}?{urlencode(asked)}" if asked else f"/{page}"), **current)
