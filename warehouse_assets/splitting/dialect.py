"""Detects the delimiter of a delimited text."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from contextlib import suppress

DELIMITERS = (",", ";", "\t", "|")


def find_delimiter(lines: Sequence[str]) -> str:
    """The delimiter with which most of the sampled records have as many fields as the first one.

    A tie goes to the delimiter with more fields; a comma if none splits the first record.
    """
    return max(DELIMITERS, key=lambda delimiter: _fitness(lines, delimiter))


def _fitness(lines: Sequence[str], delimiter: str) -> tuple[float, int]:
    widths = [len(record) for record in _records(lines, delimiter) if record]
    if not widths or widths[0] < 2:
        return (0.0, 0)
    agreeing = sum(width == widths[0] for width in widths)
    return (round(agreeing / len(widths), 1), widths[0])


def _records(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    """The readable records of the sample, whose last one may be cut off."""
    records: list[list[str]] = []
    with suppress(csv.Error):
        records.extend(csv.reader(lines, delimiter=delimiter))
    return records[:-1] if len(records) > 2 else records
