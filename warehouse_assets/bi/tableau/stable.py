"""An extract's bytes made to depend on its contents alone.

Tableau's library writes into each file the moment and a random identifier, and its API sets neither. They are the
only bytes that differ between two extracts of the same rows: the moment stands in both copies of the file's header,
the identifier in the database's. They are replaced here, and the checksums over them (CRC-32C) are corrected: a
header with another checksum is passed over by the library. The layout is documented nowhere, so a file that has not
these headers and checksums, as one of another version of the format, is left as it was written.
"""

from __future__ import annotations

import hashlib
from functools import cache

_PAGE = 0x1000
_FILE_HEAD = b"Hyper\x08\x00\x00\x01\x00\x02\x00"
_DATABASE_HEAD = b"HyperDB\x00\x01\x00\x00\x00\x01\x00\x02\x00"
_MOMENT, _CHECKSUM = 0x60, _PAGE - 4
_IDENTIFIER, _DATABASE_CHECKSUM = 0x10, 0x30
_FIRST_MOMENT = 211_845_067_200_000_000
"""2000-01-01 in the file's microseconds; the newer copy of the header is one later."""


def without_chance(extract: bytes, fingerprint: str) -> bytes:
    """The extract with a fixed moment, and an identifier made of `fingerprint`, which stands for its contents."""
    if not _is_known(extract):
        return extract
    content = bytearray(extract)
    pages = sorted((0, _PAGE), key=lambda page: content[page + _MOMENT : page + _MOMENT + 8][::-1])
    for number, page in enumerate(pages):
        moment = (_FIRST_MOMENT + number).to_bytes(8, "little")
        _replace(content, page + _MOMENT, moment, page + _CHECKSUM)
    identifier = hashlib.sha256(fingerprint.encode()).digest()[:16]
    database = content.index(_DATABASE_HEAD)
    _replace(content, database + _IDENTIFIER, identifier, database + _DATABASE_CHECKSUM)
    return bytes(content)


def _is_known(extract: bytes) -> bool:
    """Whether both headers and their checksums are where they are expected, and one database is in the file."""
    pages = [extract[start : start + _PAGE] for start in (0, _PAGE)]
    return extract.count(_DATABASE_HEAD) == 1 and all(
        page.startswith(_FILE_HEAD) and _crc(page[:_CHECKSUM]).to_bytes(4, "little") == page[_CHECKSUM:]
        for page in pages
    )


def _replace(content: bytearray, at: int, new: bytes, checksum_at: int) -> None:
    """Bytes within what a checksum is of: it changes by the checksum of the difference, as it is linear."""
    old = content[at : at + len(new)]
    difference = bytes(one ^ other for one, other in zip(old, new, strict=True))
    change = _crc(difference + bytes(checksum_at - at - len(new)))
    checksum = int.from_bytes(content[checksum_at : checksum_at + 4], "little") ^ change
    content[at : at + len(new)] = new
    content[checksum_at : checksum_at + 4] = checksum.to_bytes(4, "little")


def _crc(content: bytes) -> int:
    value = 0
    for byte in content:
        value = _crc_table()[(value ^ byte) & 0xFF] ^ (value >> 8)
    return value


@cache
def _crc_table() -> tuple[int, ...]:
    """CRC-32C, reflected."""
    table = []
    for value in range(256):
        for _ in range(8):
            value = (value >> 1) ^ 0x82F63B78 if value & 1 else value >> 1
        table.append(value)
    return tuple(table)
