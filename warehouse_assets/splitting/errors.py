"""What can be wrong with a whole file. No message ever carries a field's value."""

from __future__ import annotations

from pathlib import Path

from warehouse_assets.settings import WarehouseError


class SplitError(WarehouseError, ValueError):
    """A file that cannot be divided: the message names file, line, what is wrong and what to do."""


class DelimitedError(SplitError):
    """A delimited text file that cannot be read; `path` and `line` (physical, from 1) say where."""

    def __init__(self, path: Path, line: int | None, problem: str) -> None:
        self.path, self.line = path, line
        super().__init__(f"{path.name}{f', line {line}' if line else ''}: {problem}")
