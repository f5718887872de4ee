"""Numbers of records within a delivery: the line of the file, and which file where there are several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from warehouse_assets.ingestion.sources.canonical import Relation

FILE_STEP = 10**12
"""Records of the n-th further file of a table are numbered from n times this; no file has more lines."""


class Lines:
    """Tells the line and file of a record from its number."""

    def __init__(self, files: Mapping[Relation, Sequence[str]]) -> None:
        self._files = files
        """Names of the files of each relation's driving table, in the order in which they are read."""

    @staticmethod
    def line(number: int) -> int:
        return number % FILE_STEP

    def place(self, relation: Relation, number: int) -> str:
        """What leads a reason: file and line, where the delivery's name does not say the file."""
        names = self._files.get(relation, ())
        return f"{names[number // FILE_STEP]}, line {self.line(number)}: " if len(names) > 1 else ""
