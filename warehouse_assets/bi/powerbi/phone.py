"""The layout for phones: what the reader chooses and figures two by two, then one chart below the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

PHONE_SCHEMA = (
    "https://developer.microsoft.com/json-schemas/fabric/item/report/definition"
    "/visualContainerMobileState/2.2.0/schema.json"
)
PHONE_WIDTH = 320
"""Power BI's phone canvas, in pixels; it is as long as its visuals."""
_GAP, _CHART = 8, 260
_SMALL = {"slicer": 68, "card": 96}
"""Visual types that stand two in a row -> their height."""


def phone_layout(containers: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """The file `mobile.json` of each visual, in their order; those of one kind stand together."""
    top, left, height = 0, 0, 0
    former = None
    for order, container in enumerate(containers):
        kind = container["visual"]["visualType"]
        is_beside = kind in _SMALL and kind == former and left == 0
        left = PHONE_WIDTH // 2 if is_beside else 0
        top += 0 if is_beside else height
        height = _SMALL.get(kind, _CHART)
        former = kind
        width = PHONE_WIDTH // 2 if kind in _SMALL else PHONE_WIDTH
        position = {"x": left, "y": top, "width": width - _GAP, "height": height - _GAP, "z": order, "tabOrder": order}
        yield {"$schema": PHONE_SCHEMA, "position": position}
