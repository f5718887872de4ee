"""Customer value by segment (recency and frequency) and by cohort."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from warehouse_assets.bi.query import Filter
from warehouse_assets.bi.text import Text
from warehouse_assets.dashboard import charts
from warehouse_assets.dashboard.blocks import Block, Chart, Headlines
from warehouse_assets.dashboard.charts import Series
from warehouse_assets.dashboard.members import member_name
from warehouse_assets.dashboard.pages.common import (
    currency_control,
    every_month,
    headline,
    nothing,
    of_shop,
    shop_controls,
    shown_months,
)
from warehouse_assets.dashboard.view import Control, Page, Section, View

VALUE, SALES = "mart_customers.customer_value", "mart_sales.sales_by_month"
SHOWN = ("valued_customers", "customer_revenue", "average_lifetime_value", "orders_per_customer", "recency")
TOTALS = ("valued_customers", "customer_revenue", "average_lifetime_value")


def controls(view: View) -> Iterator[Control]:
    """The shop and the currency."""
    yield from shop_controls(view, VALUE)
    yield currency_control(view, VALUE)


def _of(view: View, grouping: str) -> dict[str, Filter]:
    return {"currency_code": [view.one("currency")], "grouping": [grouping], **of_shop(view)}


def _rows(view: View, grouping: str) -> list[dict[str, Any]]:
    rows = view.reader.metrics(SHOWN, ["member"], _of(view, grouping))
    return [row for row in rows if row["valued_customers"] is not None]


def totals(view: View) -> Iterator[Block]:
    """Totals of all buyers."""
    total = view.reader.metrics(TOTALS, (), _of(view, "rfm_segment"))[0]
    if total["valued_customers"] is None:
        yield nothing(view)
        return
    yield Headlines("headlines", [headline(view, name, total[name], view.one("currency")) for name in TOTALS])


def beside_sales(view: View) -> Iterator[Block]:
    """Revenue as the Sales page has it, and how much of it is of nobody on this page."""
    currency = view.one("currency")
    shops = [row["source_name"] for row in view.reader.rows(f"select distinct source_name from {VALUE}")]
    where: dict[str, Filter] = {"currency_code": [currency], "source_name": shops, **of_shop(view)}
    sales = view.reader.metrics(["net_revenue"], where=where)[0]["net_revenue"]
    total = view.reader.metrics(TOTALS, where={**where, "grouping": ["rfm_segment"]})[0]
    rest = (sales or 0) - (total["customer_revenue"] or 0)
    if sales is None or total["customer_revenue"] is None or not rest:
        return
    note = view.say("rest_of_sales").format(rest=view.show(rest, "money", currency))
    yield Headlines("beside_sales", [headline(view, "net_revenue", sales, currency, note=note)])


def segments(view: View) -> Iterator[Block]:
    """Revenue and customers by segment."""
    currency = view.one("currency")
    rows = sorted(_rows(view, "rfm_segment"), key=lambda row: -(row["customer_revenue"] or 0))
    if not rows:
        return
    names = [member_name(row["member"], view.language) for row in rows]
    table = view.table(
        [view.column("member", "group")],
        SHOWN,
        [row | {"member": name} for row, name in zip(rows, names, strict=True)],
        currency,
    )
    note = f"{view.say('segments_note')} {view.say('value_of_buyers')}"
    for name, metric, title in (
        ("segments", "customer_revenue", "segments"),
        ("segment_customers", "valued_customers", "segment_customers"),
    ):
        series = Series(view.title(metric), [row[metric] for row in rows])
        figure = charts.ranking(names, [series], view.axis(metric), view.language)
        yield Chart(name, view.say(title), view.definition(metric), table, figure, note=note)


def cohorts(view: View) -> Iterator[Block]:
    """Value per customer by cohort."""
    rows = [
        row | {"member": date.fromisoformat(row["member"])}
        for row in _rows(view, "cohort_month")
        if _is_day(row["member"])
    ]
    if not rows:
        return
    currency, metric = view.one("currency"), "average_lifetime_value"
    values = {row["member"]: row[metric] for row in rows}
    months = every_month(values)
    yield Chart(
        "cohort_value",
        view.say("cohort_value"),
        view.definition(metric),
        view.table([view.column("member", "cohort", "month")], SHOWN, rows, currency),
        charts.over_time(
            shown_months(view, months),
            view.say("cohort"),
            [Series(view.title(metric), [values.get(month) for month in months])],
            view.axis(metric),
            view.language,
        ),
        is_wide=True,
        note="" if all(values.get(month) is not None for month in months) else view.say("small_cohorts"),
    )


def _is_day(member: str) -> bool:
    return member[:1].isdigit()


PAGE = Page(
    "value",
    Text("Value", "Valeur"),
    Text("What customers are worth.", "Ce que valent les clients."),
    (VALUE,),
    controls,
    (
        Section((VALUE,), totals),
        Section((VALUE, SALES), beside_sales),
        Section((VALUE,), segments),
        Section((VALUE,), cohorts),
    ),
    "mart_customers",
)
