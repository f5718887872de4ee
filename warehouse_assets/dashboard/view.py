"""A page as one reader sees it (rights, filters, language), and the classes that declare pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

from warehouse_assets.bi.metrics import METRICS
from warehouse_assets.bi.query import metric_sql
from warehouse_assets.bi.text import Language, Text
from warehouse_assets.dashboard.blocks import Block, Column, Definition, Row, Table
from warehouse_assets.dashboard.charts import Axis
from warehouse_assets.dashboard.context import NO_CONTEXT, Context
from warehouse_assets.dashboard.formats import Kind, show
from warehouse_assets.dashboard.reader import Reader
from warehouse_assets.dashboard.texts import say

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Shortcut:
    """A usual choice: its title, and the values of filters that it stands for."""

    title: str
    values: Mapping[str, str]


@dataclass(frozen=True)
class Control:
    """A filter: its name, its options and its default."""

    name: str
    title: str
    options: Sequence[tuple[str, str]]
    """Value and label, in order."""
    default: str
    form: Literal["switch", "select", "many", "day"] = "select"
    """A `day` is any one from the first option to the last."""
    chosen: tuple[str, ...] = ()
    empty: str = ""
    """The placeholder while nothing is selected in a multiple choice."""
    shortcuts: Sequence[Shortcut] = ()

    def choose(self, asked: Sequence[str]) -> Control:
        """With those of the asked values that are offered, else the default."""
        offered = {value for value, _ in self.options}
        allowed = tuple(value for value in asked if self._is_day(value) or value in offered)
        allowed = allowed if self.form == "many" else allowed[:1]
        return replace(self, chosen=allowed or tuple(filter(None, [self.default])))

    def labels(self, language: Language) -> list[str]:
        """What is chosen, as the reader sees it."""
        if self.form == "day":
            return [show(date.fromisoformat(value), "day", language) for value in self.chosen]
        known = dict(self.options)
        return [known[value] for value in self.chosen]

    def _is_day(self, value: str) -> bool:
        """Whether it is a day of the span that the options are the ends of."""
        is_written = self.form == "day" and bool(_DAY.fullmatch(value))
        return is_written and self.options[0][0] <= value <= self.options[-1][0] and _exists(value)


def _exists(day: str) -> bool:
    try:
        return bool(date.fromisoformat(day))
    except ValueError:
        return False


@dataclass(frozen=True)
class View:
    """The inputs of a page."""

    reader: Reader
    language: Language
    asked: Mapping[str, Sequence[str]] = field(default_factory=dict)
    context: Context = NO_CONTEXT
    controls: Mapping[str, Control] = field(default_factory=dict)

    def with_controls(self, declare: Callable[[View], Iterator[Control]]) -> View:
        """The view with filters set to the requested values; each filter sees what those before it are set to."""
        chosen: dict[str, Control] = {}
        view = replace(self, controls=chosen)
        for one in declare(view):
            chosen[one.name] = one.choose(self.asked.get(one.name, ()))
        return view

    def one(self, name: str) -> str:
        """The chosen value of a filter; empty without one."""
        control = self.controls.get(name)
        return control.chosen[0] if control and control.chosen else ""

    def many(self, name: str) -> tuple[str, ...]:
        """All chosen values of a filter."""
        control = self.controls.get(name)
        return control.chosen if control else ()

    def day(self, name: str) -> date | None:
        """A chosen first day of a period."""
        return date.fromisoformat(self.one(name)) if self.one(name) else None

    def say(self, key: str) -> str:
        """A text of the dashboard, in the reader's language."""
        return say(key, self.language)

    def titled(self, key: str, of: str) -> str:
        """A text of the dashboard, a colon, and its subject."""
        return Text("{}: {}", "{} : {}").in_language(self.language).format(self.say(key), of)

    def show(self, value: Any, kind: Kind, currency: str | None = None) -> str:
        """The value as text."""
        return show(value, kind, self.language, currency)

    def title(self, metric: str) -> str:
        """The metric's name."""
        return METRICS[metric].title.in_language(self.language)

    def definition(self, metric: str) -> Definition:
        """What the metric means."""
        return Definition(METRICS[metric].definition.in_language(self.language), metric_sql(metric))

    def means(self, key: str, **values: Any) -> Definition:
        """What a text of the dashboard says of figures that are not one metric."""
        return Definition(self.say(key).format(**values))

    def axis(self, metric: str) -> Axis:
        """The metric's values along an axis, in the chosen currency."""
        return Axis(self.title(metric), METRICS[metric].format, self.one("currency") or None)

    def column(self, name: str, key: str, kind: Kind = "text") -> Column:
        """A column that is not a metric, with a text of the dashboard as heading."""
        return Column(name, self.say(key), kind)

    def metric_columns(self, names: Iterable[str]) -> Iterator[Column]:
        """Columns of metrics, with their titles, formats and definitions."""
        for name in names:
            definition = METRICS[name].definition.in_language(self.language)
            yield Column(name, self.title(name), METRICS[name].format, definition)

    def table(self, places: Sequence[Column], metrics: Sequence[str], rows: Sequence[Row], currency: str = "") -> Table:
        """Places, then metrics."""
        return Table([*places, *self.metric_columns(metrics)], rows, currency or None)


@dataclass(frozen=True)
class Section:
    """A part of a page; omitted if the reader may not read its tables."""

    tables: tuple[str, ...]
    build: Callable[[View], Iterator[Block]]


@dataclass(frozen=True)
class Page:
    """A page: its address, title, the tables that its filters read, its filters and sections."""

    name: str
    title: Text
    purpose: Text
    tables: tuple[str, ...]
    controls: Callable[[View], Iterator[Control]]
    sections: Sequence[Section]
    mart: Literal["mart_sales", "mart_customers", "ops"]
