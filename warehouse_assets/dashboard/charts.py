"""Plotly figures as plain data. Colours read on light and dark alike; text and grid are coloured by the style sheet."""

from __future__ import annotations

import html
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from textwrap import wrap
from typing import Any

from warehouse_assets.bi.palette import COLOURS, GREY, SHARES
from warehouse_assets.bi.text import Language
from warehouse_assets.dashboard.formats import UNKNOWN_CURRENCY, Kind

PALE = 0.45
"""Opacity of what the data cover only partly."""
_ROW_PIXELS, _HEIGHT, _LEGEND_PIXELS = 34, 320, 40
_BAND = "40"
"""Opacity of the area between two bounds, in hexadecimal digits: a quarter."""
_GAP, _WIDEST_BAR = 0.25, 0.12
"""Between bars, as a share of a place; and the widest bar, as a share of the chart."""
_STROKES = ("solid", "dashdot")
"""Of lines, and of those whose colours are used for the second time."""
_SHORT_LEGEND, _ENTRY_PIXELS = 3, 16
"""On a phone each series of a legend has a line of its own."""
_TICKS = {"ticks": "outside", "ticklen": 8, "tickcolor": "rgba(0,0,0,0)"}
"""Room between labels and chart, so that the first label does not stand on that of zero."""
_FEW = 5
_LONGEST_LABEL, _LINE, _TITLE = 30, 17, 24
"""Letters of a label, of a line of it, and of a line of the title beneath bars, which a phone has room for."""


@dataclass(frozen=True)
class Series:
    """One series: its name, and a value for each place on the axis; None leaves a gap."""

    name: str
    values: Sequence[Any]
    mark: str = "bar"
    """bar, line, dash or point; edge and band are the lower and the upper bound of an area, in this order."""
    colours: Sequence[str] | str | None = None


@dataclass(frozen=True)
class Axis:
    """The title and the number format of the values."""

    title: str
    kind: Kind
    currency: str | None = None

    @property
    def full_title(self) -> str:
        """With the currency, where there is one."""
        known = self.kind == "money" and self.currency not in (None, UNKNOWN_CURRENCY)
        return f"{self.title} ({self.currency})" if known else self.title


def plain(text: str) -> str:
    """A text from the data, escaped so that Plotly does not read it as markup; long names are cut."""
    cut = text if len(text) <= _LONGEST_LABEL else f"{text[: _LONGEST_LABEL - 1]}…"
    return html.escape(cut, quote=False)


def label(text: str) -> str:
    """The label of a bar; a long one takes two lines and no more, so that a phone has room for the bars."""
    lines = wrap(text, _LINE)
    shown = lines if len(lines) < 3 else [lines[0], f"{lines[1][: _LINE - 1]}…"]
    return "<br>".join(map(plain, shown))


def over_time(
    places: Sequence[str],
    place_title: str,
    series: Sequence[Series],
    axis: Axis,
    language: Language,
    *,
    stacked: bool = False,
    unfinished: Collection[str] = (),
    marks: Sequence[tuple[str, str]] = (),
) -> dict[str, Any]:
    """Series over places in order: months, quarters, cohorts. Series without any value are left out.

    Series with a colour of their own take none of the others, so that members have the same ones on each chart of a
    page. The data cover the unfinished places only partly: their bars are pale, and lines are dotted there. Marks are
    places and what happened there: a vertical line with its text.
    """
    numbers = accumulate((one.colours is None for one in series), initial=0)
    drawn = [
        (0 if one.colours else number, one)
        for number, one in zip(numbers, series, strict=False)
        if any(value is not None for value in one.values)
    ]
    partial = [place in unfinished for place in places]
    traces = [part for number, one in drawn for part in _parts(_trace(one, list(places), number, axis), partial)]
    layout = _layout(language, len(drawn))
    layout["barmode"] = "relative" if stacked else "group"
    layout["bargap"] = max(_GAP, 1 - _WIDEST_BAR * len(places))
    layout["xaxis"] |= {"title": _title(place_title), "type": "category", "nticks": 12, "tickangle": "auto", **_TICKS}
    layout["yaxis"] |= {"title": _title(axis.full_title), **_tick_form(axis.kind, series)}
    layout["shapes"] = [_mark_line(place) for place, _ in marks]
    layout["annotations"] = [_mark_text(place, text) for place, text in marks]
    return {"data": traces, "layout": layout}


