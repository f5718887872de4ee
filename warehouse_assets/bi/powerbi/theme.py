"""The reports' theme: the palette of the dashboard, text that reads, and the file's place in a report."""

from __future__ import annotations

from typing import Any

from warehouse_assets.bi.palette import ALERT, COLOURS, GREY, ON_PAPER, SHARES

THEME = "Warehouse.json"
THEME_PATH = f"StaticResources/RegisteredResources/{THEME}"
INK, PAPER, _FONT = "#22303c", "#ffffff", "Segoe UI"


def theme() -> dict[str, Any]:
    """The theme file, as Power BI imports it."""
    return {
        "name": THEME.removesuffix(".json"),
        "dataColors": list(ON_PAPER),
        "foreground": INK,
        "background": PAPER,
        "tableAccent": COLOURS[0],
        "good": COLOURS[2],
        "neutral": GREY,
        "bad": ALERT,
        "minimum": SHARES[0],
        "center": SHARES[1],
        "maximum": SHARES[3],
        "null": PAPER,
        "textClasses": {
            "label": {"fontFace": _FONT, "fontSize": 10, "color": INK},
            "title": {"fontFace": f"{_FONT} Semibold", "fontSize": 12, "color": INK},
            "callout": {"fontFace": f"{_FONT} Semibold", "fontSize": 24, "color": INK},
        },
    }


def theme_references() -> dict[str, Any]:
    """The parts of `report.json` that name the file."""
    versions = {"visual": "2.4.0", "report": "3.0.0", "page": "2.0.0"}
    item = {"name": THEME, "path": THEME, "type": "CustomTheme"}
    return {
        "themeCollection": {
            "customTheme": {"name": THEME, "reportVersionAtImport": versions, "type": "RegisteredResources"}
        },
        "resourcePackages": [{"name": "RegisteredResources", "type": "RegisteredResources", "items": [item]}],
    }
