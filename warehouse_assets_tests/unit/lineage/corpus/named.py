"""Statements written one below the other, each under a comment with its name."""

from __future__ import annotations

from itertools import pairwise


def named(text: str) -> dict[str, str]:
    """Name -> statement, of a text in which each statement follows a line `-- name`."""
    lines = text.strip().splitlines()
    starts = [at for at, line in enumerate(lines) if line.startswith("-- ")]
    found = {lines[at][3:]: "\n".join(lines[at + 1 : end]).strip() for at, end in pairwise([*starts, len(lines)])}
    assert len(found) == len(starts), "two statements have one name"
    return found
