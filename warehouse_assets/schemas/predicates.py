"""Rules of a column's values: one declaration serves constraints and table scans (SQL) and frames (Pandera)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # imported when a frame is checked: the tables are declared in every process
    import pandera.pandas as pa


def _literal(value: Any) -> str:
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return str(value)


_SQL: Mapping[str, tuple[str, Callable[..., str]]] = {
    "ge": ("minimum", lambda least: f">= {_literal(least)}"),
    "in_range": ("range", lambda least, most: f"between {_literal(least)} and {_literal(most)}"),
    "isin": ("values", lambda allowed: f"in ({', '.join(map(_literal, allowed))})"),
    "str_matches": ("pattern", lambda pattern: f"~ {_literal(pattern)}"),
}
"""Pandera's name of a check -> the short name in a constraint, and the SQL after the column."""


@dataclass(frozen=True)
class Check:
    """What each value of a column must be; NULL passes."""

    kind: str
    arguments: tuple[Any, ...]

    @classmethod
    def ge(cls, least: float) -> Check:
        return cls("ge", (least,))

    @classmethod
    def in_range(cls, least: float, most: float) -> Check:
        """Both bounds included."""
        return cls("in_range", (least, most))

    @classmethod
    def isin(cls, allowed: Iterable[str]) -> Check:
        return cls("isin", (tuple(allowed),))

    @classmethod
    def str_matches(cls, pattern: str) -> Check:
        """A regular expression that Python and PostgreSQL read alike."""
        return cls("str_matches", (pattern,))

    def predicate(self, column: str) -> tuple[str, str]:
        """(short name, SQL predicate) of the check on a column."""
        name, sql = _SQL[self.kind]
        return name, f"{column} {sql(*self.arguments)}"

    def on_frames(self) -> pa.Check:
        """The Pandera check of the same meaning."""
        import pandera.pandas as pa

        check: pa.Check = getattr(pa.Check, self.kind)(*self.arguments)
        return check
