"""Colours of the reports: told apart with any kind of colour blindness, and read on paper and on cells."""

from __future__ import annotations

import re
from itertools import combinations
from math import dist
from pathlib import Path

import pytest

import warehouse_assets.dashboard
from warehouse_assets.bi.palette import ALERT, COLOURS, GREY, ON_PAPER, SHARES
from warehouse_assets.bi.powerbi.theme import INK, PAPER, theme

STYLE = Path(warehouse_assets.dashboard.__file__).parent / "assets" / "dashboard.css"
Three = tuple[float, float, float]
SIGHTS: dict[str, tuple[Three, Three, Three]] = {
    "all colours": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no green": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
    "no red": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "no blue": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039)),
}
"""Linear red, green and blue as people see them who lack a kind of cone (Machado, Oliveira and Fernandes 2009)."""
_TO_XYZ = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
_WHITE = (0.95047, 1, 1.08883)


def linear(colour: str) -> Three:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return red, green, blue


def times(matrix: tuple[Three, Three, Three], colour: Three) -> Three:
    one, two, three = (sum(a * b for a, b in zip(row, colour, strict=True)) for row in matrix)
    return one, two, three


def lab(colour: Three) -> Three:
    """CIE L*a*b*, in which a distance of 2 is just seen."""
    parts = (part / white for part, white in zip(times(_TO_XYZ, colour), _WHITE, strict=True))
    x, y, z = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in parts)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def contrast(one: str, other: str) -> float:
    """As WCAG 2 counts it, 1 to 21."""
    darker, lighter = sorted(times(_TO_XYZ, linear(colour))[1] for colour in (one, other))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("palette", [COLOURS, ON_PAPER], ids=["dashboard", "paper"])
@pytest.mark.parametrize("sight", SIGHTS)
def test_no_two_colours_of_a_chart_look_alike(sight: str, palette: tuple[str, ...]) -> None:
    seen = [lab(times(SIGHTS[sight], linear(colour))) for colour in palette]
    assert min(dist(one, other) for one, other in combinations(seen, 2)) > 10


def test_every_colour_of_the_dashboard_reads_on_light_and_dark_cards() -> None:
    cards = re.findall(r"--card: (#[0-9a-f]{6})", STYLE.read_text(encoding="utf-8"))
    assert len(set(cards)) == 2
    assert min(contrast(colour, card) for colour in (*COLOURS, GREY, ALERT) for card in cards) >= 3


def test_every_colour_reads_on_paper() -> None:
    assert len(set(ON_PAPER)) == 8
    assert min(contrast(colour, PAPER) for colour in ON_PAPER) >= 3


def test_text_reads_on_paper_and_on_every_cell_of_the_cohorts() -> None:
    assert min(contrast(INK, cell) for cell in (PAPER, *SHARES[:2])) >= 4.5


def test_the_theme_wears_them() -> None:
    assert theme()["dataColors"] == list(ON_PAPER)
