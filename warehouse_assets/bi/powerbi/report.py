"""A report on the model, in one language: pages of choices and charts on a grid."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from warehouse_assets.bi.charts import Chart
from warehouse_assets.bi.identity import stable_name
from warehouse_assets.bi.labels import PAGE_LABELS
from warehouse_assets.bi.layout import CHARTS, CHOICES
from warehouse_assets.bi.metrics import PAGES, Page
from warehouse_assets.bi.powerbi.visuals import Json, filters, slicer, visual
from warehouse_assets.bi.text import Language

SCHEMAS = "https://developer.microsoft.com/json-schemas/fabric"
VISUAL_SCHEMA = f"{SCHEMAS}/item/report/definition/visualContainer/2.4.0/schema.json"
_DEFINITION = f"{SCHEMAS}/item/report/definition"
_WIDTH, _HEIGHT, _GAP = 1280, 720, 12
_BAND, _CARD = 64, 110
"""Heights of the row of choices and of the row of cards."""

Box = tuple[float, float, float, float]
"""x, y, width, height in pixels."""


def report_files(model_folder: str, language: Language) -> dict[str, str]:
    """The report's files, by path within its folder."""
    order = [stable_name("page", page) for page in PAGES]
    files: dict[str, Any] = {
        "definition.pbir": {
            "$schema": f"{SCHEMAS}/item/report/definitionProperties/2.0.0/schema.json",
            "version": "4.0",
            "datasetReference": {"byPath": {"path": f"../{model_folder}"}},
        },
        "definition/version.json": {
            "$schema": f"{_DEFINITION}/versionMetadata/1.0.0/schema.json",
            "version": "2.0.0",
        },
        "definition/report.json": {
            "$schema": f"{_DEFINITION}/report/3.0.0/schema.json",
            "themeCollection": {},
            "settings": {"exportDataMode": "AllowSummarized", "useStylableVisualContainerHeader": True},
        },
        "definition/pages/pages.json": {
            "$schema": f"{_DEFINITION}/pagesMetadata/1.0.0/schema.json",
            "pageOrder": order,
            "activePageName": order[0],
        },
    }
    for page in PAGES:
        files |= _page_files(page, language)
    return {name: as_json(content) for name, content in files.items()}


def as_json(content: Any) -> str:
    """JSON as Power BI Desktop writes it: two spaces, text as it is."""
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _page_files(page: Page, language: Language) -> dict[str, Json]:
    name = stable_name("page", page)
    folder = f"definition/pages/{name}"
    files: dict[str, Json] = {
        f"{folder}/page.json": {
            "$schema": f"{_DEFINITION}/page/2.0.0/schema.json",
            "name": name,
            "displayName": PAGE_LABELS[page].in_language(language),
            "displayOption": "FitToPage",
            "height": _HEIGHT,
            "width": _WIDTH,
        }
    }
    for order, container in enumerate(_containers(page, language)):
        container["position"] |= {"tabOrder": order, "z": order}
        files[f"{folder}/visuals/{container['name']}/visual.json"] = container
    return files


def _containers(page: Page, language: Language) -> Iterator[Json]:
    choices, charts = CHOICES[page], CHARTS[page]
    cards = [chart for chart in charts if chart.kind == "card"]
    others = [chart for chart in charts if chart.kind != "card"]
    for choice, box in zip(choices, _row(len(choices), _GAP, _BAND, columns=4), strict=True):
        name = stable_name("slicer", page, choice.column)
        yield _container(name, box, slicer(choice, language))
    top = _GAP + _BAND + _GAP
    for card, box in zip(cards, _row(len(cards), top, _CARD), strict=True):
        yield _chart_container(card, box, language)
    top += _CARD + _GAP if cards else 0
    for chart, box in zip(others, _grid(len(others), top), strict=True):
        yield _chart_container(chart, box, language)


def _row(count: int, top: float, height: float, columns: int | None = None) -> Iterator[Box]:
    width = (_WIDTH - _GAP) / (columns or max(count, 1)) - _GAP
    yield from ((_GAP + place * (width + _GAP), top, width, height) for place in range(count))


def _grid(count: int, top: float) -> Iterator[Box]:
    """Two beside each other, the last one wide where the number is odd."""
    rows = (count + 1) // 2
    height = (_HEIGHT - top) / max(rows, 1) - _GAP
    for row in range(rows):
        yield from _row(min(2, count - 2 * row), top + row * (height + _GAP), height)


def _chart_container(chart: Chart, box: Box, language: Language) -> Json:
    kept = filters(chart)
    more = {"filterConfig": {"filters": kept}} if kept else {}
    return _container(stable_name("visual", chart.name), box, visual(chart, language), **more)


def _container(name: str, box: Box, shown: Json, **more: Json) -> Json:
    x, y, width, height = (round(each, 2) for each in box)
    position = {"x": x, "y": y, "width": width, "height": height}
    return {"$schema": VISUAL_SCHEMA, "name": name, "position": position, "visual": shown, **more}
