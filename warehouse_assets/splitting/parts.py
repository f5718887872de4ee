"""The thirds written as CSV and JSON Lines, with the original line number first."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from json.encoder import encode_basestring
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warehouse_assets.splitting.delimited import Malformed

SOURCE_LINE = "source_line"
_NEEDS_QUOTES = re.compile('[",\r\n]')
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
"""Backslash comes first, because the other escapes add backslashes."""


class CsvPart:
    """RFC 4180, UTF-8, `\\n`: copies the bytes of records that already have this form."""

    def __init__(self, file: BinaryIO, header: Sequence[str]) -> None:
        self._file = file
        file.write(csv_line([SOURCE_LINE, *header]).encode())

    def write(self, lines: Sequence[int], records: Iterable[Sequence[str]]) -> None:
        rows = [csv_line([str(line), *record]) for line, record in zip(lines, records, strict=True)]
        self._file.write("".join(rows).encode())

    def copy(self, lines: Sequence[int], texts: Sequence[bytes]) -> None:
        """Records that already follow RFC 4180."""
        rows = [b"%d,%b\n" % (line, text) for line, text in zip(lines, texts, strict=True)]
        self._file.write(b"".join(rows))


def csv_line(values: Sequence[str]) -> str:
    """One CSV record. `csv.writer` does not quote a lone CR, which readers treat as a line end."""
    return ",".join([_quoted(v) if _NEEDS_QUOTES.search(v) else v for v in values]) + "\n"


def _quoted(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'


class JsonPart:
    """One object per line: `source_line` is a number, every other value a string."""

    def __init__(self, file: BinaryIO, header: Sequence[str]) -> None:
        self._file = file
        self._width = len(header)
        names = [encode_basestring(name) for name in header]
        self._between = [f', {name}: "' if n == 0 else f'", {name}: "' for n, name in enumerate(names)]

    def write(self, lines: Sequence[int], fields: pa.StringArray) -> None:
        """Records as one flat sequence of fields."""
        escaped, width = _escaped(fields), self._width
        pieces: list[pa.StringArray | str] = [
            f'{{"{SOURCE_LINE}": ',
            pc.cast(pa.array(lines, pa.int64()), pa.string()),
        ]
        for column, between in enumerate(self._between):
            pieces += [between, escaped.take(np.arange(len(lines)) * width + column)]
        rows = pc.binary_join_element_wise(*pieces, '"}\n', "")
        self._file.write(_text_of(rows))


def _text_of(texts: pa.StringArray) -> bytes:
    """The concatenated bytes of all the texts."""
    if not len(texts):
        return b""
    offsets = np.frombuffer(texts.buffers()[1], dtype=np.int32)[texts.offset : texts.offset + len(texts) + 1]
    text: bytes = texts.buffers()[2].to_pybytes()[offsets[0] : offsets[-1]]
    return text


def _escaped(texts: pa.StringArray) -> pa.StringArray:
    """Escapes every text for JSON; the rare texts with control characters one by one."""
    found = set(np.flatnonzero(np.bincount(np.frombuffer(_text_of(texts), np.uint8), minlength=256)).tolist())
    if any(code < 32 and chr(code) not in _ESCAPES for code in found):
        return pa.array([encode_basestring(text)[1:-1] for text in texts.to_pylist()], pa.string())
    for sign, escape in _ESCAPES.items():
        if ord(sign) in found:
            texts = pc.replace_substring(texts, sign, escape)
    return texts


def malformed_lines(malformed: Sequence[Malformed]) -> bytes:
    """The list of malformed records: line, reason, number of fields and lines, never a value."""
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
