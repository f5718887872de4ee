"""Errors of a whole file. No message contains a field's value."""

from __future__ import annotations

from pathlib import Path

from warehouse_assets.settings import WarehouseError


class SplitError(WarehouseError, ValueError):
    """A file that cannot be split; the message names the file, the line, the problem and what to do."""


class DelimitedError(SplitError):
    """A delimited text file that cannot be read, with its `path` and the physical `line` (from 1)."""

    def __init__(self, path: Path, line: int | None, problem: str) -> None:
        self.path, self.line = path, line
        super().__init__(f"{path.name}{f', line {line}' if line else ''}: {problem}")
