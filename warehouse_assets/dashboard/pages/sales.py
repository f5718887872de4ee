"""Sales over time: revenue and orders with their growth, trend and season."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from warehouse_assets.bi.palette import ALERT, COLOURS, GREY
from warehouse_assets.bi.query import Between, Filter
from warehouse_assets.bi.text import Text
from warehouse_assets.dashboard import charts
from warehouse_assets.dashboard.blocks import Block, Change, Chart, Headlines, Notice, Table
from warehouse_assets.dashboard.charts import Series
from warehouse_assets.dashboard.pages.common import (
    PERIODS,
    currency_control,
    headline,
    marks,
    nothing,
    of_shop,
    period_control,
    shop_controls,
)
from warehouse_assets.dashboard.pages.sales_forecast import FORECAST, forecast
from warehouse_assets.dashboard.pages.spans import (
    compare_control,
    earlier_columns,
    earlier_months,
    earlier_series,
    is_compared,
    span_controls,
    with_earlier,
)
from warehouse_assets.dashboard.view import Control, Page, Section, View

MONTHS, TRENDS = "mart_sales.sales_by_month", "mart_sales.sales_trends"
PERIOD_TABLES = {kind: f"mart_sales.sales_by_{kind}" for kind in PERIODS}
SHOWN = (
    "net_revenue",
    "growth_vs_previous",
    "growth_vs_last_year",
    "orders",
    "order_growth_vs_previous",
    "order_growth_vs_last_year",
    "units_sold",
    "average_order_value",
    "buying_customers",
    "gross_revenue",
    "returned_amount",
    "return_rate",
    "sale_lines",
    "cancelled_orders",
)
DRAWN = ("net_revenue", "orders")
"""Each in a chart of its own, beside an earlier span where one is chosen."""
BY_CUSTOMER = ("new_customer_revenue", "returning_customer_revenue")
YEAR_TO_DATE = ("year_to_date_revenue", "last_year_to_date_revenue", "year_to_date_growth")
TREND = ("rolling_3m_revenue", "rolling_12m_revenue", *YEAR_TO_DATE, "trend_slope", "anomaly_score")
UNUSUAL_SCORE = 3.5


def controls(view: View) -> Iterator[Control]:
    """Period, shop, currency, span, comparison."""
    yield period_control(view)
    yield from shop_controls(view, MONTHS)
    yield currency_control(view, MONTHS)
    yield from span_controls(view, MONTHS)
    yield compare_control(view)


def _money(view: View) -> dict[str, Filter]:
    """The chosen currency, of the chosen shop."""
    return {"currency_code": [view.one("currency")], **of_shop(view)}


def _rows(view: View) -> list[dict[str, Any]]:
    """One row per period of the span, which begins with the period of its first month."""
    period, start = view.one("period"), view.day("from")
    if start is not None and period != "month":
        start = start.replace(month=1 if period == "year" else 3 * ((start.month - 1) // 3) + 1)
    where = _money(view) | {period: Between(start, view.day("to"))}
    rows = view.reader.metrics((*SHOWN, *BY_CUSTOMER), [period, "is_complete"], where, PERIOD_TABLES[period])
    return _with_earlier(view, rows, period) if rows and is_compared(view) else rows


def _with_earlier(view: View, rows: list[dict[str, Any]], period: str) -> list[dict[str, Any]]:
    earlier = earlier_months(view, rows, period)
    where = _money(view) | {period: Between(earlier(rows[0][period]), earlier(rows[-1][period]))}
    found = view.reader.metrics(DRAWN, [period], where, PERIOD_TABLES[period])
    return with_earlier(rows, period, DRAWN, found, earlier)


def over_time(view: View) -> Iterator[Block]:
    """Headlines, then revenue, orders, new and returning customers by period."""
    rows = _rows(view)
    if not rows:
        yield nothing(view)
        return
    yield _headlines(view, rows)
    yield _bars(view, rows, "revenue", "net_revenue", is_wide=True)
    yield _bars(view, rows, "orders", "orders")
    yield _by_customer(view, rows)


def _headlines(view: View, rows: list[dict[str, Any]]) -> Headlines:
    """Of the newest complete period where there is one, else of the newest."""
    complete = [row for row in rows if row["is_complete"]] or rows
    last, period, currency = complete[-1], PERIODS[view.one("period")], view.one("currency")
    changes = _changes(view, last)
    where = _money(view) | {"month": Between(view.day("from"), view.day("to"))}
    total = view.reader.metrics(SHOWN[:1], where=where)[0]["net_revenue"]
    when = view.show(last[view.one("period")], period)
    items = [
        headline(view, name, last[name], currency, note=when, changes=changes.get(name, ()))
        for name in ("net_revenue", "orders", "average_order_value", "buying_customers")
    ]
    return Headlines("headlines", [*items, headline(view, "net_revenue", total, currency, note=_span(view))])


def _span(view: View) -> str:
    return f"{view.show(view.day('from'), 'month')} – {view.show(view.day('to'), 'month')}"


def _changes(view: View, last: dict[str, Any]) -> dict[str, list[Change]]:
    """The mart's own growth, which no filter of the page changes."""
    values = {
        "net_revenue": (last["growth_vs_previous"], last["growth_vs_last_year"]),
        "orders": (last["order_growth_vs_previous"], last["order_growth_vs_last_year"]),
    }
    labels = (view.say("before"), view.say("last_year"))
    shown = labels[1:] if view.one("period") == "year" else labels
    return {
        name: [Change(label, value) for label, value in zip(labels, pair, strict=True) if label in shown]
        for name, pair in values.items()
    }


