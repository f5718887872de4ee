"""Reads delimited text: encoding, delimiter, header, records with their physical line, and malformed records.

One pass, constant memory; the text of every field is unchanged.

    source = open_delimited(path)
    for batch in source.batches():
        ...  # batch.lines[i] is where batch.records[i] starts

Every record is in `records` or in `malformed`; blank lines are counted. No message holds a field's value.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

from warehouse_assets.splitting.dialect import find_delimiter
from warehouse_assets.splitting.errors import DelimitedError
from warehouse_assets.splitting.lines import Lines
from warehouse_assets.splitting.records import (
    SWALLOWED,
    BrokenRecordError,
    quoted_record,
    simple_record,
    swallows_records,
)
from warehouse_assets.splitting.source import (
    UNDECODABLE,
    SourceScan,
    scan_source,
    text_blocks,
    text_lines,
)

BATCH_CHARACTERS = 1 << 22
_SAMPLE_LINES = 200


MOST_COLUMNS = 100_000
"""Of a delimited file; a header beyond it is taken for a file of another kind."""


@dataclass(frozen=True)
class Malformed:
    """A record that is set aside: its first line, the reason, its number of fields and of lines."""

    line: int
    reason: str
    field_count: int
    line_count: int = 1


@dataclass
class RecordBatch:
    """Consecutive records, each as wide as the header. All lists except `malformed` have the same length.

    `texts[i]` is the record's own line without its terminator if it already follows RFC 4180 under the file's
    delimiter; None if the record has to be rewritten.
    """

    lines: list[int] = field(default_factory=list)
    records: list[list[str]] = field(default_factory=list)
    texts: list[str | None] = field(default_factory=list)
    malformed: list[Malformed] = field(default_factory=list)
    blank_lines: int = 0

    def add(self, other: RecordBatch) -> None:
        """Appends what follows."""
        self.lines += other.lines
        self.records += other.records
        self.texts += other.texts
        self.malformed += other.malformed
        self.blank_lines += other.blank_lines

    def is_empty(self) -> bool:
        return not (self.lines or self.malformed or self.blank_lines)


@dataclass(frozen=True)
class DelimitedFile:
    """A delimited text file whose header is known. Columns without a name are called `column_<n>`."""

    path: Path
    header: list[str]
    delimiter: str
    scan: SourceScan
    skip_initial_space: bool = False
    data_line: int = 1
    """The physical line after the header."""

    @property
    def encoding(self) -> str:
        return self.scan.encoding

    @property
    def checksum(self) -> str:
        """sha256 of the decompressed bytes, in hexadecimal."""
        return self.scan.checksum

    def batches(self, rows: int = 10_000) -> Iterator[RecordBatch]:
        """All records in order, at most `rows` (or about 4 million characters) at a time.

        Raises DelimitedError if the file cannot be read to its end; the batches before the error are valid.
        """
        _, reader = open_reader(self)
        while not (batch := reader.read(rows)).is_empty():
            yield batch


class Reader:
    """Turns physical lines into batches of records, and counts lines."""

    def __init__(self, source: DelimitedFile, lines: Lines) -> None:
        self._lines, self._line = lines, source.data_line
        self._delimiter, self._width = source.delimiter, len(source.header)
        self._space = source.skip_initial_space
        self._damaged = source.scan.damaged

    def pass_over(self, lines: int) -> int:
        """Leaves out lines at hand that are read elsewhere; returns the number of the first."""
        self._lines.pass_over(lines)
        self._line += lines
        return self._line - lines

    def read(self, rows: int) -> RecordBatch:
        """The next records, at most `rows` or about 4 million characters."""
        batch, characters = RecordBatch(), 0
        for line in self._lines:
            characters += len(line)
            text = line.rstrip("\r\n")
            record = None if self._space else simple_record(text, self._delimiter)
            if record is not None and len(record) == self._width and text and self._is_sound(text):
                batch.lines.append(self._line)
                batch.records.append(record)
                batch.texts.append(text)
                self._line += 1
            else:
                characters += self._take(batch, line)
            if characters > BATCH_CHARACTERS or len(batch.lines) + len(batch.malformed) >= rows:
                break
        return batch

    def _is_sound(self, text: str) -> bool:
        return "\0" not in text and not (self._damaged and UNDECODABLE.search(text))

    def _take(self, batch: RecordBatch, line: str) -> int:
        """Reads a record that is not one plain line; returns the number of characters after its first line.

        If its quoting is broken, only the first line is set aside; reading continues with the second.
        """
        start, more = self._line, list[str]()
        try:
            record, taken = quoted_record(line, self._lines.recorded(more), self._delimiter, self._space)
            if more and swallows_records(record, [line, *more], self._width, self._delimiter):
                raise BrokenRecordError(SWALLOWED, taken)
        except BrokenRecordError as error:
            self._line += 1
            self._lines.hand_back(more)
            batch.malformed.append(Malformed(start, str(error), 0))
            return 0
        self._line += taken
        if not record or (self._space and not any(record)):
            batch.blank_lines += 1
            return 0
        if self._space and self._delimiter == " " and len(record) == self._width + 1 and not record[-1]:
            record.pop()
        self._keep(batch, record, start, taken)
        return sum(map(len, record)) if taken > 1 else 0

    def _keep(self, batch: RecordBatch, record: list[str], start: int, taken: int) -> None:
        reason = self._fault(record)
        if reason:
            batch.malformed.append(Malformed(start, reason, len(record), taken))
            return
        batch.lines.append(start)
        batch.records.append(record)
        batch.texts.append(None)

    def _fault(self, record: list[str]) -> str | None:
        if len(record) != self._width:
            return wrong_width(len(record), self._width)
        text = "".join(record)
        if "\0" in text:
            return "a NUL character"
        return None if self._is_sound(text) else "bytes that are not UTF-8"


def open_reader(source: DelimitedFile) -> tuple[Lines, Reader]:
    """The file's lines after the header, and their reader."""
    lines = Lines(text_blocks(source.path, source.scan))
    for _ in range(source.data_line - 1):
        next(lines)
    return lines, Reader(source, lines)


