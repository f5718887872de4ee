"""Lines that are proven to be plain records, block by block, so that only the others are read one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from warehouse_assets.splitting.delimited import DelimitedFile, RecordBatch, open_reader
from warehouse_assets.splitting.source import UNDECODABLE, split_lines

Places = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
Marks = npt.NDArray[np.bool_]
_LF, _QUOTE, _NUL, _MARK = b'\n"\0\xef'


@dataclass(frozen=True)
class SoundLines:
    """Records of one line each that follow RFC 4180, in UTF-8 and ended by LF; the line of each in the file."""

    numbers: Places
    data: bytes


def read_blocks(source: DelimitedFile) -> Iterator[tuple[SoundLines, RecordBatch]]:
    """Every record, block by block: those that are proven sound, and the others.

    Raises DelimitedError if the file cannot be read to its end; what came before the error is valid.
    """
    lines, reader = open_reader(source)
    while (text := lines.rest_of_block()) is not None:
        lines.put(text)
        block, blocks, others = _Block(text, len(lines), source), lines.blocks_read, RecordBatch()
        numbers, pieces = [np.empty(0, np.int64)], list[bytes]()
        # a record that goes on in the next block leaves the rest of that one
        while len(lines) and lines.blocks_read == blocks:
            start = block.line_count - len(lines)
            if run := block.sound_from(start):
                first = reader.pass_over(run)
                numbers.append(np.arange(first, first + run))
                pieces.append(block.part(start, run))
            else:
                others.add(reader.read(1))
        yield SoundLines(np.concatenate(numbers), b"".join(pieces)), others


class _Block:
    """A block of whole lines, and which of them are sound.

    Proven is: every quote opens a field at its start, closes it at its end or is doubled within it, in one line; the
    line is as wide as the header and begins with no byte order mark; no NUL, no line break but LF and CRLF, no byte
    that is not UTF-8.
    """

    def __init__(self, text: str, line_count: int, source: DelimitedFile) -> None:
        self.line_count = line_count
        self._data = text.replace("\r\n", "\n").encode("utf-8", "surrogateescape")
        self._data += b"" if self._data.endswith(b"\n") else b"\n"
        found = np.frombuffer(self._data, np.uint8)
        ends = np.flatnonzero(found == _LF)
        self._starts = np.concatenate((np.zeros(1, np.int64), ends + 1))
        is_sound = np.zeros(line_count, np.bool_)
        if _is_plain_form(source) and len(ends) == line_count:
            is_sound = _sound_lines(found, self._starts, ends, ord(source.delimiter), len(source.header))
            if source.scan.damaged:
                is_sound &= np.array([not UNDECODABLE.search(line) for line in split_lines(text)])
        self._others = np.append(np.flatnonzero(~is_sound), line_count)

    def sound_from(self, start: int) -> int:
        """How many lines from that one on are sound."""
        return int(self._others[np.searchsorted(self._others, start)]) - start

    def part(self, start: int, count: int) -> bytes:
        """Lines as they stand."""
        return self._data[self._starts[start] : self._starts[start + count]]


def _is_plain_form(source: DelimitedFile) -> bool:
    return not source.skip_initial_space and len(source.header) > 1 and len(source.delimiter.encode()) == 1


def _sound_lines(found: Bytes, starts: Places, ends: Places, delimiter: int, width: int) -> Marks:
    is_sound: Marks = found[starts[:-1]] != _MARK  # Arrow drops a byte order mark at the start of what it reads
    between = found == delimiter
    quotes = np.flatnonzero(found == _QUOTE)
    if len(quotes):
        is_well_quoted, is_inside = _quoting(found, quotes, ends, delimiter)
        is_sound &= is_well_quoted
        between &= ~is_inside
    is_sound[np.searchsorted(ends, np.flatnonzero(found == _NUL))] = False
    is_sound &= np.add.reduceat(between, starts[:-1], dtype=np.int64) == width - 1
    return is_sound


def _quoting(found: Bytes, quotes: Places, ends: Places, delimiter: int) -> tuple[Marks, Marks]:
    """The lines whose quotes pair up, each pair around a field or what is between its doubled quotes; the places
    between the quotes of such pairs.
    """
    line = np.searchsorted(ends, quotes)
    count = np.bincount(line, minlength=len(ends))
    is_opening = (np.arange(len(quotes)) - (np.cumsum(count) - count)[line]) % 2 == 0
    before = np.where(quotes > 0, found[quotes - 1], _LF)
    beside = np.where(is_opening, before, found[quotes + 1])
    is_well_quoted = count % 2 == 0
    is_inside = np.zeros(len(found), np.int8)
    paired = is_well_quoted[line]
    is_inside[quotes[paired & is_opening]] = 1
    is_inside[quotes[paired & ~is_opening]] = -1
    is_well_quoted[line[(beside != delimiter) & (beside != _LF) & (beside != _QUOTE)]] = False
    return is_well_quoted, np.cumsum(is_inside, dtype=np.int8) > 0
