"""The flat export as text: one dictionary of trimmed values per record."""

from __future__ import annotations

import csv
import gzip
import io
from dataclasses import dataclass
from datetime import date
from pathlib import Path

_HEADER_LINE = (
    "ID,Name,Age,Gender,City,Country,CreditCard,FullAddress,UserSignUpDate,UserLastPurchaseDate,UserStatus,"
    "UserTotalPurchases,UserSegment,UserLocation,UserSourceType,UserLastLoginDate,UserPurchaseFrequency,"
    "Product Name,Category,Subcategory,Price,Date_Purchase,Quantity,Rating,Comment"
)
HEADER = _HEADER_LINE.split(",")

Record = dict[str, str]


@dataclass(frozen=True)
class RawFile:
    """One delivery; `exported_on` only where the source declares it."""

    path: Path
    exported_on: date | None = None


def _text(path: Path) -> str:
    content = path.read_bytes()
    if path.suffix == ".gz":
        content = gzip.decompress(content)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252")


def read_records(path: Path) -> list[Record]:
    """Every record with as many fields as the header; a record of another length can be read as nothing."""
    text = _text(path)
    delimiter = max(",;\t|", key=text.partition("\n")[0].count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    header = [name.strip() for name in next(rows, [])]
    missing = set(HEADER) - set(header)
    if missing:
        raise ValueError(f"not a flat export: {', '.join(sorted(missing))} missing")
    return [dict(zip(header, (value.strip() for value in row), strict=True)) for row in rows if len(row) == len(header)]
