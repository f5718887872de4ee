"""Blocks as Dash components."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

import dash_mantine_components as dmc
from dash import dcc, html

from warehouse_assets.bi.text import Language
from warehouse_assets.dashboard.blocks import (
    Block,
    Change,
    Chart,
    Column,
    Definition,
    Headline,
    Headlines,
    Notice,
    Sheet,
    Table,
)
from warehouse_assets.dashboard.charts import config
from warehouse_assets.dashboard.formats import NUMBERS, show, show_change
from warehouse_assets.dashboard.sparklines import sparkline
from warehouse_assets.dashboard.texts import say
from warehouse_assets.dashboard.web.grids import grid

MOST_ROWS = 400
"""Rows of a table beneath a chart; the CSV holds them all."""
MOST_PRINTED_ROWS = 100
"""Rows of a sheet on paper, where nobody turns its pages."""


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
        return self._card(block, [grid(block, self._language), self._on_paper(block.table)], block.is_wide)

    def _say(self, key: str) -> str:
        return say(key, self._language)

    def _headline(self, one: Headline) -> Any:
        spark = sparkline(one.spark)
        return html.Article(
            [
                html.Div(
                    [html.H2(one.title, className="headline-title"), self._info(one.title, one.definition)],
                    className="card-head",
                ),
                html.P(one.value, className="headline-value", title=one.exact),
                html.Img(src=spark, alt=self._say("course"), className="spark") if spark else None,
                html.P(one.note, className="headline-note") if one.note else None,
                html.Ul([self._change(change) for change in one.changes], className="changes") if one.changes else None,
            ],
            className="card headline",
        )

    def _change(self, change: Change) -> Any:
        mood = "even" if not change.value else "good" if (change.value > 0) == change.is_growth_good else "bad"
        amount = show_change(change.value, self._language, is_points=change.is_points)
        reason = f" ({self._say('not_comparable')})" if change.value is None else ""
        return html.Li([html.Strong(amount, className=mood), f" {change.label}{reason}"])

    def _card(self, block: Chart | Sheet, parts: list[Any], is_wide: bool) -> Any:
        heading = f"title-{block.name}"
        return html.Section(
            [
                html.Div(
                    [
                        html.H2(block.title, id=heading),
                        self._info(block.title, block.definition),
                        html.Span(list(self._downloads(block)), className="downloads"),
                    ],
                    className="card-head",
                ),
                *parts,
                html.P(block.note, className="note") if block.note else None,
            ],
            className="card wide" if is_wide else "card",
            **{"aria-labelledby": heading},
        )

    def _downloads(self, block: Chart | Sheet) -> Iterator[Any]:
        """The block's table as files, and its picture, which the browser draws."""
        label = f"{block.title}: {self._say('download')}"
        for kind in ("csv", "xlsx"):
            yield html.A(
                kind.upper(),
                href=f"/export/{self._page}/{block.name}.{kind}?{self._search}",
                className=f"download {kind}",
                download="",
                **{"aria-label": f"{label} {kind.upper()}"},
            )
        if isinstance(block, Chart):
            picture = {"data-file": f"{self._page}_{block.name}", "data-title": block.title}
            yield html.Button(
                "PNG", type="button", className="download png", **{"aria-label": f"{label} PNG"}, **picture
            )

    def _info(self, title: str, definition: Definition) -> Any:
        """An icon that opens the definition, and in it the SQL."""
        statement = (
            html.Details([html.Summary("SQL"), html.Pre(html.Code(definition.sql), tabIndex=0)], className="sql")
            if definition.sql
            else None
        )
        opening = html.Summary(
            "i", title=self._say("definition"), **{"aria-label": f"{self._say('definition')}: {title}"}
        )
        return html.Details([opening, html.Div([html.P(definition.text), statement])], className="info")

    def _graph(self, block: Chart) -> Any:
        name = {"drill": block.drills} if block.drills else {"graph": block.name}
        graph = dcc.Graph(
            id=name,
            figure=block.figure,
            config=dict(config(self._language)),
            style={"height": f"{block.figure['layout']['height']}px"},
            className="drillable" if block.drills else "",
        )
        label = {"aria-label": f"{block.title}. {block.definition.short}"}
        if not block.least_width:
            return html.Div(graph, role="img", **label)
        wide = html.Div(graph, role="img", style={"minWidth": f"{block.least_width}px"}, **label)
        return html.Div(wide, className="sideways", tabIndex=0, role="region", **{"aria-label": block.title})

    def _on_paper(self, table: Table) -> Any:
        """The first rows of a sheet, which only a printed page shows in place of the grid."""
        cut = html.P(self._say("first_rows"), className="note") if len(table.rows) > MOST_PRINTED_ROWS else None
        return html.Div([self._rows(table, MOST_PRINTED_ROWS), cut], className="printed")

    def _rows(self, table: Table, most: int) -> Any:
        """One component whatever the rows: Dash is slow where every cell is one."""
        head = [column.title for column in table.columns]
        body = [[self._shown(row, column, table) for column in table.columns] for row in table.rows[:most]]
        leading = sum(column.kind not in NUMBERS for column in table.columns)
        return dmc.Table(data={"head": head, "body": body}, tabularNums=True, className=f"leading-{leading}")

    def _data(self, table: Table) -> Any:
        cut = html.P(self._say("first_rows"), className="note") if len(table.rows) > MOST_ROWS else None
        scroll = html.Div(
            self._rows(table, MOST_ROWS),
            className="scroll",
            tabIndex=0,
            role="region",
            **{"aria-label": self._say("show_data")},
        )
        return html.Details([html.Summary(self._say("show_data")), scroll, cut], className="data")

    def _shown(self, row: Any, column: Column, table: Table) -> str:
        return show(row[column.name], column.kind, self._language, table.currency)


def notice(block: Notice) -> Any:
    """Something to say in place of figures, or above them."""
    text = [block.text, " ", dcc.Link(block.link_text, href=f"/{block.link}")] if block.link else block.text
    return html.Section([html.H2(block.title), html.P(text)], className=f"card wide notice {block.kind}", role="status")
