"""Small lines without axes, as images."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from warehouse_assets.bi.palette import COLOURS

_WIDTH, _HEIGHT = 150, 32


def sparkline(values: Sequence[Any]) -> str:
    """A small line as an SVG image in a `data:` address; None leaves a gap. Empty where the values do not differ."""
    known = [float(value) for value in values if value is not None]
    if len(set(known)) < 2:
        return ""
    low, span = min(known), max(known) - min(known)
    step = _WIDTH / (len(values) - 1)
    points = [
        None
        if value is None
        else (round(2 + place * step, 1), round(2 + _HEIGHT * (1 - (float(value) - low) / span), 1))
        for place, value in enumerate(values)
    ]
    drawn, is_pen_down = [], False
    for point in points:
        if point is not None:
            drawn.append(f"{'L' if is_pen_down else 'M'}{point[0]} {point[1]}")
        is_pen_down = point is not None
    end = next(point for point in reversed(points) if point is not None)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH + 6} {_HEIGHT + 4}">'
        f'<path d="{"".join(drawn)}" fill="none" stroke="{COLOURS[0]}" stroke-width="2"/>'
        f'<circle cx="{end[0]}" cy="{end[1]}" r="2.5" fill="{COLOURS[0]}"/></svg>'
    )
    return f"data:image/svg+xml,{quote(svg)}"
