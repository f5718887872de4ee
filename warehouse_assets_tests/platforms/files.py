"""Delimited files of a given header, from records that name their columns."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any


def columns_of(text: str) -> list[str]:
    """The names of a header line."""
    return text.split(",")


def write_rows(
    path: Path, header: Sequence[str], rows: Sequence[Mapping[str, Any]], delimiter: str = ",", lead: str = ""
) -> None:
    """Columns that a record does not name are empty; one that the header lacks is an error."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(lead)
        writer = csv.DictWriter(file, header, restval="", delimiter=delimiter, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
