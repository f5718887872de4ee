"""What pages say besides the data: the warehouse's settings, and the events that its owner wrote down."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from warehouse_assets.access.logins import demonstration_login
from warehouse_assets.settings import Settings

ANNOTATIONS = "annotations.csv"
_LONGEST_TEXT, _LARGEST_FILE = 80, 256 * 1024


@dataclass(frozen=True)
class Annotation:
    """An event that charts over time mark."""

    day: date
    text: str


@dataclass(frozen=True)
class Context:
    """The warehouse's rules and events, as every reader may know them."""

    inactivity_months: int = 3
    annotations: tuple[Annotation, ...] = ()
    """By day, then as they stand in the file."""
    unread_lines: tuple[int, ...] = ()
    """Lines of `annotations.csv` that are neither a date and a text nor the heading."""
    demo_login: str = ""
    """A login that anybody at this machine may use; empty where the home has logins of its own."""


NO_CONTEXT = Context()


def read_context(settings: Settings) -> Context:
    """The settings, and `annotations.csv` in the home as it is now: a date and a text of at most 80 signs a line."""
    found = list(_annotations(settings.home / ANNOTATIONS))
    read = [one for _, one in found if one is not None]
    return Context(
        inactivity_months=settings.inactivity_months,
        annotations=tuple(sorted(read, key=lambda one: one.day)),
        unread_lines=tuple(number for number, one in found if one is None),
        demo_login=demonstration_login(settings) or "",
    )


def _annotations(path: Path) -> Iterator[tuple[int, Annotation | None]]:
    """Number of the line, and what it says; None where it cannot be read."""
    if not path.exists():
        return
    text = path.read_bytes()[:_LARGEST_FILE].decode("utf-8-sig", errors="replace")
    lines = csv.reader(text.splitlines())
    for cells in lines:
        if cells and [cell.strip().lower() for cell in cells] != ["date", "text"]:
            yield lines.line_num, _annotation(cells)


def _annotation(cells: list[str]) -> Annotation | None:
    if len(cells) != 2 or not cells[1].strip().isprintable() or not 0 < len(cells[1].strip()) <= _LONGEST_TEXT:
        return None
    try:
        return Annotation(date.fromisoformat(cells[0].strip()), cells[1].strip())
    except ValueError:
        return None
