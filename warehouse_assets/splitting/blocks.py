"""The fast reader for regular files: finds fields by array operations on blocks of bytes.

A regular file is UTF-8 with LF line ends, no NUL and RFC 4180 quoting. `DelimitedFile.batches`, which gives the
same result, takes over at the first irregular block. A test compares the two.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from warehouse_assets.splitting.delimited import DelimitedFile, Malformed, RecordBatch, wrong_width
from warehouse_assets.splitting.errors import DelimitedError
from warehouse_assets.splitting.records import swallows_records
from warehouse_assets.splitting.source import LONGEST_FIELD, byte_blocks, split_lines

Positions = NDArray[np.int64]
_LF, _QUOTE = ord("\n"), ord('"')
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class FieldBlock:
    """Consecutive records, each as wide as the header; `fields` is the flat sequence of their fields.

    Record i starts on physical line `lines[i]` and is `data[starts[i]:ends[i]]`, in RFC 4180 under the
    file's delimiter, without its line end.
    """

    lines: Positions
    fields: pa.StringArray
    width: int
    data: bytes
    starts: Positions
    ends: Positions
    malformed: list[Malformed]
    blank_lines: int

    def column(self, index: int) -> list[str]:
        """One field of every record."""
        texts: list[str] = self.fields.take(np.arange(len(self.lines)) * self.width + index).to_pylist()
        return texts

    def fields_of(self, records: Positions) -> pa.StringArray:
        """The fields of these records as a flat sequence."""
        return self.fields.take((records[:, None] * self.width + np.arange(self.width)).ravel())

    def texts_of(self, records: Positions) -> list[bytes]:
        """The bytes of these records."""
        limits = zip(self.starts[records].tolist(), self.ends[records].tolist(), strict=True)
        return [self.data[start:end] for start, end in limits]


class _IrregularError(Exception):
    """This block needs the reader that parses every record."""


def field_blocks(source: DelimitedFile, rows: int) -> Iterator[FieldBlock | RecordBatch]:
    """All records in order: FieldBlocks while the file is regular, then RecordBatches of `rows`.

    Raises DelimitedError if the file cannot be read to its end.
    """
    tokeniser = _Tokeniser(source)
    try:
        yield from tokeniser.blocks()
    except _IrregularError:
        yield from replace(source, data_line=tokeniser.line).batches(rows)


class _Tokeniser:
    """Splits blocks of bytes into fields; `line` is the next unread physical line."""

    def __init__(self, source: DelimitedFile) -> None:
        self._source = source
        self.line = source.data_line
        self._width = len(source.header)

    def blocks(self) -> Iterator[FieldBlock]:
        source, carry, size = self._source, b"", 0
        if source.encoding not in ("utf-8", "utf-8-sig") or source.scan.damaged or source.skip_initial_space:
            raise _IrregularError
        for block in byte_blocks(source.path):
            data = carry + block if size else _without_header(block, source.data_line - 1)
            size += len(block)
            taken = self._take(data)
            carry = data[taken.end :]
            yield self._block(data, taken)
        if size != source.scan.size:
            raise DelimitedError(source.path, None, "changed while being read; wait until it is complete")
        if carry:
            taken = self._take(carry + b"\n")
            if not taken.end:
                raise _IrregularError
            yield self._block(carry + b"\n", taken)

    def _take(self, data: bytes) -> _Tokens:
        if b"\r" in data or b"\0" in data or len(data) > LONGEST_FIELD:
            raise _IrregularError
        return _Tokens(data, ord(self._source.delimiter))

    def _block(self, data: bytes, tokens: _Tokens) -> FieldBlock:
        first, last = tokens.line_span()
        lines, taken = self.line + first, last - first + 1
        if self._swallows(data, tokens, np.flatnonzero(taken > 1)):
            raise _IrregularError
        blank = (tokens.counts == 1) & (tokens.starts == tokens.ends)
        wrong = (tokens.counts != self._width) & ~blank
        good = ~(blank | wrong)
        malformed = [
            Malformed(
                int(lines[i]),
                wrong_width(int(tokens.counts[i]), self._width),
                int(tokens.counts[i]),
                int(taken[i]),
            )
            for i in np.flatnonzero(wrong)
        ]
        fields = tokens.fields()
        if not good.all():
            fields = fields.filter(pa.array(np.repeat(good, tokens.counts)))
        self.line += tokens.newlines
        return FieldBlock(
            lines=lines[good],
            fields=fields,
            width=self._width,
            data=data,
            starts=tokens.starts[good],
            ends=tokens.ends[good],
            malformed=malformed,
            blank_lines=int(blank.sum()),
        )

    def _swallows(self, data: bytes, tokens: _Tokens, several_lines: Positions) -> bool:
        """Whether a record of several lines is an open quote; see `swallows_records`."""
        delimiter = self._source.delimiter
        for at in several_lines.tolist():
            text = data[int(tokens.starts[at]) : int(tokens.ends[at])].decode("utf-8", "replace")
            record = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
            if swallows_records(record, split_lines(text), self._width, delimiter):
                return True
        return False


class _Tokens:
    """Where the delimiters, line ends and quotes of a block are, up to the end of its last whole record."""

    def __init__(self, data: bytes, delimiter: int) -> None:
        bytes_ = np.frombuffer(data, dtype=np.uint8)
        at = np.flatnonzero((bytes_ == delimiter) | (bytes_ == _LF) | (bytes_ == _QUOTE))
        outside = np.cumsum(bytes_[at] == _QUOTE) % 2 == 0
        record_ends = np.flatnonzero((bytes_[at] == _LF) & outside)
        whole = int(record_ends[-1]) + 1 if len(record_ends) else 0
        self._at, self._kind = at[:whole], bytes_[at[:whole]]
        self._separators = np.flatnonzero(outside[:whole] & (self._kind != _QUOTE))
        self.end = int(at[whole - 1]) + 1 if whole else 0
        self._bytes = bytes_[: self.end]
        self._kept_quotes = self._check_quotes(delimiter)
        self.ends = at[record_ends]
        self.starts = np.concatenate((np.zeros(min(whole, 1), dtype=np.int64), self.ends[:-1] + 1))
        self.counts = np.diff(np.searchsorted(self._separators, record_ends), prepend=-1)
        self.newlines = int((self._kind == _LF).sum())

    def _check_quotes(self, delimiter: int) -> Positions:
        """The quotes that belong to a field's text: the second of each doubled quote.

        A quote must open a field, close it, or be doubled; otherwise the block is irregular.
        """
        quotes = np.flatnonzero(self._kind == _QUOTE)
        opening, closing = quotes[::2], quotes[1::2]
        before = np.where(self._at[opening] > 0, self._bytes[self._at[opening] - 1], _LF)
        after = self._bytes[self._at[closing] + 1]
        allowed = (delimiter, _LF, _QUOTE)
        if not (np.isin(before, allowed).all() and np.isin(after, allowed).all()):
            raise _IrregularError
        kept: Positions = opening[before == _QUOTE]
        return kept

    def fields(self) -> pa.StringArray:
        """The text of all fields: the block without separators and enclosing quotes."""
        removed = self._kind == _QUOTE
        removed[self._separators] = True
        removed[self._kept_quotes] = False
        keep = np.ones(self.end, dtype=np.bool_)
        keep[self._at[removed]] = False
        gone = np.cumsum(removed)[self._separators]
        offsets = np.zeros(len(self._separators) + 1, dtype=np.int32)
        offsets[1:] = self._at[self._separators] + 1 - gone
        text = pa.py_buffer(self._bytes[keep])
        return pa.StringArray.from_buffers(len(self._separators), pa.py_buffer(offsets), text)

    def line_span(self) -> tuple[Positions, Positions]:
        """First and last physical line of each record, counted from 0."""
        newlines = self._at[self._kind == _LF]
        return np.searchsorted(newlines, self.starts), np.searchsorted(newlines, self.ends)


def _without_header(block: bytes, lines: int) -> bytes:
    """The block after its first physical lines (and byte order mark)."""
    at = len(_BYTE_ORDER_MARK) if block.startswith(_BYTE_ORDER_MARK) else 0
    for _ in range(lines):
        at = block.find(b"\n", at) + 1
        if not at or block.find(b"\r", 0, at) >= 0:
            raise _IrregularError
    return block[at:]
