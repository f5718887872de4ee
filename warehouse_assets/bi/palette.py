"""Colours of every chart, in the dashboard and in Power BI."""

from __future__ import annotations

COLOURS = ("#2b7cb8", "#c9701f", "#2f8f6b", "#9a5fa8", "#8a7d1e", "#c4524f", "#5f7fd0", "#78838d")
"""Of the dashboard, where pages are light or dark."""
ON_PAPER = (*COLOURS[:3], "#46224f", "#695f23", "#5d1719", "#07458e", "#52606c")
"""The same hues where pages are always light: from the fourth on so dark that no colour blindness confuses two."""
ALERT = "#c4524f"
GREY = "#78838d"
SHARES = ("#e2eff8", "#8abde0", "#2c6b9c", "#124a70")
"""From a share of nothing to all: dark text reads on the first half, light text on the second."""
