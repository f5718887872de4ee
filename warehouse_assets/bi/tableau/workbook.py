"""A workbook: data sources, a worksheet per chart, a dashboard per page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree import ElementTree as ET

from warehouse_assets.bi.charts import Chart
from warehouse_assets.bi.labels import PAGE_LABELS
from warehouse_assets.bi.layout import CHARTS
from warehouse_assets.bi.metrics import PAGES, Page
from warehouse_assets.bi.tableau.controls import Control, control_zone, controls_of, dashboard_sources
from warehouse_assets.bi.tableau.sheets import sheet_name, simple_id, worksheet
from warehouse_assets.bi.tableau.sources import VERSION, Source, datasource, mart_tables
from warehouse_assets.bi.tableau.xml import as_text, element, group
from warehouse_assets.bi.text import Language

MARTS = ("mart_sales", "mart_customers")
_BUILD = "2026.1.0 (20261.26.0211.1127)"
_WHOLE = 100_000
"""Width and height of a dashboard in Tableau's own unit."""
_CONTROL_HEIGHT, _CARD_HEIGHT = 8_000, 16_000


def workbook(source: Source, language: Language, marts: tuple[str, ...] = MARTS) -> str:
    """The text of a `.twb` on the chosen marts."""
    pages = {page: shown for page in PAGES if (shown := _charts(page, marts))}
    charts = [chart for each in pages.values() for chart in each]
    root = element(
        "workbook",
        {"original-version": VERSION, "source-build": _BUILD, "source-platform": "win", "version": VERSION},
        element("document-format-change-manifest", None, element("ManifestByVersion")),
        group("datasources", [datasource(table, source, language) for table in mart_tables(marts)]),
        group("worksheets", [worksheet(chart, language) for chart in charts]),
        group("dashboards", [_dashboard(page, each, language) for page, each in pages.items()]),
        group("windows", [*_dashboard_windows(pages, language), *_sheet_windows(charts, language)]),
        element(
            "explain-data",
            {"enabled-for-viewer": "true", "extreme-values-enabled-for-all": "false"},
            element("explanation-types"),
        ),
    )
    return as_text(root)


def _charts(page: Page, marts: tuple[str, ...]) -> tuple[Chart, ...]:
    return tuple(chart for chart in CHARTS[page] if chart.place.split(".")[0] in marts)


def _dashboard_name(page: Page, language: Language) -> str:
    """Apart from the sheets' names, of which a dashboard's must not be one."""
    label = PAGE_LABELS[page].in_language(language)
    return f"{label} dashboard" if language == "en" else f"Tableau de bord : {label.lower()}"


def _dashboard(page: Page, charts: Sequence[Chart], language: Language) -> ET.Element:
    size = {"maxheight": "900", "maxwidth": "1400", "minheight": "700", "minwidth": "1000"}
    controls = controls_of(charts)
    shown = [*_zones(charts, language, _CONTROL_HEIGHT if controls else 0)]
    shown += _control_zones(controls, language, len(shown) + 2)
    zones = element("zone", _box(0, 0, _WHOLE, _WHOLE) | {"id": "1", "type-v2": "layout-basic"}, *shown)
    return element(
        "dashboard",
        {"name": _dashboard_name(page, language)},
        element("style"),
        element("size", size),
        *dashboard_sources(controls, language),
        element("zones", None, zones),
        simple_id("dashboard", page),
    )


def _box(x: int, y: int, width: int, height: int) -> dict[str, str]:
    return {"h": str(height), "w": str(width), "x": str(x), "y": str(y)}


def _control_zones(controls: Sequence[Control], language: Language, first: int) -> Iterator[ET.Element]:
    """Filters in a row at the top."""
    for place, control in enumerate(controls):
        left, right = (each * _WHOLE // len(controls) for each in (place, place + 1))
        box = _box(left, 0, right - left, _CONTROL_HEIGHT)
        yield control_zone(control, first + place, box, sheet_name(control.sheet, language), language)


def _zones(charts: Sequence[Chart], language: Language, top: int) -> Iterator[ET.Element]:
    """Cards in a row, the other charts two beside each other, all beneath `top`."""
    cards = [chart for chart in charts if chart.kind == "card"]
    others = [chart for chart in charts if chart.kind != "card"]
    boxes = [_box(place * _WHOLE // len(cards), top, _WHOLE // len(cards), _CARD_HEIGHT) for place in range(len(cards))]
    top += _CARD_HEIGHT if cards else 0
    rows = (len(others) + 1) // 2
    height = (_WHOLE - top) // rows
    for place in range(len(others)):
        is_wide = place == len(others) - 1 and len(others) % 2
        width = _WHOLE if is_wide else _WHOLE // 2
        boxes.append(_box(0 if is_wide else place % 2 * width, top + place // 2 * height, width, height))
    for number, (chart, box) in enumerate(zip([*cards, *others], boxes, strict=True), 2):
        yield element("zone", box | {"id": str(number), "name": sheet_name(chart, language)})


def _dashboard_windows(pages: dict[Page, tuple[Chart, ...]], language: Language) -> Iterator[ET.Element]:
    for page, charts in pages.items():
        first = {"maximized": "true"} if page == next(iter(pages)) else {}
        yield element(
            "window",
            {"class": "dashboard", **first, "name": _dashboard_name(page, language)},
            group("viewpoints", [element("viewpoint", {"name": sheet_name(chart, language)}) for chart in charts]),
            element("active", {"id": "-1"}),
            simple_id("dashboard window", page),
        )


def _sheet_windows(charts: Sequence[Chart], language: Language) -> Iterator[ET.Element]:
    for chart in charts:
        yield element(
            "window",
            {"class": "worksheet", "name": sheet_name(chart, language)},
            _cards(),
            simple_id("sheet window", chart.name),
        )


def _cards() -> ET.Element:
    """The panels beside and above a sheet."""
    left = [element("card", {"type": kind}) for kind in ("pages", "filters", "marks")]
    top = [element("card", {"type": kind}) for kind in ("columns", "rows", "title")]
    return group(
        "cards",
        [
            element("edge", {"name": "left"}, element("strip", {"size": "160"}, *left)),
            element("edge", {"name": "top"}, *(element("strip", {"size": "2147483647"}, card) for card in top)),
        ],
    )
