"""Lines that are no articles by their name: shipping, fees, discounts, gift cards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from warehouse_assets.drafting.tables.profiles import Column
from warehouse_assets.drafting.weighing.evidence import Evidence
from warehouse_assets.drafting.weighing.rows import Rows
from warehouse_assets.ingestion.contract.words.charge_names import Charge, charge_of


@dataclass(frozen=True)
class Charges:
    """The column that names them, the names of each kind in lower case, and what their amounts are."""

    column: Column | None = None
    names: Mapping[Charge, tuple[str, ...]] = field(default_factory=dict)
    are_below_zero: bool = False
    """Whether some discounts have an amount below 0."""
    are_above_zero: bool = False
    """Whether some discounts have an amount above 0."""


def find_charges(fields: Mapping[str, Evidence], rows: Rows) -> Charges:
    """The charges among the lines; none where a column says what each line is, or where no line is an article."""
    named = fields.get("product_name") or fields.get("product_id")
    if named is None or "line_type" in fields or not rows.has(named.column):
        return Charges()
    texts = np.array([str(text).lower() for text in rows.texts[named.column.table, named.column.name]], dtype=object)
    kinds = {text: kind for text in sorted(set(texts)) if (kind := charge_of(text))}
    if not kinds or len(kinds) == len(set(texts) - {""}):
        return Charges()
    price = fields.get("unit_price") or fields.get("line_amount")
    is_discount = np.array([kinds.get(text) == "adjustment" for text in texts], dtype=np.bool_)
    has_amounts = price is not None and rows.has(price.column)
    amounts = rows.numbers(price.column)[is_discount] if price and has_amounts else np.zeros(0)
    names = {kind: tuple(text for text in kinds if kinds[text] == kind) for kind in sorted(set(kinds.values()))}
    return Charges(named.column, names, bool((amounts < 0).any()), bool((amounts > 0).any()))
