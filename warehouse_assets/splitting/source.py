"""The bytes of a source file: gzip or plain, their checksum, their encoding, their physical lines."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from warehouse_assets.splitting.errors import DelimitedError

BLOCK_BYTES = 1 << 20
LONGEST_FIELD = 1 << 24
"""Characters; a file with a longer line or field counts as damaged."""

UNDECODABLE = re.compile("[\udc80-\udcff]")
"""Code points that replace bytes that are not UTF-8 in a damaged file."""

_GZIP_MAGIC = b"\x1f\x8b"
_OTHER_BREAKS = "\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class SourceScan:
    """Results of one pass over the decompressed bytes: sha256, size in bytes, encoding.

    `damaged` is true for UTF-8 with some undecodable bytes. They are read as lone surrogates, so that only the
    records that hold them are set aside.
    """

    checksum: str
    size: int
    encoding: str
    damaged: bool = False

    @property
    def error_handler(self) -> str:
        return "surrogateescape" if self.damaged else "strict"


def byte_blocks(path: Path) -> Iterator[bytes]:
    """The decompressed bytes of a plain or gzip file (recognised by its first bytes, not its name)."""
    try:
        with path.open("rb") as plain:
            zipped = plain.read(2) == _GZIP_MAGIC
            plain.seek(0)
            stream = cast(IO[bytes], gzip.GzipFile(fileobj=plain)) if zipped else plain
            while block := stream.read(BLOCK_BYTES):
                yield block
    except (EOFError, zlib.error, gzip.BadGzipFile):
        problem = "the gzip data is truncated or damaged; copy the file again"
        raise DelimitedError(path, None, problem) from None
    except OSError as error:
        raise DelimitedError(path, None, f"cannot be read ({error.strerror})") from None


def scan_source(path: Path, encoding: str | None = None) -> SourceScan:
    """Checksum and encoding of a file, in one pass with constant memory.

    Without `encoding`, follows the byte order mark. Without a mark: UTF-8 if all bytes are valid; damaged UTF-8 if
    the file has more valid UTF-8 sequences than bad bytes; else cp1252.
    Raises DelimitedError if the file is empty, is UTF-16 without a mark, or fits no encoding.
    """
    digest, size, head = hashlib.sha256(), 0, b""
    probe = _Utf8Probe()
    for block in byte_blocks(path):
        head = head or block[:4096]
        digest.update(block)
        size += len(block)
        probe.feed(block)
    if not size:
        raise DelimitedError(path, None, "is empty; expected a header line")
    if other := _other_kind(head):
        raise DelimitedError(path, None, f"is no delimited text but {other}")
    name, damaged = (encoding, False) if encoding else _choose(path, head, probe)
    return SourceScan(digest.hexdigest(), size, name, damaged)


_OTHER_KINDS = (
    (b"PK\x03\x04", "a zip archive or a workbook: unpack it, or give a workbook its ending .xlsx or .ods"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook: give it its ending .xls"),
    (b"%PDF", "a PDF document: export the data as CSV"),
    (b"SQLite format 3\0", "a SQLite database: give it its ending .sqlite"),
    (b"PAR1", "a Parquet file: give it its ending .parquet"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive: unpack it"),
    (b"Rar!", "a RAR archive: unpack it"),
)
_WEB_PAGE = re.compile(rb"\s*(<!doctype html|<html|<table)", re.IGNORECASE)


def _other_kind(head: bytes) -> str:
    """What the first bytes say that the file is, and what to do; nothing for text."""
    if _WEB_PAGE.match(head.removeprefix(codecs.BOM_UTF8)):
        return "a web page: open it in a spreadsheet program and save it as CSV"
    return next((kind for mark, kind in _OTHER_KINDS if head.startswith(mark)), "")


def _choose(path: Path, head: bytes, probe: _Utf8Probe) -> tuple[str, bool]:
    for mark, name in _BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return name, name == "utf-8-sig" and probe.finish() > 0
    if _is_every_other_nul(head):
        problem = "looks like UTF-16 without a byte order mark; name its encoding or save it as UTF-8"
        raise DelimitedError(path, 1, problem)
    bad = probe.finish()
    if not bad:
        return "utf-8", False
    return ("utf-8", True) if probe.continuing > bad else ("cp1252", False)


def _is_every_other_nul(head: bytes) -> bool:
    """Whether the sample looks like UTF-16 of Western text: NUL at most even places and no odd one, or vice versa."""
    fewer, more = sorted((head[::2].count(0), head[1::2].count(0)))
    return fewer == 0 and more * 4 > len(head)


class _Utf8Probe:
    """Counts the bytes that are invalid in UTF-8, and those that continue a valid sequence."""

    def __init__(self) -> None:
        self.bad = 0
        self.continuing = 0
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")

    def feed(self, block: bytes, final: bool = False) -> None:
        pending = len(self._decoder.getstate()[0])
        if block.isascii() and not pending:
            return
        text = self._decoder.decode(block, final)
        self.continuing += pending + len(block) - len(self._decoder.getstate()[0]) - len(text)
        if not _is_clean(text):
            self.bad += len(UNDECODABLE.findall(text))

    def finish(self) -> int:
        self.feed(b"", final=True)
        return self.bad


def _is_clean(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def text_lines(path: Path, scan: SourceScan) -> Iterator[list[str]]:
    """Physical lines with their terminators (LF, CRLF or CR), in lists of about 1 MiB; see `text_blocks`."""
    return map(split_lines, text_blocks(path, scan))


def text_blocks(path: Path, scan: SourceScan) -> Iterator[str]:
    """The text in blocks of whole lines, of about 1 MiB.

    Raises DelimitedError if a byte cannot be decoded, a line is longer than LONGEST_FIELD characters, or the
    file has changed since the scan.
    """
    decoder = codecs.getincrementaldecoder(scan.encoding)(scan.error_handler)
    carry, size, line = "", 0, 0
    for block in byte_blocks(path):
        size += len(block)
        text = carry + _decode(path, decoder, block, line)
        # a CR at the end may be the half of a CRLF
        end = max(text.rfind("\n"), text.rfind("\r", 0, len(text) - 1)) + 1
        whole, carry = text[:end], text[end:]
        line += _breaks(whole)
        if len(carry) > LONGEST_FIELD:
            raise DelimitedError(path, line + 1, "the line does not end; is this a text file?")
        yield whole
    if size != scan.size:
        raise DelimitedError(path, None, "changed while being read; wait until it is complete")
    yield carry + _decode(path, decoder, b"", line, final=True)


def _breaks(text: str) -> int:
    return text.count("\n") + (text.count("\r") - text.count("\r\n") if "\r" in text else 0)


def _decode(path: Path, decoder: codecs.IncrementalDecoder, block: bytes, line: int, final: bool = False) -> str:
    try:
        return decoder.decode(block, final)
    except UnicodeDecodeError as error:
        number = line + 1 + error.object[: error.start].count(b"\n")
        problem = f"a byte that is not {error.encoding}; name the right encoding or save it as UTF-8"
        raise DelimitedError(path, number, problem) from None


def split_lines(text: str) -> list[str]:
    """Lines with terminators; uses the faster `str.splitlines` if no other character breaks lines."""
    if any(c in text for c in _OTHER_BREAKS):
        return io.StringIO(text, newline="").readlines()
    return text.splitlines(keepends=True)
