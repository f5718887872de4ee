"""Refunds that are told above 0: lines of the type `refund`, which count below 0."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from warehouse_assets.ingestion.contract.amounts import MONEY
from warehouse_assets.ingestion.contract.frame import Mask, column_of, mapped
from warehouse_assets.ingestion.contract.rules import Finding
from warehouse_assets.ingestion.readers.refund_files import REFUND

IS_REFUND = "is_refund"
"""Column of the parsed frame: whether the line is a refund."""
_TURNED = ("quantity", *(name for name in MONEY if name != "unit_price"))
_SIGNED = ("quantity", "unit_price", "line_amount")
_IS_TURNED = "is_turned"


def kind_of(text: str, known: Mapping[str, str]) -> tuple[str | None, bool]:
    """The line type of a text, and whether it is a refund: `refund shipping` is one of shipping."""
    kind = known.get(text)
    if kind is None and text.startswith(f"{REFUND} "):
        return known.get(text.removeprefix(f"{REFUND} ")), True
    return kind, kind == REFUND


def add_refunds(raw: pd.DataFrame, parsed: pd.DataFrame, is_refund: Mask) -> Finding:
    """Notes which lines are to be turned, and gives those without a type one: of a product where they name one."""
    parsed[IS_REFUND] = is_refund
    named = column_of(raw, "product_id").notna() | column_of(raw, "product_name").notna()
    plain = parsed["line_type"] == REFUND
    parsed["line_type"] = parsed["line_type"].mask(plain, named.map({True: "product", False: "adjustment"}))
    below = [parsed[name].lt(0).to_numpy(dtype=np.bool_) for name in _SIGNED if name in parsed]
    is_below = is_refund & np.logical_or.reduce(below)
    parsed[_IS_TURNED] = is_refund & ~is_below
    column = [name for name in _SIGNED if name in raw][-1]
    return Finding("refund_below_zero", "warn", column, "of a refund is below 0 already", is_below, raw[column])


def turn_refunds(parsed: pd.DataFrame) -> None:
    """Quantities and amounts of refunds below 0; one that is told below 0 stays as it is."""
    turned = parsed[_IS_TURNED].to_numpy(dtype=np.bool_)
    if not turned.any():
        return
    for name in (f"{name}_text" for name in _TURNED):
        if name in parsed:
            parsed[name] = parsed[name].mask(turned, mapped(parsed[name], _turned))


def _turned(number: str) -> str:
    return number[1:] if number.startswith("-") else f"-{number}" if number != "0" else number
