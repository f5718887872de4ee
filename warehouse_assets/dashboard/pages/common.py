"""Filters and small things that several pages share."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

from warehouse_assets.bi.metrics import METRICS
from warehouse_assets.bi.metrics.shops import ALL_SHOPS
from warehouse_assets.bi.palette import GREY
from warehouse_assets.bi.query import Filter
from warehouse_assets.dashboard import charts
from warehouse_assets.dashboard.blocks import Chart, Column, Headline, Notice, Row
from warehouse_assets.dashboard.charts import Series
from warehouse_assets.dashboard.formats import UNKNOWN_CURRENCY, Kind, show_compact
from warehouse_assets.dashboard.members import member_name
from warehouse_assets.dashboard.pages.coverage import of_choice, shop_values
from warehouse_assets.dashboard.pages.spans import MONTHS_OF, shifted
from warehouse_assets.dashboard.view import Control, View
from warehouse_assets.schemas.ddl import next_month

PERIODS: dict[str, Kind] = {"month": "month", "quarter": "quarter", "year": "year"}
"""Kinds of period, and how a first day of each is shown."""


def currency_control(view: View, table: str) -> Control:
    """The currencies that the chosen shop has in a table, that of most rows first; never added up."""
    rows = view.reader.rows(
        f"select currency_code from {table} where {of_choice(view)}"
        " group by currency_code order by count(*) desc, currency_code",
        shop_values(view),
    )
    codes = [row["currency_code"] for row in rows]
    names = [(code, view.say("no_currency") if code == UNKNOWN_CURRENCY else code) for code in codes]
    return Control("currency", view.say("currency"), names, codes[0] if codes else "")


def shop_controls(view: View, table: str) -> Iterator[Control]:
    """All shops where the table has them, then each shop, that of most rows first; no filter where there is but one."""
    rows = view.reader.rows(
        f"select source_name from {table} group by source_name"
        " order by source_name = %(all_shops)s desc, count(*) desc, source_name",
        {"all_shops": ALL_SHOPS},
    )
    names = [row["source_name"] for row in rows]
    options = [(name, member_name(name, view.language) if name == ALL_SHOPS else name) for name in names]
    if len(names) > 1:
        yield Control("shop", view.say("shop"), options, names[0])


def of_shop(view: View) -> dict[str, Filter]:
    """The filter of the chosen shop; none where there is but one."""
    return {"source_name": [view.one("shop")]} if view.one("shop") else {}


def period_control(view: View) -> Control:
    """Monthly, quarterly, yearly."""
    options = [(period, view.say(f"by_{period}")) for period in PERIODS]
    return Control("period", view.say("period"), options, "month", "switch")


def every_month(months: Iterable[date]) -> list[date]:
    """All months from the first to the last one, those without a row too, so that an axis is even."""
    found = set(months)
    return list(_months_between(min(found), max(found))) if found else []


def chosen_months(view: View, months: Iterable[date]) -> list[date]:
    """All months of the chosen span, so that the charts of a page have the same axis, and those beyond it."""
    ends = (view.day("from"), view.day("to"))
    return every_month([*months, *(end for end in ends if end)])


def _months_between(first: date, last: date) -> Iterator[date]:
    month = first
    while month <= last:
        yield month
        month = next_month(month)


def shown_months(view: View, months: Iterable[date]) -> list[str]:
    """The months as the places of a chart."""
    return [view.show(month, "month") for month in months]


def marks(view: View, starts: Sequence[date], kind: str) -> list[tuple[str, str]]:
    """The events that fall into the periods of a chart, given by their first days in order: place and text."""
    found: dict[str, list[str]] = {}
    for event in view.context.annotations:
        start = max((day for day in starts if day <= event.day), default=None)
        if start is not None and event.day < _end(start, kind):
            found.setdefault(view.show(start, cast("Kind", kind)), []).append(event.text)
    return [(place, " · ".join(texts)) for place, texts in found.items()]


def _end(start: date, kind: str) -> date:
    """The first day after a period."""
    if kind in ("day", "week"):
        return start + timedelta(days=7 if kind == "week" else 1)
    return shifted(start, MONTHS_OF[kind])


def partly(view: View, unfinished: Collection[Any], months: Collection[Any]) -> str:
    """The note of a chart over time that has unfinished places; else empty."""
    return view.say("incomplete") if set(unfinished) & set(months) else ""


def headline(view: View, metric: str, value: Any, currency: str | None = None, **more: Any) -> Headline:
    """A metric in large letters, short where it is large, exact beneath."""
    kind = METRICS[metric].format
    short = show_compact(value, kind, view.language, currency)
    return Headline(view.title(metric), short, view.show(value, kind, currency), view.definition(metric), **more)


def nothing(view: View) -> Notice:
    """What stands in place of a page's figures when there is none: nothing loaded, or nothing chosen."""
    return Notice(view.say("empty_title"), view.say("empty" if view.one("currency") else "not_loaded"))


def nothing_loaded(view: View) -> Notice:
    """In place of the figures of a mart that is empty."""
    return Notice(view.say("empty_title"), view.say("not_loaded"))


@dataclass(frozen=True)
class Lines:
    """A chart over months with a line for each member: its block, what is drawn, and the metrics of its table."""

    name: str
    title: str
    place: Column
    """The column of the members."""
    members: Sequence[str]
    """In their order; All is dashed."""
    metric: str
    metrics: Sequence[str]
    unfinished: Sequence[date]
    """Months that the data cover only partly."""
    absent: int | None = None
    """What a month without a row has."""
    is_drawn: Callable[[Row], bool] = lambda row: True
    """Of rows whose figure a line shows; the table has all."""
    note: str = ""


def lines_by_month(view: View, lines: Lines, found: Sequence[dict[str, Any]]) -> Chart:
    """The chart of rows that have a month and a member each."""
    months = chosen_months(view, (row["month"] for row in found))
    values = {(row[lines.place.name], row["month"]): row[lines.metric] for row in found if lines.is_drawn(row)}
    series = [
        Series(
            member_name(member, view.language),
            [values.get((member, month), lines.absent) for month in months],
            "dash" if member == "All" else "line",
            GREY if member == "All" else None,
        )
        for member in lines.members
    ]
    rows = [row | {lines.place.name: member_name(row[lines.place.name], view.language)} for row in found]
    return Chart(
        lines.name,
        lines.title,
        view.definition(lines.metric),
        view.table([view.column("month", "month", "month"), lines.place], lines.metrics, rows, view.one("currency")),
        charts.over_time(
            shown_months(view, months),
            view.say("month"),
            series,
            view.axis(lines.metric),
            view.language,
            unfinished=shown_months(view, lines.unfinished),
            marks=marks(view, months, "month"),
        ),
        is_wide=True,
        note=" ".join(filter(None, (lines.note, partly(view, lines.unfinished, months)))),
    )


def named(rows: Sequence[Row], column: str, names: dict[str, str]) -> list[dict[str, Any]]:
    """The rows with the column's values as people call them."""
    return [{**row, column: names.get(row[column], row[column])} for row in rows]
