"""Where sales come from; the page of country managers, who see the countries that are theirs."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from warehouse_assets.bi.query import Between, Filter
from warehouse_assets.bi.text import Text
from warehouse_assets.dashboard import charts
from warehouse_assets.dashboard.blocks import Block, Chart, Headlines, Table
from warehouse_assets.dashboard.charts import Series
from warehouse_assets.dashboard.members import member_name
from warehouse_assets.dashboard.pages.common import (
    Lines,
    currency_control,
    headline,
    lines_by_month,
    nothing,
    of_shop,
    shop_controls,
)
from warehouse_assets.dashboard.pages.coverage import covered, of_choice, shop_values, unfinished_months
from warehouse_assets.dashboard.pages.spans import shifted, span_controls
from warehouse_assets.dashboard.view import Control, Page, Section, View

COUNTRIES = "mart_sales.sales_by_country"
SHOWN = ("country_revenue", "country_orders", "country_units")
MOST_BARS, MOST_LINES = 20, 5


def controls(view: View) -> Iterator[Control]:
    """Shop, currency, span, scale, countries: those that the reader may see."""
    yield from shop_controls(view, COUNTRIES)
    yield currency_control(view, COUNTRIES)
    yield from span_controls(view, COUNTRIES)
    rows = view.reader.rows(
        f'select country from {COUNTRIES} where {of_choice(view)} group by country order by country collate "C"',
        shop_values(view),
    )
    options = [(row["country"], member_name(row["country"], view.language)) for row in rows]
    options.sort(key=lambda option: option[1])
    yield Control("country", view.say("countries"), options, "", "many", empty=view.say("all_countries"))
    scales = [(name, view.say(f"scale_{name}")) for name in ("all", "smaller", "log")]
    yield Control("scale", view.say("scale"), scales, "all", "switch")


def _where(view: View) -> dict[str, Filter]:
    where: dict[str, Filter] = {
        "currency_code": [view.one("currency")],
        "month": Between(view.day("from"), view.day("to")),
        **of_shop(view),
    }
    return where | ({"country": view.many("country")} if view.many("country") else {})


def countries(view: View) -> Iterator[Block]:
    """Totals, bars by country, and the largest ones by month."""
    currency = view.one("currency")
    rows = view.reader.metrics(SHOWN, ["country"], _where(view))
    if not rows:
        yield nothing(view)
        return
    total = view.reader.metrics(SHOWN, (), _where(view))[0]
    yield Headlines("headlines", [headline(view, name, total[name], currency) for name in SHOWN])
    rows = sorted(rows, key=lambda row: (-row["country_revenue"], row["country"]))
    yield _by_country(view, rows, currency)
    yield _by_month(view, [row["country"] for row in rows[:MOST_LINES]])


def _by_country(view: View, rows: list[dict[str, Any]], currency: str) -> Chart:
    growth = _growth(view, rows)
    total = sum(row["country_revenue"] for row in rows)
    shown = [
        row
        | {"country": member_name(row["country"], view.language), "growth": growth.get(row["country"])}
        | {"share": row["country_revenue"] / total if total > 0 else None}
        for row in rows
    ]
    drawn = shown[1:] if view.one("scale") == "smaller" and len(shown) > 1 else shown
    drawn = drawn[:MOST_BARS]
    series = Series(view.title("country_revenue"), [row["country_revenue"] for row in drawn])
    columns = [view.column("country", "country"), *view.metric_columns(SHOWN), view.column("share", "share", "percent")]
    columns += [view.column("growth", "growth_on_last_year", "percent")] if growth else []
    return Chart(
        "countries",
        view.say("by_country"),
        view.definition("country_revenue"),
        Table(columns, shown, currency or None),
        charts.ranking(
            [row["country"] for row in drawn],
            [series],
            view.axis("country_revenue"),
            view.language,
            is_log=view.one("scale") == "log",
        ),
        is_wide=True,
        note=view.say(f"scale_{view.one('scale')}_note") if view.one("scale") != "all" else "",
    )


def _growth(view: View, rows: list[dict[str, Any]]) -> dict[str, Decimal]:
    """Country -> change of revenue on the same months of last year; empty where the data do not cover both whole."""
    start, end, known = view.day("from"), view.day("to"), covered(view, COUNTRIES)
    if start is None or end is None or start > end or known.first is None or not known.is_over(end):
        return {}
    if shifted(start, -12) <= known.first:
        return {}  # of the first month the data may have a part
    where = _where(view) | {"month": Between(shifted(start, -12), shifted(end, -12))}
    before = {row["country"]: row["country_revenue"] for row in view.reader.metrics(SHOWN[:1], ["country"], where)}
    return {
        row["country"]: row["country_revenue"] / before[row["country"]] - 1
        for row in rows
        if (before.get(row["country"]) or 0) > 0
    }


def _by_month(view: View, largest: list[str]) -> Chart:
    metrics = (*SHOWN, "country_customers")
    found = view.reader.metrics(metrics, ["month", "country"], _where(view) | {"country": largest})
    place, unfinished = view.column("country", "country"), unfinished_months(view, COUNTRIES)
    return lines_by_month(
        view,
        Lines("country_months", view.say("country_months"), place, largest, SHOWN[0], metrics, unfinished, 0),
        found,
    )


PAGE = Page(
    "countries",
    Text("Countries", "Pays"),
    Text("Where sales come from.", "D'où viennent les ventes."),
    (COUNTRIES,),
    controls,
    (Section((COUNTRIES,), countries),),
    "mart_sales",
)