def _mark_line(place: str) -> dict[str, Any]:
    line = {"color": GREY, "width": 1, "dash": "dot"}
    return {"type": "line", "x0": place, "x1": place, "yref": "paper", "y0": 0, "y1": 1, "line": line}


def _mark_text(place: str, text: str) -> dict[str, Any]:
    """Upwards beside its line, from the top of the chart."""
    where = {"x": place, "yref": "paper", "y": 1, "xanchor": "right", "yanchor": "top", "textangle": -90}
    return where | {"text": plain(text), "showarrow": False, "font": {"size": 11}}


def ranking(
    names: Sequence[str],
    series: Sequence[Series],
    axis: Axis,
    language: Language,
    keys: Sequence[str] = (),
    *,
    is_log: bool = False,
) -> dict[str, Any]:
    """Horizontal bars, the first on top; `keys` are the values that a click selects, if labels differ.

    Bars stand in numbered places, so that two of one name are two bars.
    """
    traces, places = [], [str(number) for number in range(len(names))]
    for number, one in enumerate(series):
        trace = _trace(one, list(one.values), number, axis)
        trace |= {"orientation": "h", "x": trace["y"], "y": places, "hovertemplate": _hover("x", axis, "hovertext")}
        trace["hovertext"] = [html.escape(name, quote=False) for name in names]
        if keys:
            trace["customdata"] = list(keys)
        traces.append(trace)
    layout = _layout(language, len(series))
    layout["barmode"] = "stack"
    layout["height"] = max(180, _ROW_PIXELS * len(names) + 90 + _legend_pixels(len(series)))
    title = _title("<br>".join(wrap(axis.full_title, _TITLE)))
    layout["xaxis"] |= {"title": title, "showgrid": True, "nticks": 6, **_tick_form(axis.kind, series)}
    if is_log:
        layout["xaxis"] |= {"type": "log", "rangemode": "normal", "dtick": "D2"}
    layout["yaxis"] |= _named(dict(zip(places, map(label, names), strict=True))) | _TICKS
    return {"data": traces, "layout": layout}


def heatmap(
    lines: Mapping[str, str],
    shares: Sequence[Sequence[Any]],
    texts: Sequence[Sequence[str]],
    titles: tuple[str, str],
    language: Language,
) -> dict[str, Any]:
    """A heat map of shares 0..1, one line per name with its label; each cell has a text. None is empty."""
    line_title, column_title = titles
    values = [[None if share is None else float(share) for share in line] for line in shares]
    trace = {
        "type": "heatmap",
        "x": [str(number) for number in range(len(shares[0]))],
        "y": list(lines),
        "z": values,
        "zmin": 0,
        "zmax": 1,
        "text": [list(line) for line in texts],
        "texttemplate": "%{text}",
        "textfont": {"size": 12},
        "colorscale": [list(stop) for stop in zip((0, 0.5, 0.5001, 1), SHARES, strict=True)],
        "showscale": False,
        "hoverongaps": False,
        "xgap": 1,
        "ygap": 1,
        "hovertemplate": f"%{{y}}, {column_title.lower()}: %{{x}}<br><b>%{{z:.1%}}</b> (%{{text}})<extra></extra>",
    }
    layout = _layout(language, 1)
    layout["height"] = max(180, 24 * len(lines) + 90)
    layout["xaxis"] |= {"title": _title(column_title), "type": "category", "side": "top", "nticks": len(shares[0])}
    layout["yaxis"] |= _named(lines) | {"title": _title(line_title)}
    return {"data": [trace], "layout": layout}


def _named(lines: Mapping[str, str]) -> dict[str, Any]:
    """A vertical axis of lines with their labels, the first on top."""
    ticks = {"tickmode": "array", "tickvals": list(lines), "ticktext": list(lines.values())}
    return {"type": "category", "autorange": "reversed", "showgrid": False, **ticks}


