"""Tables as files: CSV in the format that spreadsheets of the language expect, and XLSX."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from warehouse_assets.bi.text import Language
from warehouse_assets.dashboard.blocks import Table
from warehouse_assets.dashboard.formats import Kind
from warehouse_assets.dashboard.texts import say

_DANGEROUS = "=+-@|%"
"""First characters of spreadsheet formulas and commands, including full-width forms."""
_BOM = "\ufeff"
_WIDEST = 60
_NUMBER_FORMS: Mapping[Kind, str] = {
    "money": "#,##0.00",
    "count": "#,##0",
    "number": "#,##0.00",
    "percent": "0.0%",
    "days": "#,##0.0",
    "years": "#,##0.0",
}
"""Of a spreadsheet, which writes them in the language of its user."""


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


def to_xlsx(table: Table, language: Language) -> bytes:
    """A workbook with one sheet: headings, a filter, and all rows as numbers, dates and texts, never as formulas.

    The same table gives the same bytes.
    """
    buffer = io.BytesIO()
    with Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"created": datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)})
        _fill(book, book.add_worksheet(), table, language)
    return buffer.getvalue()


def _fill(book: Workbook, sheet: Worksheet, table: Table, language: Language) -> None:
    bold = book.add_format({"bold": True})
    headings = [column.title for column in table.columns]
    headings += [] if table.currency is None else [say("currency", language)]
    for place, heading in enumerate(headings):
        sheet.write_string(0, place, heading, bold)
        sheet.set_column(place, place, min(_WIDEST, max(12, len(heading) + 2)))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(table.rows), len(headings) - 1)
    forms = [book.add_format({"num_format": _NUMBER_FORMS.get(column.kind, "yyyy-mm-dd")}) for column in table.columns]
    for number, row in enumerate(table.rows, 1):
        for place, (column, form) in enumerate(zip(table.columns, forms, strict=True)):
            _write(sheet, (number, place), row[column.name], form)
        if table.currency is not None:
            sheet.write_string(number, len(headings) - 1, table.currency)


def _write(sheet: Worksheet, place: tuple[int, int], value: Any, form: Format) -> None:
    if value is None:
        return
    if isinstance(value, datetime):
        sheet.write_string(*place, value.isoformat())
    elif isinstance(value, date):
        sheet.write_datetime(*place, value, form)
    elif isinstance(value, int | float | Decimal):
        sheet.write_number(*place, value, form)
    else:
        sheet.write_string(*place, str(value))
