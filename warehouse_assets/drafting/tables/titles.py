"""Lines above the header of a delimited file: titles, blank lines, lines of empty fields."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path

from warehouse_assets.drafting.tables.dates import find_dates
from warehouse_assets.splitting.dialect import DELIMITERS
from warehouse_assets.splitting.source import scan_source, text_lines

_SAMPLE = 200
_VALUE = re.compile(r"[-+]?\d[\d.,]*[.,]\d{2}|[^@\s]+@[^@\s]+\.[a-z]{2,}", re.IGNORECASE)
"""An amount with two decimals or an e-mail address, which are no names of columns."""
_MOST_DATES = 3
_WIDE_ENOUGH = 0.5
"""A header has at least this share of the fields that most lines have."""


def title_lines(path: Path, encoding: str | None = None) -> int:
    """How many lines stand above the header.

    The header is the first line with at least half as many filled fields as most lines have fields. A line
    whose fields hold line breaks ends the search.
    """
    lines = list(islice(chain.from_iterable(text_lines(path, scan_source(path, encoding))), _SAMPLE))
    later = lines[len(lines) // 4 :] or lines
    delimiter = max(DELIMITERS, key=lambda one: _regularity(later, one))
    usual = _usual_width(later, delimiter)
    if usual < 2:
        return 0
    for number, line in enumerate(lines):
        fields = _fields(line, delimiter)
        if len(fields) >= _WIDE_ENOUGH * usual and sum(bool(text.strip()) for text in fields) >= _WIDE_ENOUGH * usual:
            below = range(number + 1, min(number + 6, len(lines)))
            whole = [later for later in below if len(fields) < usual and _is_header(lines[later], delimiter, usual)]
            found = whole[0] if whole else number
            return found if _leads_away(lines[:found]) else 0
    return 0


def is_record(names: Sequence[str]) -> bool:
    """Whether what stands as names of columns is a record: among them are a date, an amount or an e-mail address.

    Many dates are names, of the columns of a pivot table.
    """
    dates = [name for name in names if find_dates([name]).formats]
    values = [name for name in names if _VALUE.fullmatch(name.strip())]
    return 0 < len(dates) <= _MOST_DATES or 0 < len(values) <= max(len(names) // 2, _MOST_DATES)


def _is_header(line: str, delimiter: str, usual: int) -> bool:
    """Whether a line names all columns: filled throughout, each once, none with a digit at its beginning."""
    fields = [text.strip() for text in _fields(line, delimiter)]
    return len(set(fields)) == len(fields) == usual and all(text and not text[0].isdigit() for text in fields)


def _leads_away(lines: list[str]) -> bool:
    """Whether the lines above can be skipped one by one: no quoted field goes on over their ends."""
    return all(line.count('"') % 2 == 0 for line in lines)


def _regularity(lines: list[str], delimiter: str) -> tuple[int, int]:
    """How many lines share the usual number of fields, where that is more than one; and that number."""
    widths = Counter(len(_fields(line, delimiter)) for line in lines)
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
    return (count if width > 1 else 0, width)


def _usual_width(lines: list[str], delimiter: str) -> int:
    return _regularity(lines, delimiter)[1]


def _fields(line: str, delimiter: str) -> list[str]:
    with suppress(csv.Error, StopIteration):
        return next(csv.reader([line.rstrip("\r\n")], delimiter=delimiter))
    return []
