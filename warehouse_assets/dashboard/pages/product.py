"""One product: its course, its countries, what came back of it, and how it is rated."""

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
    marks,
    nothing,
    of_shop,
    partly,
    shop_controls,
    shown_months,
)
from warehouse_assets.dashboard.pages.coverage import Coverage, of_choice, shop_values
from warehouse_assets.dashboard.pages.product_names import PRODUCTS, product_names
from warehouse_assets.dashboard.view import Control, Page, Section, View

PLACES = "mart_sales.product_countries"
HEADLINES = (
    "product_revenue",
    "product_units",
    "product_orders",
    "product_returns",
    "product_rating",
    "product_rank",
)
BY_MONTH = (*HEADLINES, "product_growth")
BY_COUNTRY = ("product_country_revenue", "product_country_units", "product_country_returns")
MOST_OFFERED, MOST_BARS = 1000, 20
_OFFERED = f"""
select
    product_key,
    min(product_name) as product_name,
    row_number() over (order by sum(net_revenue_amount) desc, product_key) as place
from {PRODUCTS}
where period_kind = 'all' and {{choice}}
group by product_key
order by product_key = %(asked)s desc, place
limit {MOST_OFFERED}
"""


def controls(view: View) -> Iterator[Control]:
    """Shop, currency, product: those of most revenue, and the one that the address names."""
    yield from shop_controls(view, PRODUCTS)
    yield currency_control(view, PRODUCTS)
    asked = next(iter(view.asked.get("product", ())), "")
    key = int(asked) if asked.removeprefix("-").isdecimal() and len(asked) < len(str(2**63)) else None
    rows = view.reader.rows(_OFFERED.format(choice=of_choice(view)), {**shop_values(view), "asked": key})
    options = [(str(key), name) for key, name in product_names(view, rows).items()]
    first = min(rows, key=lambda row: row["place"], default=None)
    yield Control("product", view.say("name"), options, str(first["product_key"]) if first else "")


def _where(view: View, kind: str = "") -> dict[str, Filter]:
    where: dict[str, Filter] = {
        "currency_code": [view.one("currency")],
        "product_key": [int(view.one("product") or 0)],
        **of_shop(view),
    }
    return where | ({"period_kind": [kind]} if kind else {})


def course(view: View) -> Iterator[Block]:
    """Figures of all time, and revenue month by month."""
    total = view.reader.metrics(HEADLINES, (), _where(view, "all"))[0]
    found = view.reader.metrics(BY_MONTH, ["period_start"], _where(view, "month"))
    if total["product_revenue"] is None or not found:
        yield nothing(view)
        return
    currency = view.one("currency")
    yield Headlines("headlines", [headline(view, name, total[name], currency) for name in HEADLINES])
    rows = [row | {"month": row["period_start"]} for row in found]
    known = Coverage(None, _last_day(view))
    months = every_month([*(row["month"] for row in rows), *([known.last.replace(day=1)] if known.last else [])])
    unfinished = [month for month in months if not known.is_over(month)]
    revenue = {row["month"]: row["product_revenue"] for row in rows}
    name = dict(view.controls["product"].options)[view.one("product")]
    yield Chart(
        "course",
        view.titled("course_of", name),
        view.definition("product_revenue"),
        view.table([view.column("month", "month", "month")], BY_MONTH, rows, currency),
        charts.over_time(
            shown_months(view, months),
            view.say("month"),
            [Series(view.title("product_revenue"), [revenue.get(month) for month in months])],
            view.axis("product_revenue"),
            view.language,
            unfinished=shown_months(view, unfinished),
            marks=marks(view, months, "month"),
        ),
        is_wide=True,
        note=" ".join(filter(None, (partly(view, unfinished, months), _unrated(view, total)))),
    )


def _last_day(view: View) -> date | None:
    """The last day that the data of the product's own shop cover."""
    [row] = view.reader.rows(
        f"select max(as_of_date) as last from {PRODUCTS}"
        " where product_key = %(product)s and source_name <> %(all_shops)s",
        {"product": int(view.one("product") or 0), **shop_values(view)},
    )
    last: date | None = row["last"]
    return last


def _unrated(view: View, total: dict[str, Any]) -> str:
    return "" if total["product_rating"] is not None else view.say("few_raters")


def places(view: View) -> Iterator[Block]:
    """Revenue by country, over all months."""
    rows = view.reader.metrics(BY_COUNTRY, ["country"], _where(view))
    rows = sorted(rows, key=lambda row: (-(row["product_country_revenue"] or 0), row["country"]))
    if not rows:
        return
    shown: list[dict[str, Any]] = [row | {"country": member_name(row["country"], view.language)} for row in rows]
    series = Series(
        view.title("product_country_revenue"), [row["product_country_revenue"] for row in shown[:MOST_BARS]]
    )
    yield Chart(
        "places",
        view.say("by_country"),
        view.definition("product_country_revenue"),
        view.table([view.column("country", "country")], BY_COUNTRY, shown, view.one("currency")),
        charts.ranking(
            [row["country"] for row in shown[:MOST_BARS]],
            [series],
            view.axis("product_country_revenue"),
            view.language,
        ),
        is_wide=True,
    )


PAGE = Page(
    "product",
    Text("Product", "Produit"),
    Text("One product: its course, countries, returns and rating.", "Un produit : évolution, pays, retours et note."),
    (PRODUCTS,),
    controls,
    (Section((PRODUCTS,), course), Section((PLACES,), places)),
    "mart_sales",
)
