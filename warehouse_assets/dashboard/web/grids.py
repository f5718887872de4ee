"""Sheets as grids that the reader sorts and searches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dash_ag_grid as dag
from dash import html

from warehouse_assets.bi.text import Language
from warehouse_assets.dashboard.blocks import Column, Sheet, Table
from warehouse_assets.dashboard.formats import NUMBERS, show
from warehouse_assets.dashboard.texts import say

MOST_SHEET_ROWS = 2000
_LETTER_PIXELS, _CELL_PIXELS, _HANDLE_PIXELS, _BUTTON_PIXELS, _MOST_LETTERS = 7.6, 26, 12, 22, 36
"""Of a sheet: a letter, what stands around a text, a heading's handle, a filter's button, the longest text."""


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


def grid(block: Sheet, language: Language) -> Any:
    """A table to sort, search and page through."""
    records = [_record(row, block.table, language) for row in block.table.rows[:MOST_SHEET_ROWS]]
    columns = [
        {
            "field": column.name,
            "headerName": column.title,
            "headerTooltip": column.definition or column.title,
            "type": "rightAligned" if column.kind in NUMBERS else None,
            "filter": False if column.kind in NUMBERS else "agTextColumnFilter",
            "minWidth": _least_width(column, records),
            "tooltipField": f"{column.name}_shown",
            **({"cellRenderer": "pageLink"} if column.link else {}),
            **({"valueFormatter": {"function": f"shown(params, '{column.name}')"}} if column.kind != "text" else {}),
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
            "localeText": GRID_WORDS[language],
        },
        style={"height": None},
    )
    cut = html.P(say("first_rows", language), className="note") if len(block.table.rows) > MOST_SHEET_ROWS else None
    return html.Div([grid, cut])


def _record(row: Any, table: Table, language: Language) -> dict[str, Any]:
    """Numbers to sort by, and every value as it is shown."""
    record: dict[str, Any] = {}
    for column in table.columns:
        value = row[column.name]
        record[column.name] = float(value) if column.kind in NUMBERS and value is not None else _plain(value)
        record[f"{column.name}_shown"] = show(value, column.kind, language, table.currency)
        if column.link:
            record[f"{column.name}_link"] = row[column.link]
    return record


def _least_width(column: Column, records: Sequence[dict[str, Any]]) -> int:
    """Pixels in which the longest word of the heading and the longest value are read, as far as there is an end."""
    heading = max(len(word) for word in column.title.split())
    button = _HANDLE_PIXELS if column.kind in NUMBERS else _HANDLE_PIXELS + _BUTTON_PIXELS
    longest = max((len(record[f"{column.name}_shown"]) for record in records), default=0)
    letters = max(heading * _LETTER_PIXELS + button, min(longest, _MOST_LETTERS) * _LETTER_PIXELS)
    return round(letters + _CELL_PIXELS)


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