def wrong_width(found: int, expected: int) -> str:
    """The reason for a record with too few or too many fields."""
    return f"{found} fields where the header has {expected}"


def open_delimited(
    path: Path,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    header: bool = True,
    column_names: Sequence[str] | None = None,
    skip_initial_space: bool = False,
    skip_lines: int = 0,
) -> DelimitedFile:
    """Opens a delimited text file, plain or gzip; detects the encoding and the delimiter unless given.

    `header=False` treats the first line as data and needs `column_names`; with a header, `column_names`
    replace it. `skip_initial_space` ignores spaces after a delimiter; with `delimiter=" "` it joins runs of
    spaces. `skip_lines` skips titles above the header. Reads the file once for its checksum and encoding.
    Raises DelimitedError if the file is unreadable or empty, no encoding fits, or the header is unusable.
    """
    scan = scan_source(path, encoding)
    lines = chain.from_iterable(text_lines(path, scan))
    sample = list(islice(lines, skip_lines, skip_lines + _SAMPLE_LINES))
    delimiter = delimiter or find_delimiter(sample)
    source = DelimitedFile(path, [], delimiter, scan, skip_initial_space, skip_lines + 1)
    found, data_line = _read_header(source, iter(sample)) if header else (list(column_names or ()), source.data_line)
    names = list(column_names or found)
    _check_header(path, names, found)
    return DelimitedFile(path, names, delimiter, scan, skip_initial_space, data_line)


def _read_header(source: DelimitedFile, lines: Iterator[str]) -> tuple[list[str], int]:
    line = source.data_line
    for text in lines:
        try:
            record, taken = quoted_record(text, lines, source.delimiter, source.skip_initial_space)
        except BrokenRecordError as error:
            raise DelimitedError(source.path, line, f"the header is broken: {error}") from None
        line += taken
        if record:
            return [name or f"column_{n}" for n, name in enumerate(record, 1)], line
    raise DelimitedError(source.path, line, "has only blank lines; expected a header line")


def _check_header(path: Path, names: list[str], found: list[str]) -> None:
    if not names:
        raise DelimitedError(path, None, "has no header; give its column names")
    if len(names) != len(found):
        raise DelimitedError(path, 1, f"has {len(found)} columns, but {len(names)} names were given")
    if len(names) > MOST_COLUMNS:
        raise DelimitedError(path, 1, f"has {len(names):,} columns; at most {MOST_COLUMNS:,} are read")
    known = set[str]()
    for place, name in enumerate(names, 1):
        if name in known:
            problem = (
                f"column {place} has the same name as another column. Rename it in the export, or give all names in the"
                " source: columns = [...] and skip_lines = 1 with header = false"
            )
            raise DelimitedError(path, 1, problem)
        known.add(name)
    if any("\0" in name or UNDECODABLE.search(name) for name in names):
        raise DelimitedError(path, 1, "the header holds a NUL character or bytes that are not UTF-8")
