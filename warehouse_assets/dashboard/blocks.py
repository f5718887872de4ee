"""The blocks of a page before rendering; they become the live page, its CSV and the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from warehouse_assets.dashboard.formats import Kind

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Definition:
    """What a figure means, in full, and the SELECT that gives it; no SQL where it is put together of several."""

    text: str
    sql: str = ""

    @property
    def short(self) -> str:
        """Its first sentence; what follows is for people who choose the filters themselves."""
        return self.text.partition(". ")[0]


@dataclass(frozen=True)
class Column:
    """A column of a table: its key in the rows, its heading, the format of its values, its definition."""

    name: str
    title: str
    kind: Kind
    definition: str = ""
    link: str = ""
    """The key of the address in each row that the value leads to; empty where it leads nowhere."""


@dataclass(frozen=True)
class Table:
    """Rows to read, sort and download as CSV; amounts are in `currency`."""

    columns: Sequence[Column]
    rows: Sequence[Row]
    currency: str | None = None


@dataclass(frozen=True)
class Change:
    """The change of a headline on an earlier period; None if unknown."""

    label: str
    value: Decimal | None
    is_growth_good: bool = True
    is_points: bool = False
    """Whether it is the difference of two rates, and no rate itself."""


@dataclass(frozen=True)
class Headline:
    """One figure in large letters."""

    title: str
    value: str
    exact: str
    definition: Definition
    note: str = ""
    changes: Sequence[Change] = ()
    spark: Sequence[Decimal | int | None] = ()
    """The figure's course, oldest first, for a small line without axes."""


@dataclass(frozen=True)
class Headlines:
    """The figures at the top of a page."""

    name: str
    items: Sequence[Headline]


@dataclass(frozen=True)
class Chart:
    """A Plotly figure with the table it draws; `drills` names the filter that a click on a bar sets."""

    name: str
    title: str
    definition: Definition
    table: Table
    figure: Mapping[str, Any]
    is_wide: bool = False
    drills: str | None = None
    note: str = ""
    least_width: int = 0
    """Minimum width in pixels; on narrower screens the figure scrolls sideways."""


@dataclass(frozen=True)
class Sheet:
    """A table that can be sorted and searched."""

    name: str
    title: str
    definition: Definition
    table: Table
    note: str = ""
    is_wide: bool = True


@dataclass(frozen=True)
class Notice:
    """A text in place of figures, or above them; `link` names the page that says more."""

    title: str
    text: str
    kind: Literal["empty", "refused", "away", "warning"] = "empty"
    link: str = ""
    link_text: str = ""


Block = Headlines | Chart | Sheet | Notice
