"""The two thirds that are files: CSV and JSON Lines, with the original line number first."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from itertools import chain
from json.encoder import encode_basestring
from typing import BinaryIO

from warehouse_assets.splitting.delimited import Malformed

SOURCE_LINE = "source_line"
_NEEDS_QUOTES = re.compile('[",\r\n]')
_SEPARATOR = "\x7f"


class CsvPart:
    """RFC 4180, UTF-8, `\\n`. A record whose line can stand as it is is copied, not written anew."""

    def __init__(self, file: BinaryIO, header: Sequence[str]) -> None:
        self._file = file
        file.write(csv_line([SOURCE_LINE, *header]).encode())

    def write(self, lines: Sequence[int], records: Sequence[list[str]], texts: Sequence[str | None]) -> None:
        rows = [
            f"{line},{text}\n" if text is not None else csv_line([str(line), *record])
            for line, record, text in zip(lines, records, texts, strict=True)
        ]
        self._file.write("".join(rows).encode())


def csv_line(values: Sequence[str]) -> str:
    """One CSV record. `csv.writer` would leave a lone CR without quotes, and readers take it for an end."""
    return ",".join([_quoted(v) if _NEEDS_QUOTES.search(v) else v for v in values]) + "\n"


def _quoted(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'


class JsonPart:
    """One object a line: `source_line` a number, every other value a string."""

    def __init__(self, file: BinaryIO, header: Sequence[str]) -> None:
        self._file = file
        self._width = len(header)
        names = [encode_basestring(name).replace("%", "%%") for name in header]
        members = "".join(f', {name}: "%s"' for name in names)
        self._template = f'{{"{SOURCE_LINE}": %d{members}}}\n'

    def write(self, lines: Sequence[int], records: Sequence[list[str]]) -> None:
        fields = iter(_escaped(list(chain.from_iterable(records))))
        rows = [self._template % row for row in zip(lines, *[fields] * self._width, strict=False)]
        self._file.write("".join(rows).encode())


def _escaped(values: list[str]) -> list[str]:
    """JSON's escapes in every value, by one call over all of them together where that is possible."""
    escaped = encode_basestring(_SEPARATOR.join(values))[1:-1].split(_SEPARATOR)
    if len(escaped) == len(values):
        return escaped
    return [encode_basestring(value)[1:-1] for value in values]


def malformed_lines(malformed: Sequence[Malformed]) -> bytes:
    """What is told about malformed records: line, reason, number of fields and lines, never a value."""
    return "".join(
        json.dumps(
            {
                SOURCE_LINE: item.line,
                "reason": item.reason,
                "field_count": item.field_count,
                "line_count": item.line_count,
            }
        )
        + "\n"
        for item in malformed
    ).encode()
