"""Generated exports for tests that are not about their figures: of few months, as each is built by itself."""

from __future__ import annotations

from pathlib import Path

from warehouse_assets.generation import generate_export

FIRST_MONTH, LAST_MONTH = "2020-10-01", "2021-03-01"
"""Two quarters in two years."""


def generate_short_export(path: Path, *, rows: int, seed: int, dirt: float = 1.0) -> None:
    """What `generate_export` writes, over these six months instead of three years."""
    generate_export(path, rows=rows, seed=seed, first_month=FIRST_MONTH[:7], months=6, dirt=dirt)
