"""What a chart of the generated reports is: metrics of one mart table along its columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from warehouse_assets.bi.metrics import METRICS, Metric
from warehouse_assets.bi.text import Text

Kind = Literal["card", "line", "column", "stacked", "bar", "table", "matrix"]
Order = Literal["largest first", "smallest first"]


@dataclass(frozen=True)
class Chart:
    """Metrics of one mart table along its columns.

    `only` are the values of a column that the chart keeps, `never` those that it leaves out: a figure of one
    grouping, currency or basis needs them, as the registry adds nothing that may not be added.
    """

    name: str
    """Unique, snake case."""
    title: Text
    kind: Kind
    metrics: tuple[str, ...]
    by: tuple[str, ...] = ()
    """Columns along the axis, the coarsest first: one drills from one to the next. A table's leading columns."""
    series: str | None = None
    """Column whose values are lines, stacks, or the columns of a matrix."""
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    never: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    table: str = ""
    """The mart table where it is not the first metric's own."""
    order: Order | None = None
    """Whether the first metric orders the rows, the largest or the smallest first; else the axis does."""

    @property
    def place(self) -> str:
        """The mart table that it is drawn from, schema.table."""
        return self.table or METRICS[self.metrics[0]].table

    @property
    def drawn(self) -> tuple[Metric, ...]:
        """Its metrics."""
        return tuple(METRICS[name] for name in self.metrics)

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column of the mart table that it names."""
        series = (self.series,) if self.series else ()
        return tuple(dict.fromkeys((*self.by, *series, *self.only, *self.never)))


@dataclass(frozen=True)
class Choice:
    """A column that the reader chooses a value of; the chosen value is the one at opening."""

    table: str
    column: str
    chosen: str | None = None


def chart(name: str, title: tuple[str, str], kind: Kind, *metrics: str, **options: object) -> Chart:
    """A chart; its title is English, then French."""
    return Chart(name, Text(*title), kind, metrics, **options)  # type: ignore[arg-type]


def card(metric: str, **options: object) -> Chart:
    """One figure under its own name."""
    title = METRICS[metric].title
    return chart(f"{metric}_card", (title.en, title.fr), "card", metric, **options)


def as_of(title: tuple[str, str]) -> tuple[str, str]:
    """The title of what has no time: no choice of a year changes it."""
    return f"{title[0]}{AS_OF.en}", f"{title[1]}{AS_OF.fr}"


def card_as_of(metric: str, **options: object) -> Chart:
    """One figure of a table that has no time."""
    title = METRICS[metric].title
    return chart(f"{metric}_card", as_of((title.en, title.fr)), "card", metric, **options)


AS_OF = Text(", as of the newest data", ", aux dernières données")
"""Ends the titles of charts whose table has no time."""
MONTHLY = {"period_kind": ("month",)}
YEARLY = {"period_kind": ("year",)}
ALL = {"attribute": ("All",)}
