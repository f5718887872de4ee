"""Colours of every chart, in the dashboard and in Power BI."""

from __future__ import annotations

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#7848fc")
"""Of the dashboard, where pages are light or dark: blue, vermilion, green and purple of Okabe and Ito. Their yellow,
orange and sky blue do not read on white, so that the fifth is a violet, the colour furthest from the four for every
kind of sight that reads on both. More series begin again with other strokes."""
ON_PAPER = (*COLOURS[:3], "#46224f", "#695f23", "#5d1719", "#07458e", "#52606c")
"""The same hues where pages are always light: from the fourth on so dark that no colour blindness confuses two."""
ALERT = "#c4524f"
GREY = "#78838d"
SHARES = ("#e2eff8", "#8abde0", "#2c6b9c", "#124a70")
"""From a share of nothing to all: dark text reads on the first half, light text on the second."""
