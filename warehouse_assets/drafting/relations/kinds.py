"""Rows that are no sales by what a column calls them: credit notes and refunds, payments and deposits."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from warehouse_assets.drafting.tables.profiles import Column
from warehouse_assets.drafting.weighing.evidence import Evidence, is_of_kinds
from warehouse_assets.drafting.weighing.rows import Codes, Rows, determines
from warehouse_assets.ingestion.contract.words.status_words import are_statuses, is_like_returned

_CREDIT = re.compile(
    r"\b(?:credit (?:note|memo)|nota (?:di|de) cr[eé]dito|notes? de cr[eé]dit|avoirs?|gutschrift|creditnota|abono"
    r"|refunds?|rimborso|remboursement|reembolso|erstattung|terugbetaling)\b",
    re.IGNORECASE,
)
_PAYMENT = re.compile(
    r"\b(?:payments?|prepayment|paiement|r[eè]glement|versement|zahlung|anzahlung|einzahlung|auszahlung|pago|pagamento"
    r"|betaling|aanbetaling|deposits?|acompte|anticipo|acconto|tender|payouts?|withdrawal)\b",
    re.IGNORECASE,
)
_MOST = 12
_ONE_PER_ORDER = 0.98


def find_kinds(
    columns: Sequence[Column], rows: Rows, orders: Codes | None, measures: Sequence[Column]
) -> tuple[Evidence, Mapping[str, str]] | None:
    """The column that tells kinds of rows apart, and the line types of those that its words tell."""
    for column in columns:
        found = _row_kinds(column, rows, measures)
        differ = orders is not None and determines(orders, rows.codes(column)) < _ONE_PER_ORDER
        if not found and not (is_of_kinds(column) and differ):
            continue
        # Kinds that differ within orders may be sums and payments too: they stay unknown until somebody says.
        others = () if differ else sorted({*column.sample} - {*found})
        kinds = ", ".join(sorted(set(column.sample))[:6])
        doubt = f"rows of several kinds ({kinds}): say under [line_types] what they are, and which are no sales"
        if any(map(is_like_returned, column.sample)):
            doubt += "; refunds with amounts above 0 are of the type refund"
        return Evidence("line_type", column, 1, 1, 1, doubt=doubt), {**found, **dict.fromkeys(others, "product")}
    return None


def _row_kinds(column: Column, rows: Rows, measures: Sequence[Column]) -> Mapping[str, str]:
    """Value -> line type of the values that name no sale; none where the column tells nothing of the kind.

    A column that is called kind or type may also speak of returns and payments. What most rows are is a sale.
    """
    texts = [str(text) for text in rows.texts[column.table, column.name]]
    is_named = is_of_kinds(column)
    if not (is_named or 2 <= column.distinct <= _MOST) or column.numbers or column.is_dates:
        return {}
    if are_statuses(column.sample) and not is_named:
        return {}
    found: dict[str, str] = {}
    for text in column.sample:
        chosen = np.array([one == text for one in texts], dtype=np.bool_)
        if _CREDIT.search(text) or (is_named and is_like_returned(text)):
            found[text] = "product" if _are_below_zero(rows, measures, chosen) else "refund"
        elif is_named and _PAYMENT.search(text):
            found[text] = "left out"
    odd = sum(text in found for text in texts)
    return found if odd <= len(texts) / 2 else {}


def _are_below_zero(rows: Rows, measures: Sequence[Column], chosen: np.ndarray) -> bool:
    return any(bool((rows.numbers(one)[chosen] < 0).any()) for one in measures if rows.has(one))
