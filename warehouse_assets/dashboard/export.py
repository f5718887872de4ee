"""Tables as CSV, as spreadsheets of the language read it."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from warehouse_assets.bi.text import Language
from warehouse_assets.dashboard.blocks import Table
from warehouse_assets.dashboard.texts import say

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
_BOM = "\ufeff"


def to_csv(table: Table, language: Language) -> str:
    """Headings and all rows, exact values. French spreadsheets take a semicolon and a decimal comma.

    Text that a spreadsheet would take for a formula is quoted, as it comes from files of others.
    """
    buffer = io.StringIO()
    buffer.write(_BOM)
    writer = csv.writer(buffer, delimiter=";" if language == "fr" else ",", lineterminator="\r\n")
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
    return f"'{text}" if text.startswith(_DANGEROUS) else text
