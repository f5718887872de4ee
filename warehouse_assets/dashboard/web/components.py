"""Blocks as Dash components."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import dash_ag_grid as dag
import dash_mantine_components as dmc
from dash import dcc, html

from warehouse_assets.bi.text import Language
from warehouse_assets.dashboard.blocks import Block, Change, Chart, Column, Headline, Headlines, Notice, Sheet, Table
from warehouse_assets.dashboard.charts import config, sparkline
from warehouse_assets.dashboard.formats import NUMBERS, show, show_change
from warehouse_assets.dashboard.texts import say
from warehouse_assets.dashboard.view import Control

MOST_ROWS = 400
"""Rows of a table beneath a chart; the CSV holds them all."""
MOST_SHEET_ROWS = 2000
_LETTER_PIXELS, _CELL_PIXELS, _HANDLE_PIXELS, _BUTTON_PIXELS, _MOST_LETTERS = 7.6, 26, 12, 22, 36
"""Of a sheet: a letter, what stands around a text, a heading's handle, a filter's button, the longest text."""


class Drawing:
    """Draws the blocks of one page in one language; `search` is the page's filters, for the links to its CSV."""

    def __init__(self, page: str, language: Language, asked: Sequence[tuple[str, str]]) -> None:
        self._page, self._language = page, language
        self._search = urlencode(list(asked))

    def draw(self, block: Block) -> Any:
        """The component of a block."""
        if isinstance(block, Headlines):
            return html.Section([self._headline(one) for one in block.items], className="headlines")
        if isinstance(block, Notice):
            return notice(block)
        if isinstance(block, Chart):
            return self._card(block, [self._graph(block), self._data(block.table)], block.is_wide)
        return self._card(block, [self._grid(block)], block.is_wide)

    def _say(self, key: str) -> str:
        return say(key, self._language)

    def _headline(self, one: Headline) -> Any:
        spark = sparkline(one.spark)
        return html.Article(
            [
                html.H2(one.title, className="headline-title", title=one.definition),
                html.P(one.value, className="headline-value", title=one.exact),
                html.Img(src=spark, alt=self._say("course"), className="spark") if spark else None,
                html.P(one.note, className="headline-note") if one.note else None,
                html.Ul([self._change(change) for change in one.changes], className="changes") if one.changes else None,
                html.P(one.definition, className="definition"),
            ],
            className="card headline",
        )

    def _change(self, change: Change) -> Any:
        mood = "even" if not change.value else "good" if (change.value > 0) == change.is_growth_good else "bad"
        return html.Li([html.Strong(show_change(change.value, self._language), className=mood), f" {change.label}"])

    def _card(self, block: Chart | Sheet, parts: list[Any], is_wide: bool) -> Any:
        heading = f"title-{block.name}"
        link = html.A(
            self._say("csv"),
            href=f"/export/{self._page}/{block.name}.csv?{self._search}",
            className="csv",
            download="",
            **{"aria-label": f"{self._say('download')} {block.title}"},
        )
        return html.Section(
            [
                html.Div([html.H2(block.title, id=heading), link], className="card-head"),
                html.P(block.definition, className="definition"),
                *parts,
                html.P(block.note, className="note") if block.note else None,
            ],
            className="card wide" if is_wide else "card",
            **{"aria-labelledby": heading},
        )

    def _graph(self, block: Chart) -> Any:
        name = {"drill": block.drills} if block.drills else {"graph": block.name}
        graph = dcc.Graph(
            id=name,
            figure=block.figure,
            config=dict(config(self._language)),
            style={"height": f"{block.figure['layout']['height']}px"},
            className="drillable" if block.drills else "",
        )
        label = {"aria-label": f"{block.title}. {block.definition}"}
        if not block.least_width:
            return html.Div(graph, role="img", **label)
        wide = html.Div(graph, role="img", style={"minWidth": f"{block.least_width}px"}, **label)
        return html.Div(wide, className="sideways", tabIndex=0, role="region", **{"aria-label": block.title})

    def _data(self, table: Table) -> Any:
        """One component whatever the rows: Dash is slow where every cell is one."""
        rows = table.rows[:MOST_ROWS]
        head = [column.title for column in table.columns]
        body = [[self._shown(row, column, table) for column in table.columns] for row in rows]
        leading = sum(column.kind not in NUMBERS for column in table.columns)
        cut = html.P(self._say("first_rows"), className="note") if len(table.rows) > MOST_ROWS else None
        scroll = html.Div(
            dmc.Table(data={"head": head, "body": body}, tabularNums=True, className=f"leading-{leading}"),
            className="scroll",
            tabIndex=0,
            role="region",
            **{"aria-label": self._say("show_data")},
        )
        return html.Details([html.Summary(self._say("show_data")), scroll, cut], className="data")

    def _shown(self, row: Any, column: Column, table: Table) -> str:
        return show(row[column.name], column.kind, self._language, table.currency)

    def _grid(self, block: Sheet) -> Any:
        records = [self._record(row, block.table) for row in block.table.rows[:MOST_SHEET_ROWS]]
        columns = [
            {
                "field": column.name,
                "headerName": column.title,
                "headerTooltip": column.definition or column.title,
                "type": "rightAligned" if column.kind in NUMBERS else None,
                "filter": False if column.kind in NUMBERS else "agTextColumnFilter",
                "minWidth": _least_width(column, records),
                "tooltipField": f"{column.name}_shown",
                **(
                    {"valueFormatter": {"function": f"shown(params, '{column.name}')"}} if column.kind != "text" else {}
                ),
            }
            for column in block.table.columns
        ]
        grid = dag.AgGrid(
            id={"grid": block.name},
            columnDefs=columns,
            rowData=records,
            defaultColDef={
                "sortable": True,
                "resizable": True,
                "flex": 1,
                "wrapHeaderText": True,
                "autoHeaderHeight": True,
            },
            dashGridOptions={
                "pagination": len(block.table.rows) > 15,
                "paginationPageSize": 15,
                "paginationPageSizeSelector": False,
                "domLayout": "autoHeight",
                "theme": {"function": GRID_THEME},
                "suppressColumnVirtualisation": True,
                "ensureDomOrder": True,
                "enableCellTextSelection": True,
                "suppressMovableColumns": True,
                "localeText": GRID_WORDS[self._language],
            },
            style={"height": None},
        )
        cut = html.P(self._say("first_rows"), className="note") if len(block.table.rows) > MOST_SHEET_ROWS else None
        return html.Div([grid, cut])

    def _record(self, row: Any, table: Table) -> dict[str, Any]:
        """Numbers to sort by, and every value as it is shown."""
        record: dict[str, Any] = {}
        for column in table.columns:
            value = row[column.name]
            record[column.name] = float(value) if column.kind in NUMBERS and value is not None else _plain(value)
            record[f"{column.name}_shown"] = show(value, column.kind, self._language, table.currency)
        return record


