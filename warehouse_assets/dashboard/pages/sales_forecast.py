"""The part of the sales page that looks ahead: the next three months, or why there is no forecast of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from warehouse_assets.bi.metrics.shops import ALL_SHOPS
from warehouse_assets.bi.palette import COLOURS, GREY
from warehouse_assets.bi.query import Filter
from warehouse_assets.building.forecasting import FEWEST_MONTHS, has_stopped
from warehouse_assets.dashboard import charts
from warehouse_assets.dashboard.blocks import Block, Chart, Notice
from warehouse_assets.dashboard.charts import Series
from warehouse_assets.dashboard.pages.common import of_shop, shown_months
from warehouse_assets.dashboard.view import View
from warehouse_assets.schemas.ddl import next_month

MONTHS, FORECAST = "mart_sales.sales_by_month", "mart_sales.sales_forecast"
AHEAD = ("forecast_revenue", "forecast_low", "forecast_high")
TESTED = ("forecast_error", "forecast_error_reduction", "forecast_hits", "forecast_tests")
_SHOWN_MONTHS = 24
"""Of what is known, whatever span is chosen, so that two years of the season are seen beside what is expected."""


def forecast(view: View) -> Iterator[Block]:
    """A chart with its interval where the forecasts of the past beat the naive ones; else the reason."""
    where: dict[str, Filter] = {"currency_code": [view.one("currency")], **of_shop(view)}
    found = view.reader.metrics((*AHEAD, *TESTED), ["month", "is_better_than_naive"], where, FORECAST)
    ahead = [row for row in found if row["forecast_tests"] is not None]
    known = view.reader.metrics(["net_revenue"], ["month", "is_complete"], where, MONTHS)
    if ahead and all(row["is_better_than_naive"] for row in ahead):
        yield _chart(view, ahead, known[-_SHOWN_MONTHS:])
    elif known:
        yield Notice(view.say("forecast"), _reason(view, ahead, [row for row in known if row["is_complete"]]))


def _reason(view: View, ahead: list[dict[str, Any]], complete: list[dict[str, Any]]) -> str:
    """Why no forecast is shown; of the complete months up to the last one."""
    if ahead:
        return view.say("forecast_naive").format(**_test(view, ahead[0]))
    if len(complete) < FEWEST_MONTHS:
        return view.say("forecast_short").format(needed=FEWEST_MONTHS, known=len(complete))
    if next_month(complete[-1]["month"]) < _newest_month(view):
        if view.one("shop") == ALL_SHOPS:
            return view.say("forecast_apart")
        return view.say("forecast_past").format(month=view.show(complete[-1]["month"], "month"))
    return view.say("forecast_stopped" if has_stopped([row["net_revenue"] for row in complete]) else "forecast_same")


def _newest_month(view: View) -> date:
    """The first day of the newest month of any shop."""
    [row] = view.reader.rows(f"select date_trunc('month', max(as_of_date)::timestamp)::date as month from {MONTHS}")
    newest: date = row["month"]
    return newest


def _test(view: View, row: dict[str, Any]) -> dict[str, str]:
    """The result of the back-test, as words for a sentence."""
    return {
        "tests": view.show(row["forecast_tests"], "count"),
        "error": view.show(row["forecast_error"], "money", view.one("currency")),
        "compared": _compared(view, row),
        "hits": view.show(row["forecast_hits"], "percent"),
    }


def _compared(view: View, row: dict[str, Any]) -> str:
    """By how much the error was below that of last year's month; empty where no change before tells the scale."""
    less = row["forecast_error_reduction"]
    return "" if less is None else view.say("forecast_compared").format(less=view.show(less, "percent"))


def _chart(view: View, ahead: list[dict[str, Any]], known: list[dict[str, Any]]) -> Chart:
    months = sorted({row["month"] for row in (*known, *ahead)})
    by_month = {month: {"month": month} for month in months}
    for row in (*known, *ahead):
        by_month[row["month"]] |= row
    rows = [dict.fromkeys(("net_revenue", *AHEAD, *TESTED)) | by_month[month] for month in months]
    first = view.show(ahead[0]["month"], "month")
    return Chart(
        "forecast",
        view.say("forecast"),
        view.means("forecast_definition"),
        view.table(
            [view.column("month", "month", "month")],
            ("net_revenue", *AHEAD, *TESTED),
            rows,
            view.one("currency"),
        ),
        charts.over_time(
            shown_months(view, months),
            view.say("month"),
            _series(view, rows, ahead[0]["month"]),
            view.axis("net_revenue"),
            view.language,
        ),
        is_wide=True,
        note=view.say("forecast_note").format(
            month=first,
            **{name: view.show(ahead[0][name], "money", view.one("currency")) for name in AHEAD},
            **_test(view, ahead[0]),
        ),
    )


def _series(view: View, rows: list[dict[str, Any]], start: date) -> list[Series]:
    """What came, up to the forecast; then the expected values, dotted, over the band of their bounds."""
    came = [row["net_revenue"] if row["month"] < start else None for row in rows]
    lower, upper = ([row[name] for row in rows] for name in AHEAD[1:])
    return [
        Series(view.title(AHEAD[1]), lower, "edge", COLOURS[0]),
        Series(view.title(AHEAD[2]), upper, "band", COLOURS[0]),
        Series(view.title("net_revenue"), came, "line", GREY),
        Series(view.title(AHEAD[0]), [row[AHEAD[0]] for row in rows], "dash", COLOURS[0]),
    ]
