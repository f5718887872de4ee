"""The newest finished month at a glance: six figures with their course, and what rose and fell most."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from warehouse_assets.bi.metrics import METRICS
from warehouse_assets.bi.palette import ALERT, COLOURS
from warehouse_assets.bi.text import Text
from warehouse_assets.dashboard import charts
from warehouse_assets.dashboard.blocks import Block, Chart, Headline, Headlines, Table
from warehouse_assets.dashboard.charts import Series
from warehouse_assets.dashboard.formats import show_points
from warehouse_assets.dashboard.members import member_name
from warehouse_assets.dashboard.pages.common import (
    currency_control,
    headline,
    nothing,
    of_shop,
    shop_controls,
)
from warehouse_assets.dashboard.pages.spans import shifted
from warehouse_assets.dashboard.view import Control, Page, Section, View

MONTHS = "mart_sales.sales_by_month"
FIGURES = ("net_revenue", "orders", "average_order_value", "buying_customers", "units_sold", "return_rate")
SPARK_MONTHS = 13
"""A year and the month before it, so that the same month of last year is the first point."""
MOST_MOVERS = 3


@dataclass(frozen=True)
class Movers:
    """Where the members of one kind are, and the SELECT of their revenue in two months."""

    name: str
    column: str
    table: str
    member: str = "product_name"
    month: str = "period_start"
    condition: str = "period_kind = 'month'"


KINDS = (
    Movers("moving_products", "name", "mart_sales.product_sales"),
    Movers(
        "moving_categories",
        "category",
        "mart_sales.category_sales",
        "category",
        condition="period_kind = 'month' and subcategory = 'All'",
    ),
    Movers("moving_countries", "country", "mart_sales.sales_by_country", "country", "month", "true"),
)


def controls(view: View) -> Iterator[Control]:
    """Shop and currency; the months are the newest ones."""
    yield from shop_controls(view, MONTHS)
    yield currency_control(view, MONTHS)


def _months(view: View, metrics: Sequence[str]) -> list[dict[str, Any]]:
    """The finished months, oldest first; all of them where none is finished."""
    where = {"currency_code": [view.one("currency")], **of_shop(view)}
    rows = view.reader.metrics(metrics, ["month", "is_complete"], where, MONTHS)
    return [row for row in rows if row["is_complete"]] or rows


def figures(view: View) -> Iterator[Block]:
    """Six figures of the newest finished month, each with the months before it and a sentence."""
    rows = _months(view, FIGURES)
    if not rows:
        yield nothing(view)
        return
    yield Headlines("headlines", [_figure(view, name, rows) for name in FIGURES])


def _figure(view: View, name: str, rows: Sequence[Mapping[str, Any]]) -> Headline:
    by_month = {row["month"]: row[name] for row in rows}
    last = rows[-1]["month"]
    shown = headline(view, name, by_month[last], view.one("currency"))
    spark = [by_month.get(month) for month in (shifted(last, -number) for number in reversed(range(SPARK_MONTHS)))]
    is_rate = METRICS[name].format == "percent"
    return replace(shown, note=_sentence(view, shown.value, by_month, last, is_rate=is_rate), spark=spark)


def _sentence(view: View, value: str, by_month: Mapping[date, Any], last: date, *, is_rate: bool) -> str:
    """ "In Nov 2023: £1.46M, 36.0% above Oct 2023, 12.0% below Nov 2022."; a month that is not known is left out.

    Rates are compared in points: twice of 1 % is no growth of 100 %. What was 0 or below has no share to grow by.
    """
    parts = [view.say("in_month").format(month=view.show(last, "month"), value=value)]
    for month in (shifted(last, -1), shifted(last, -12)):
        before = by_month.get(month)
        if before is not None and by_month[last] is not None and (before > 0 or is_rate):
            now = Decimal(by_month[last])
            change = now - before if is_rate else now / before - 1
            key = "above" if change > 0 else "below" if change < 0 else "same_as"
            amount = show_points(abs(change), view.language) if is_rate else view.show(abs(change), "percent")
            parts.append(view.say(key).format(amount=amount, month=view.show(month, "month")))
        elif before is None and month != shifted(last, -1):
            parts.append(view.say("no_last_year_month").format(month=view.show(month, "month")))
    return ", ".join(parts) + "."


def movers(view: View, kind: Movers) -> Iterator[Block]:
    """The members of one kind that gained and lost most against the month before."""
    rows = _months(view, FIGURES[:1])
    if len(rows) < 2:
        return
    month = rows[-1]["month"]
    found = _changes(view, kind, month)
    risen = [row for row in found if row["change"] > 0][:MOST_MOVERS]
    fallen = [row for row in reversed(found) if row["change"] < 0][:MOST_MOVERS]
    shown = [*risen, *reversed(fallen)]
    if not shown or len(found) == 1:
        return  # a single member is the shop itself
    currency = view.one("currency")
    before = shifted(month, -1)
    columns = [
        view.column(kind.member, kind.column),
        view.column("revenue", "revenue_now", "money"),
        view.column("before", "revenue_before", "money"),
        view.column("change", "change", "money"),
    ]
    colours = [COLOURS[2] if row["change"] > 0 else ALERT for row in shown]
    series = Series(view.say("change"), [row["change"] for row in shown], colours=colours)
    axis = replace(view.axis("net_revenue"), title=view.say("change"))
    yield Chart(
        kind.name,
        view.say(kind.name),
        view.means("movers_definition", month=view.show(month, "month"), before=view.show(before, "month")),
        Table(columns, shown, currency),
        charts.ranking([row[kind.member] for row in shown], [series], axis, view.language),
        is_wide=kind is KINDS[-1],
    )


def _changes(view: View, kind: Movers, month: date) -> list[dict[str, Any]]:
    """Each member's revenue in the month and in the one before, the largest gain first."""
    values = {
        "currency": view.one("currency"),
        "month": month,
        "before": shifted(month, -1),
        "shop": view.one("shop"),
    }
    shop = " and source_name = %(shop)s" if view.one("shop") else ""
    rows = view.reader.rows(
        f"select {kind.member},"
        f" coalesce(sum(net_revenue_amount) filter (where {kind.month} = %(month)s), 0) as revenue,"
        f" coalesce(sum(net_revenue_amount) filter (where {kind.month} = %(before)s), 0) as before"
        f" from {kind.table} where {kind.condition} and currency_code = %(currency)s"
        f" and {kind.month} in (%(month)s, %(before)s){shop} group by {kind.member}",
        values,
    )
    changed = [
        row | {kind.member: member_name(row[kind.member], view.language), "change": row["revenue"] - row["before"]}
        for row in rows
    ]
    return sorted(changed, key=lambda row: (-row["change"], row[kind.member]))


PAGE = Page(
    "overview",
    Text("Overview", "Vue d'ensemble"),
    Text("The newest finished month, and what changed most.", "Le dernier mois terminé, et ce qui a le plus changé."),
    (MONTHS,),
    controls,
    (
        Section((MONTHS,), figures),
        *(Section((MONTHS, kind.table), partial(movers, kind=kind)) for kind in KINDS),
    ),
    "mart_sales",
)
