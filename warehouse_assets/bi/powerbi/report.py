"""A report on the model, in one language: pages of choices and charts on a grid."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from warehouse_assets.bi.charts import Chart
from warehouse_assets.bi.identity import stable_name
from warehouse_assets.bi.powerbi.design import Design, ReportPage
from warehouse_assets.bi.powerbi.phone import phone_layout
from warehouse_assets.bi.powerbi.theme import THEME_PATH, theme, theme_references
from warehouse_assets.bi.powerbi.visuals import Json, Painter
from warehouse_assets.bi.text import Language

SCHEMAS = "https://developer.microsoft.com/json-schemas/fabric"
VISUAL_SCHEMA = f"{SCHEMAS}/item/report/definition/visualContainer/2.4.0/schema.json"
_DEFINITION = f"{SCHEMAS}/item/report/definition"
_WIDTH, _HEIGHT, _GAP = 1280, 720, 12
_BAND, _CARD = 64, 110
"""Heights of the row of choices and of the row of cards."""

Box = tuple[float, float, float, float]
"""x, y, width, height in pixels."""


def report_files(design: Design, language: Language) -> dict[str, str]:
    """The report's files, by path within its folder."""
    order = [stable_name("page", page.name) for page in design.pages]
    files: dict[str, Any] = {
        "definition.pbir": {
            "$schema": f"{SCHEMAS}/item/report/definitionProperties/2.0.0/schema.json",
            "version": "4.0",
            "datasetReference": {"byPath": {"path": f"../{design.folder}"}},
        },
        "definition/version.json": {
            "$schema": f"{_DEFINITION}/versionMetadata/1.0.0/schema.json",
            "version": "2.0.0",
        },
        "definition/report.json": {
            "$schema": f"{_DEFINITION}/report/3.0.0/schema.json",
            **theme_references(),
            "settings": {"exportDataMode": "AllowSummarized", "useStylableVisualContainerHeader": True},
        },
        "definition/pages/pages.json": {
            "$schema": f"{_DEFINITION}/pagesMetadata/1.0.0/schema.json",
            "pageOrder": order,
            "activePageName": order[0],
        },
        THEME_PATH: theme(),
    }
    painter = Painter(design.fields, language, are_choices_synced=design.is_star)
    for page in design.pages:
        files |= _page_files(page, painter)
    return {name: as_json(content) for name, content in files.items()}


def as_json(content: Any) -> str:
    """JSON as Power BI Desktop writes it: two spaces, text as it is."""
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _page_files(page: ReportPage, painter: Painter) -> dict[str, Json]:
    name = stable_name("page", page.name)
    folder = f"definition/pages/{name}"
    files: dict[str, Json] = {
        f"{folder}/page.json": {
            "$schema": f"{_DEFINITION}/page/2.0.0/schema.json",
            "name": name,
            "displayName": page.label.in_language(painter.language),
            "displayOption": "FitToPage",
            "height": _HEIGHT,
            "width": _WIDTH,
        }
    }
    containers = list(_containers(page, painter))
    for order, (container, phone) in enumerate(zip(containers, phone_layout(containers), strict=True)):
        container["position"] |= {"tabOrder": order, "z": order}
        place = f"{folder}/visuals/{container['name']}"
        files |= {f"{place}/visual.json": container, f"{place}/mobile.json": phone}
    return files


def _containers(page: ReportPage, painter: Painter) -> Iterator[Json]:
    cards = [chart for chart in page.charts if chart.kind == "card"]
    others = [chart for chart in page.charts if chart.kind != "card"]
    width = max(4, len(page.choices))
    for choice, box in zip(page.choices, _row(len(page.choices), _GAP, _BAND, columns=width), strict=True):
        name = stable_name("slicer", page.name, choice.column)
        yield _container(name, box, painter.slicer(choice))
    top = _GAP + _BAND + _GAP
    for card, box in zip(cards, _row(len(cards), top, _CARD), strict=True):
        yield _chart_container(card, box, painter)
    top += _CARD + _GAP if cards else 0
    for chart, box in zip(others, _grid(len(others), top), strict=True):
        yield _chart_container(chart, box, painter)


def _row(count: int, top: float, height: float, columns: int | None = None) -> Iterator[Box]:
    width = (_WIDTH - _GAP) / (columns or max(count, 1)) - _GAP
    yield from ((_GAP + place * (width + _GAP), top, width, height) for place in range(count))


def _grid(count: int, top: float) -> Iterator[Box]:
    """Two beside each other, the last one wide where the number is odd."""
    rows = (count + 1) // 2
    height = (_HEIGHT - top) / max(rows, 1) - _GAP
    for row in range(rows):
        yield from _row(min(2, count - 2 * row), top + row * (height + _GAP), height)


def _chart_container(chart: Chart, box: Box, painter: Painter) -> Json:
    kept = painter.filters(chart)
    more = {"filterConfig": {"filters": kept}} if kept else {}
    return _container(stable_name("visual", chart.name), box, painter.visual(chart), **more)


def _container(name: str, box: Box, shown: Json, **more: Json) -> Json:
    x, y, width, height = (round(each, 2) for each in box)
    position = {"x": x, "y": y, "width": width, "height": height}
    return {"$schema": VISUAL_SCHEMA, "name": name, "position": position, "visual": shown, **more}