def _bars(view: View, rows: list[dict[str, Any]], name: str, metric: str, *, is_wide: bool = False) -> Chart:
    period, currency = view.one("period"), view.one("currency")
    series = [Series(view.title(metric), [row[metric] for row in rows]), *earlier_series(view, metric, rows)]
    columns = [
        view.column(period, period, PERIODS[period]),
        *view.metric_columns(SHOWN),
        *earlier_columns(view, metric),
    ]
    return Chart(
        name,
        view.title(metric),
        view.definition(metric),
        Table(columns, rows, currency or None),
        charts.over_time(
            [view.show(row[period], PERIODS[period]) for row in rows],
            view.say(period),
            series,
            view.axis(metric),
            view.language,
            unfinished=_unfinished(view, rows, period),
            marks=marks(view, [row[period] for row in rows], PERIODS[period]),
        ),
        is_wide=is_wide,
        note=" ".join(filter(None, (_note(view, rows), _missing(view, metric, rows)))),
    )


def _unfinished(view: View, rows: list[dict[str, Any]], period: str) -> list[str]:
    """Periods that the data cover only partly, as places of a chart."""
    return [view.show(row[period], PERIODS[period]) for row in rows if not row["is_complete"]]


def _note(view: View, rows: list[dict[str, Any]]) -> str:
    return "" if all(row["is_complete"] for row in rows) else view.say("incomplete")


def _missing(view: View, metric: str, rows: list[dict[str, Any]]) -> str:
    is_missing = is_compared(view) and all(row[f"{metric}_before"] is None for row in rows)
    return view.say("compare_empty") if is_missing else ""


def _by_customer(view: View, rows: list[dict[str, Any]]) -> Chart:
    period, currency = view.one("period"), view.one("currency")
    return Chart(
        "new_returning",
        view.say("new_returning"),
        view.means("new_returning_definition"),
        view.table([view.column(period, period, PERIODS[period])], BY_CUSTOMER, rows, currency),
        charts.over_time(
            [view.show(row[period], PERIODS[period]) for row in rows],
            view.say(period),
            [Series(view.title(name), [row[name] for row in rows]) for name in BY_CUSTOMER],
            view.axis("net_revenue"),
            view.language,
            stacked=True,
            unfinished=_unfinished(view, rows, period),
            marks=marks(view, [row[period] for row in rows], PERIODS[period]),
        ),
        note=_note(view, rows),
    )


