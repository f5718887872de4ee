"""Spans of time: From and To, shortcuts to usual spans, and the earlier span that figures are compared with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from warehouse_assets.bi.metrics import METRICS
from warehouse_assets.bi.palette import GREY
from warehouse_assets.dashboard.blocks import Column
from warehouse_assets.dashboard.charts import Series
from warehouse_assets.dashboard.pages.coverage import of_choice, shop_values
from warehouse_assets.dashboard.view import Control, Shortcut, View

MONTHS_OF = {"month": 1, "quarter": 3, "year": 12}
Row = dict[str, Any]


def shifted(month: date, months: int) -> date:
    """The first day of the month so many months later."""
    number = month.year * 12 + month.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def span_controls(view: View, table: str) -> Iterator[Control]:
    """From and to, over the months of the chosen shop in a table, with shortcuts to those that are over."""
    rows = view.reader.rows(
        "select month, bool_or(month + interval '1 month' <= as_of_date::timestamp + interval '1 day') as is_over"
        f" from {table} where {of_choice(view)} group by month order by month",
        shop_values(view),
    )
    months = [row["month"] for row in rows]
    options = [(month.isoformat(), view.show(month, "month")) for month in months]
    first, last = (options[0][0], options[-1][0]) if options else ("", "")
    over = [row["month"] for row in rows if row["is_over"]] or months
    shortcuts = _distinct(_month_shortcuts(view, months, over)) if len(months) > 1 else ()
    yield Control("from", view.say("from"), options, first, shortcuts=shortcuts)
    yield Control("to", view.say("to"), options[::-1], last)


def _month_shortcuts(view: View, months: Sequence[date], over: Sequence[date]) -> Iterator[Shortcut]:
    newest, last = over[-1], months[-1]
    spans = {
        "last_12_months": (shifted(newest, -11), newest),
        "year_to_date": (date(last.year, 1, 1), last),
        "last_month": (newest, newest),
        "all_time": (months[0], last),
    }
    for key, (start, end) in spans.items():
        first = min(month for month in months if month >= start)
        yield Shortcut(view.say(key), {"from": first.isoformat(), "to": end.isoformat()})


def _distinct(shortcuts: Iterable[Shortcut]) -> tuple[Shortcut, ...]:
    """Without those that are all time, the last one, under another name: as the last 12 of six months."""
    *others, everything = shortcuts
    return (*(one for one in others if one.values != everything.values), everything)


def day_controls(view: View, table: str, shown_days: int) -> Iterator[Control]:
    """From and to as days of a table; at opening the newest ones."""
    (row,) = view.reader.rows(
        f"select min(day) as first, max(day) as last from {table} where {of_choice(view)}", shop_values(view)
    )
    first, last = row["first"], row["last"]
    if first is None:
        return
    options = [(day.isoformat(), view.show(day, "day")) for day in (first, last)]
    spans = {
        "last_30_days": last - timedelta(days=29),
        "last_90_days": last - timedelta(days=89),
        "last_365_days": last - timedelta(days=364),
        "year_to_date": date(last.year, 1, 1),
        "all_time": first,
    }
    shortcuts = _distinct(
        Shortcut(view.say(key), {"from": max(first, start).isoformat(), "to": last.isoformat()})
        for key, start in spans.items()
    )
    start = max(first, last - timedelta(days=shown_days - 1)).isoformat()
    yield Control("from", view.say("from"), options, start, "day", shortcuts=shortcuts)
    yield Control("to", view.say("to"), options, last.isoformat(), "day")


def compare_control(view: View) -> Control:
    """What the figures over time are compared with."""
    options = [(name, view.say(f"compare_{name}")) for name in ("none", "previous", "last_year")]
    return Control("compare", view.say("compare"), options, "none", "switch")


def is_compared(view: View) -> bool:
    """Whether the reader has chosen an earlier span."""
    return view.one("compare") in ("previous", "last_year")


def with_earlier(
    rows: Sequence[Row], period: str, names: Sequence[str], found: Sequence[Row], earlier: Callable[[date], date]
) -> list[Row]:
    """The rows, each with the metrics of its earlier period as `<metric>_before`; None where there is none."""
    by_start = {row[period]: row for row in found}
    return [
        {**row, **{f"{name}_before": by_start.get(earlier(row[period]), {}).get(name) for name in names}}
        for row in rows
    ]


def earlier_months(view: View, rows: Sequence[Row], period: str) -> Callable[[date], date]:
    """From a period to the one that it is compared with: as many before as are shown, or a year before."""
    months = 12 if view.one("compare") == "last_year" else MONTHS_OF[period] * len(rows)
    return lambda start: shifted(start, -months)


def earlier_days(view: View, start: date, end: date, period: str) -> Callable[[date], date]:
    """The same for days and weeks: whole weeks, so that a Monday is compared with a Monday; a year has 52 of them."""
    length = (end - start).days + 1
    weeks = -(-length // 7)
    if view.one("compare") == "last_year":
        length = 364
    elif period == "week":
        length = 7 * weeks
    return lambda day: day - timedelta(days=length)


def earlier_title(view: View, metric: str) -> str:
    """What the compared figures are called."""
    return view.say(f"before_{view.one('compare')}").format(view.title(metric))


def earlier_columns(view: View, metric: str) -> list[Column]:
    """The column of the compared figures; none where there is no comparison."""
    if not is_compared(view):
        return []
    return [Column(f"{metric}_before", earlier_title(view, metric), METRICS[metric].format)]


def earlier_series(view: View, metric: str, rows: Sequence[Mapping[str, Any]]) -> list[Series]:
    """The compared figures as a line; none where there is no comparison."""
    if not is_compared(view):
        return []
    values = [row[f"{metric}_before"] for row in rows]
    return [Series(earlier_title(view, metric), values, "dash", GREY)]
