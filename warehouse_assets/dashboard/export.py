"""Tables as CSV in the format that spreadsheets of the language expect."""

from __future__ import annotations

import csv
import io
import unicodedata
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from warehouse_assets.bi.text import Language
from warehouse_assets.dashboard.blocks import Table
from warehouse_assets.dashboard.texts import say

_DANGEROUS = "=+-@|%"
"""First characters of spreadsheet formulas and commands, including full-width forms."""
_BOM = "\ufeff"


def to_csv(table: Table, language: Language) -> str:
    """Headings and all rows, exact values. French spreadsheets take a semicolon and a decimal comma.

    Every cell is quoted, so that a spreadsheet with another separator does not split it. Text that a spreadsheet would
    take for a formula gets an apostrophe in front, as it comes from other people's files.
    """
    buffer = io.StringIO()
    buffer.write(_BOM)
    writer = csv.writer(
        buffer, delimiter=";" if language == "fr" else ",", quoting=csv.QUOTE_ALL, lineterminator="\r\n"
    )
    currency = [] if table.currency is None else [say("currency", language)]
    writer.writerow([*(column.title for column in table.columns), *currency])
    for row in table.rows:
        values = [_cell(row[column.name], language) for column in table.columns]
        writer.writerow([*values, *([table.currency] if currency else [])])
    return buffer.getvalue()


def _cell(value: Any, language: Language) -> str:
    if value is None:
        return ""
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, int | float | Decimal):
        return f"{value:f}".replace(".", ",") if language == "fr" and not isinstance(value, int) else str(value)
    text = str(value)
    return f"'{text}" if _is_formula(text) else text


def _is_formula(text: str) -> bool:
    """Whether the first sign that shows is one of a formula; full-width signs count as plain ones."""
    shown = unicodedata.normalize("NFKC", text).lstrip()
    first = shown.lstrip("".join(sign for sign in shown if unicodedata.category(sign) in ("Cc", "Cf")))[:1]
    return first != "" and first in _DANGEROUS
