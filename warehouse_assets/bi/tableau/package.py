"""A packaged workbook (`.twbx`): the workbook and its extract in one archive, the same bytes for the same contents."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from warehouse_assets.bi.tableau.sources import EXTRACT_PATH

_TIME = (1980, 1, 1, 0, 0, 0)
_FINGERPRINT = "Data/marts.sha256"


def packaged(workbook_name: str, workbook: str, extract: bytes, fingerprint: str) -> bytes:
    """The archive; `fingerprint` is of the rows in the extract and is kept beside it."""
    return _archive({workbook_name: workbook.encode(), EXTRACT_PATH: extract, _FINGERPRINT: fingerprint.encode()})


def _archive(members: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            member = zipfile.ZipInfo(name, _TIME)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o600 << 16
            archive.writestr(member, content)
    return buffer.getvalue()


def same_extract(path: Path, fingerprint: str) -> bytes | None:
    """The extract within a former archive where its rows are the same, else None: it need not be written again."""
    if not path.is_file() or not zipfile.is_zipfile(path):
        return None
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        if {EXTRACT_PATH, _FINGERPRINT} <= names and archive.read(_FINGERPRINT).decode() == fingerprint:
            return archive.read(EXTRACT_PATH)
    return None


def extract_of(content: bytes) -> bytes:
    """The extract within an archive."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(EXTRACT_PATH)