def _trace(one: Series, places: list[Any], number: int, axis: Axis) -> dict[str, Any]:
    values = [None if value is None else float(value) for value in one.values]
    lap, place = divmod(number, len(COLOURS))
    colour = one.colours or COLOURS[place]
    trace: dict[str, Any] = {
        "name": html.escape(one.name, quote=False),
        "x": places,
        "y": values,
        "hovertemplate": _hover("y", axis, "x"),
    }
    if one.mark == "bar":
        pattern = {"pattern": {"shape": "/"}} if lap else {}
        return trace | {"type": "bar", "marker": {"color": colour, "line": {"width": 0}, **pattern}}
    if one.mark == "point":
        marker = {"color": colour, "size": 11, "symbol": "circle-open", "line": {"width": 2.5}}
        return trace | {"type": "scatter", "mode": "markers", "marker": marker}
    if one.mark in ("edge", "band"):
        area = {"type": "scatter", "mode": "lines", "line": {"color": colour, "width": 0}, "showlegend": False}
        return trace | area | ({"fill": "tonexty", "fillcolor": f"{colour}{_BAND}"} if one.mark == "band" else {})
    line = {"color": colour, "width": 2.5, "dash": "dot" if one.mark == "dash" else _STROKES[min(lap, 1)]}
    marks = [7 if is_alone else 0 for is_alone in _alone(values)]
    drawn = {"mode": "lines+markers", "marker": {"color": colour, "size": marks}} if any(marks) else {"mode": "lines"}
    return trace | {"type": "scatter", "line": line, "connectgaps": False, **drawn}


def _alone(values: Sequence[float | None]) -> list[bool]:
    """Which values no line reaches, because there is none before and after."""
    padded = [None, *values, None]
    return [
        value is not None and before is None and after is None
        for before, value, after in zip(padded, values, padded[2:], strict=False)
    ]


def _parts(trace: dict[str, Any], partial: Sequence[bool]) -> Iterator[dict[str, Any]]:
    """The trace, with its unfinished places marked; of a line they become a dotted piece of its own."""
    if not any(partial) or trace.get("mode") == "markers":
        yield trace
        return
    if trace["type"] == "bar":
        opacity = [PALE if is_partial else 1 for is_partial in partial]
        yield trace | {"marker": trace["marker"] | {"opacity": opacity}}
        return
    values = trace["y"]
    beside = [any(partial[max(place - 1, 0) : place + 2]) for place in range(len(values))]
    dotted = [value if is_beside else None for value, is_beside in zip(values, beside, strict=True)]
    yield trace | {"y": [None if is_partial else value for value, is_partial in zip(values, partial, strict=True)]}
    yield trace | {"y": dotted, "line": trace["line"] | {"dash": "dot"}, "opacity": 0.7, "showlegend": False}


def _title(text: str) -> dict[str, Any]:
    return {"text": text, "standoff": 10, "font": {"size": 13}}


def _hover(value: str, axis: Axis, place: str) -> str:
    form = {"money": ",.2f", "count": ",.0f", "percent": ".1%"}.get(axis.kind, ",.2f")
    sign = f" {axis.currency}" if axis.full_title != axis.title else ""
    return f"%{{{place}}}<br><b>%{{{value}:{form}}}{sign}</b><extra>%{{fullData.name}}</extra>"


def _tick_form(kind: Kind, series: Sequence[Series]) -> dict[str, Any]:
    """Few things are counted in whole numbers."""
    if kind == "percent":
        return {"tickformat": ".0%", "rangemode": "tozero"}
    if kind == "count" and max((abs(value) for one in series for value in one.values if value), default=0) < _FEW:
        return {"tickformat": ",~r", "rangemode": "tozero", "dtick": 1}
    return {"tickformat": "~s" if kind == "money" else ",~r", "rangemode": "tozero"}


def _legend_pixels(series: int) -> int:
    return _LEGEND_PIXELS + _ENTRY_PIXELS * max(0, series - _SHORT_LEGEND) if series > 1 else 0


def _layout(language: Language, series: int) -> dict[str, Any]:
    axis = {"automargin": True, "zeroline": True, "fixedrange": True}
    return {
        "height": _HEIGHT + _legend_pixels(series),
        "margin": {"l": 8, "r": 12, "t": 12, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": "inherit", "size": 13},
        "separators": ",\u202f" if language == "fr" else ".,",
        "showlegend": series > 1,
        "legend": {
            "orientation": "h",
            "x": 0,
            "y": 1.02,
            "yanchor": "bottom",
            "title": {"text": ""},
            "traceorder": "normal",
        },
        "hoverlabel": {
            "namelength": -1,
            "bgcolor": "#22303c",
            "bordercolor": "#22303c",
            "font": {"color": "#ffffff", "size": 13},
        },
        "hovermode": "closest",
        "bargap": _GAP,
        "dragmode": False,
        "xaxis": {**axis, "showgrid": False},
        "yaxis": {**axis, "showgrid": True, "nticks": 6},
    }


def config(language: Language) -> Mapping[str, Any]:
    """The configuration of every figure: responsive, without toolbar, without requests to other servers."""
    return {"displayModeBar": False, "responsive": True, "showTips": False, "locale": language, "plotlyServerURL": ""}