GRID_THEME = (
    "themeQuartz.withParams({backgroundColor: 'var(--card)', foregroundColor: 'var(--ink)',"
    " headerBackgroundColor: 'var(--card)', headerTextColor: 'var(--soft)', borderColor: 'var(--line)',"
    " rowHoverColor: 'var(--hover)', accentColor: 'var(--accent)', fontFamily: 'inherit', fontSize: 13,"
    " cellHorizontalPadding: 10,"
    " browserColorScheme: 'inherit'})"
)
"""The style sheet's colours, so that tables turn dark with the page."""

GRID_WORDS: dict[Language, dict[str, str]] = {
    "en": {},
    "fr": {
        "thousandSeparator": "\u202f",
        "decimalSeparator": ",",
        "page": "Page",
        "to": "à",
        "of": "sur",
        "noRowsToShow": "Aucune donnée",
        "contains": "Contient",
        "notContains": "Ne contient pas",
        "equals": "Égal à",
        "notEqual": "Différent de",
        "startsWith": "Commence par",
        "endsWith": "Finit par",
        "blank": "Vide",
        "notBlank": "Non vide",
        "lessThan": "Inférieur à",
        "greaterThan": "Supérieur à",
        "lessThanOrEqual": "Inférieur ou égal à",
        "greaterThanOrEqual": "Supérieur ou égal à",
        "inRange": "Entre",
        "inRangeStart": "De",
        "inRangeEnd": "À",
        "andCondition": "ET",
        "orCondition": "OU",
        "filterOoo": "Filtrer…",
        "ariaFilterInput": "Valeur du filtre",
        "firstPage": "Première page",
        "previousPage": "Page précédente",
        "nextPage": "Page suivante",
        "lastPage": "Dernière page",
    },
}


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


def notice(block: Notice) -> Any:
    """Something to say in place of figures, or above them."""
    text = [block.text, " ", dcc.Link(block.link_text, href=f"/{block.link}")] if block.link else block.text
    return html.Section([html.H2(block.title), html.P(text)], className=f"card wide notice {block.kind}", role="status")


def _least_width(column: Column, records: Sequence[dict[str, Any]]) -> int:
    """Pixels in which the longest word of the heading and the longest value are read, as far as there is an end."""
    heading = max(len(word) for word in column.title.split())
    button = _HANDLE_PIXELS if column.kind in NUMBERS else _HANDLE_PIXELS + _BUTTON_PIXELS
    longest = max((len(record[f"{column.name}_shown"]) for record in records), default=0)
    letters = max(heading * _LETTER_PIXELS + button, min(longest, _MOST_LETTERS) * _LETTER_PIXELS)
    return round(letters + _CELL_PIXELS)


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
