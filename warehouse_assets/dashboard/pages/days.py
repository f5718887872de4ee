"""Sales day by day, and week by week."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from warehouse_assets.bi.metrics import METRICS
from warehouse_assets.bi.query import Between, Filter
from warehouse_assets.bi.text import Text
from warehouse_assets.dashboard import charts
from warehouse_assets.dashboard.blocks import Block, Change, Chart, Headlines, Table
from warehouse_assets.dashboard.charts import Series
from warehouse_assets.dashboard.pages.common import currency_control, headline, marks, nothing, of_shop, shop_controls
from warehouse_assets.dashboard.pages.spans import (
    compare_control,
    day_controls,
    earlier_columns,
    earlier_days,
    earlier_series,
    is_compared,
    with_earlier,
)
from warehouse_assets.dashboard.view import Control, Page, Section, View

DAYS = "mart_sales.sales_by_day"
SHOWN_DAYS = 90
HEADLINES = ("net_revenue", "orders", "average_order_value", "units_sold", "returned_amount", "return_rate")
SHOWN = (*HEADLINES, "gross_revenue", "sale_lines")
DRAWN = ("net_revenue", "orders")


def controls(view: View) -> Iterator[Control]:
    """Days or weeks, shop, currency, span, comparison."""
    kinds = [(kind, view.say(f"by_{kind}")) for kind in ("day", "week")]
    yield Control("period", view.say("period"), kinds, "day", "switch")
    yield from shop_controls(view, DAYS)
    yield currency_control(view, DAYS)
    yield from day_controls(view, DAYS, SHOWN_DAYS)
    yield compare_control(view)


def _where(view: View, start: date | None, end: date | None) -> dict[str, Filter]:
    return {"currency_code": [view.one("currency")], "day": Between(start, end), **of_shop(view)}


def days(view: View) -> Iterator[Block]:
    """Totals of the span, and revenue and orders by day or week."""
    period, start, end = view.one("period"), view.day("from"), view.day("to")
    rows = view.reader.metrics(SHOWN, [period], _where(view, start, end), DAYS)
    if start is None or end is None or not rows:
        yield nothing(view)
        return
    total = view.reader.metrics(SHOWN, (), _where(view, start, end), DAYS)[0]
    before: dict[str, Any] = {}
    if is_compared(view):
        earlier = earlier_days(view, start, end, period)
        where = _where(view, earlier(start), earlier(end))
        rows = with_earlier(rows, period, DRAWN, view.reader.metrics(DRAWN, [period], where, DAYS), earlier)
        before = view.reader.metrics(HEADLINES, (), where, DAYS)[0] if _is_known(view, earlier(start)) else {}
    yield _headlines(view, total, before)
    partial = [row[period] for row in rows if period == "week" and not _is_whole(row["week"], start, end)]
    for metric in DRAWN:
        yield _bars(view, rows, metric, partial)


def _is_known(view: View, start: date) -> bool:
    """Whether the data reach back so far."""
    return view.reader.metrics(DRAWN[:1], (), _where(view, None, start), DAYS)[0][DRAWN[0]] is not None


def _is_whole(week: date, start: date, end: date) -> bool:
    return start <= week and week + timedelta(days=6) <= end


def _headlines(view: View, total: dict[str, Any], before: dict[str, Any]) -> Headlines:
    cards = []
    for name in HEADLINES:
        changes = []
        if before:
            label = view.say(f"versus_{view.one('compare')}")
            is_rate = METRICS[name].format == "percent"
            change = _difference(total[name], before[name]) if is_rate else _growth(total[name], before[name])
            changes = [Change(label, change, name not in HEADLINES[4:], is_rate)]
        cards.append(headline(view, name, total[name], view.one("currency"), changes=changes))
    return Headlines("headlines", cards)


def _growth(now: Any, before: Any) -> Decimal | None:
    return Decimal(now) / Decimal(before) - 1 if now is not None and before and before > 0 else None


def _difference(now: Any, before: Any) -> Decimal | None:
    return Decimal(now) - Decimal(before) if now is not None and before is not None else None


def _bars(view: View, rows: list[dict[str, Any]], metric: str, partial: list[date]) -> Chart:
    period = view.one("period")
    places = [view.show(row[period], "day") for row in rows]
    columns = [view.column(period, period, "day"), *view.metric_columns(SHOWN), *earlier_columns(view, metric)]
    series = [Series(view.title(metric), [row[metric] for row in rows]), *earlier_series(view, metric, rows)]
    return Chart(
        metric,
        view.title(metric),
        view.definition(metric),
        Table(columns, rows, view.one("currency") or None),
        charts.over_time(
            places,
            view.say(period),
            series,
            view.axis(metric),
            view.language,
            unfinished=[view.show(day, "day") for day in partial],
            marks=marks(view, [row[period] for row in rows], period),
        ),
        is_wide=True,
        note=view.say("partial_weeks") if partial else "",
    )


PAGE = Page(
    "days",
    Text("Daily", "Par jour"),
    Text("Sales day by day and week by week.", "Les ventes jour par jour et semaine par semaine."),
    (DAYS,),
    controls,
    (Section((DAYS,), days),),
    "mart_sales",
)