def trends(view: View) -> Iterator[Block]:
    """The months' trend with unusual ones marked, and the seasonal pattern."""
    currency = view.one("currency")
    where = _money(view) | {"month": Between(view.day("from"), view.day("to"))}
    rows = view.reader.metrics(TREND, ["month", "net_revenue_amount"], where)
    months = view.reader.metrics(["net_revenue"], ["month", "is_complete"], where, MONTHS)
    is_complete = {row["month"]: row["is_complete"] for row in months}
    rows = [
        {**row, "net_revenue": row["net_revenue_amount"], "is_complete": is_complete.get(row["month"], True)}
        for row in rows
    ]
    if rows:
        yield _year_to_date(view, rows[-1], currency)
        yield _trend(view, rows, currency)
        yield _season(view)


def _year_to_date(view: View, last: dict[str, Any], currency: str) -> Headlines:
    """To the end of the newest month of the span, or to the as-of date within it."""
    name, before, growth = YEAR_TO_DATE
    change = Change(view.say("same_days"), last[growth])
    month = view.show(last["month"], "month")
    reason = month if last[before] is not None else view.say("no_last_year")
    return Headlines(
        "year_to_date",
        [
            headline(view, name, last[name], currency, note=month, changes=[change]),
            headline(view, before, last[before], currency, note=reason),
        ],
    )


def _trend(view: View, rows: list[dict[str, Any]], currency: str) -> Chart:
    revenue = [row["net_revenue"] for row in rows]
    unusual = [row["net_revenue"] if abs(row["anomaly_score"] or 0) > UNUSUAL_SCORE else None for row in rows]
    series = [
        Series(view.title("net_revenue"), revenue, "line", GREY),
        *(
            Series(view.title(name), [row[name] for row in rows], "line", COLOURS[number])
            for number, name in enumerate(TREND[:2])
        ),
    ]
    if any(value is not None for value in unusual):
        series.append(Series(view.say("unusual"), unusual, "point", ALERT))
    return Chart(
        "trend",
        view.say("trend"),
        view.means("trend_definition"),
        view.table([view.column("month", "month", "month")], ["net_revenue", *TREND], rows, currency),
        charts.over_time(
            [view.show(row["month"], "month") for row in rows],
            view.say("month"),
            series,
            view.axis("net_revenue"),
            view.language,
            unfinished=_unfinished(view, rows, "month"),
            marks=marks(view, [row["month"] for row in rows], "month"),
        ),
        is_wide=True,
        note=_note(view, rows),
    )


def _season(view: View) -> Block:
    """One bar per calendar month, from the newest year of each."""
    found = view.reader.metrics(["seasonal_index"], ["month"], _money(view))
    newest = {row["month"].month: row for row in found if row["seasonal_index"] is not None}
    rows = [newest[number] for number in sorted(newest)]
    if not rows:
        return Notice(view.say("season"), view.say("season_empty"))
    names = [view.show(row["month"], "month_name") for row in rows]
    return Chart(
        "season",
        view.say("season"),
        view.definition("seasonal_index"),
        view.table([view.column("month", "calendar_month", "month_name")], ["seasonal_index"], rows),
        charts.over_time(
            names,
            view.say("calendar_month"),
            [Series(view.title("seasonal_index"), [row["seasonal_index"] for row in rows])],
            view.axis("seasonal_index"),
            view.language,
        ),
        is_wide=True,
    )


PAGE = Page(
    "sales",
    Text("Sales", "Ventes"),
    Text("Revenue and orders over time.", "Chiffre d'affaires et commandes au fil du temps."),
    (MONTHS,),
    controls,
    (
        Section(tuple(PERIOD_TABLES.values()), over_time),
        Section((FORECAST, MONTHS), forecast),
        Section((TRENDS, MONTHS), trends),
    ),
    "mart_sales",
)
