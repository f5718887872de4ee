"""What sells: categories, down to subcategories and products."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from warehouse_assets.bi.query import Filter
from warehouse_assets.bi.text import Text
from warehouse_assets.dashboard import charts
from warehouse_assets.dashboard.blocks import Block, Chart, Sheet
from warehouse_assets.dashboard.charts import Series
from warehouse_assets.dashboard.formats import Kind
from warehouse_assets.dashboard.members import member_name
from warehouse_assets.dashboard.pages.common import currency_control, named, nothing, of_shop, shop_controls
from warehouse_assets.dashboard.pages.coverage import covered, of_choice, shop_values
from warehouse_assets.dashboard.pages.product_names import PRODUCTS, product_names
from warehouse_assets.dashboard.pages.spans import MONTHS_OF, shifted
from warehouse_assets.dashboard.view import Control, Page, Section, View

CATEGORIES = "mart_sales.category_sales"
WHOLE, EVERY = "all", "*"
SHOWN = (
    "product_revenue",
    "product_share",
    "product_growth",
    "product_units",
    "product_orders",
    "product_returns",
    "product_rating",
    "product_rank",
)
CATEGORY_SHOWN = (
    "category_share",
    "category_growth",
    "category_units",
    "category_orders",
    "category_rating",
    "category_rank",
)
MOST_BARS = 12
_KINDS: dict[str, Kind] = {"month": "month", "quarter": "quarter", "year": "year"}


def controls(view: View) -> Iterator[Control]:
    """Kind of period and which, shop, currency, category."""
    kinds = [(WHOLE, view.say("whole")), *((kind, view.say(kind)) for kind in ("year", "quarter", "month"))]
    yield Control("period", view.say("period"), kinds, WHOLE, "switch")
    yield from shop_controls(view, CATEGORIES)
    yield currency_control(view, CATEGORIES)
    if view.one("period") != WHOLE:
        yield _when(view)
    rows = view.reader.rows(
        f"select category from {CATEGORIES}"
        f" where period_kind = 'all' and {of_choice(view)}"
        ' group by category order by category collate "C"',
        shop_values(view),
    )
    options = [(row["category"], member_name(row["category"], view.language)) for row in rows]
    yield Control("category", view.say("category"), [(EVERY, view.say("every_category")), *options], EVERY)


def _when(view: View) -> Control:
    """The periods of that kind, newest first; chosen is the newest one that is over, else the newest."""
    kind, known = view.one("period"), covered(view, CATEGORIES, "period_start")
    rows = view.reader.rows(
        f"select distinct period_start from {CATEGORIES}"
        f" where period_kind = %(kind)s and {of_choice(view)}"
        " order by period_start desc",
        {"kind": kind, **shop_values(view)},
    )
    shown = {row["period_start"]: view.show(row["period_start"], _KINDS[kind]) for row in rows}
    over = {day for day in shown if known.is_over(shifted(day, MONTHS_OF[kind] - 1))}
    options = [
        (day.isoformat(), name if day in over else view.say("unfinished").format(name)) for day, name in shown.items()
    ]
    newest = max(over or shown, default=None)
    return Control("when", view.say(kind), options, newest.isoformat() if newest else "")


def _category(view: View) -> str:
    """The chosen category; empty for all."""
    return "" if view.one("category") == EVERY else view.one("category")


def _where(view: View) -> dict[str, Filter]:
    where: dict[str, Filter] = {
        "currency_code": [view.one("currency")],
        "period_kind": [view.one("period")],
        **of_shop(view),
    }
    if view.one("period") != WHOLE:
        where["period_start"] = [view.day("when")]
    return where


def categories(view: View) -> Iterator[Block]:
    """Bars of categories, or of the subcategories of the chosen one."""
    chosen = _category(view)
    where = _where(view) | ({"category": [chosen]} if chosen else {"subcategory": ["All"]})
    level = "subcategory" if chosen else "category"
    rows = _category_rows(view, where, level)
    if not rows:
        yield nothing(view)
        return
    names = [member_name(row[level], view.language) for row in rows]
    top = rows[:MOST_BARS]
    series = Series(view.title("category_revenue"), [row["category_revenue"] for row in top])
    yield Chart(
        "categories",
        view.titled("by_subcategory", member_name(chosen, view.language)) if chosen else view.say("by_category"),
        view.definition("category_revenue"),
        view.table(
            [view.column(level, level)],
            ["category_revenue", *CATEGORY_SHOWN],
            [row | {level: name} for row, name in zip(rows, names, strict=True)],
            view.one("currency"),
        ),
        charts.ranking(
            names[:MOST_BARS],
            [series],
            view.axis("category_revenue"),
            view.language,
            [row[level] for row in top],
        ),
        drills=None if chosen else "category",
        note="" if chosen else view.say("drill_note"),
    )


def _category_rows(view: View, where: dict[str, Filter], level: str) -> list[dict[str, Any]]:
    """Largest first. The revenue metric adds subcategories, the others are of the row that stands for its group."""
    revenue = view.reader.metrics(
        ["category_revenue"],
        [level],
        {name: value for name, value in where.items() if name != "subcategory"},
        CATEGORIES,
    )
    amounts = {row[level]: row["category_revenue"] for row in revenue if row["category_revenue"] is not None}
    rows = view.reader.metrics(CATEGORY_SHOWN, ["category", "subcategory"], where)
    rows = [row | {"category_revenue": amounts[row[level]]} for row in rows if row[level] in amounts]
    rows = [row for row in rows if level == "category" or row["subcategory"] != "All"]
    units = _subcategory_units(view, where, level)
    rows = [row | {"category_units": units.get(row[level])} for row in rows]
    return sorted(rows, key=lambda row: (-row["category_revenue"], row[level]))


def _subcategory_units(view: View, where: dict[str, Filter], level: str) -> dict[str, Any]:
    found = view.reader.metrics(
        ["category_units"], [level], {name: value for name, value in where.items() if name != "subcategory"}, CATEGORIES
    )
    return {row[level]: row["category_units"] for row in found}


def products(view: View) -> Iterator[Block]:
    """The best products as bars, and all of them as a table."""
    chosen = _category(view)
    where = _where(view) | ({"category": [chosen]} if chosen else {})
    rows = view.reader.metrics(SHOWN, ["product_key", "product_name", "category", "subcategory"], where, PRODUCTS)
    if not rows:
        return
    rows = sorted(rows, key=lambda row: row["product_rank"])
    called = product_names(view, rows)
    rows = [row | {"product_name": called[row["product_key"]]} for row in rows]
    for column in ("category", "subcategory"):
        rows = named(
            rows, column, {value: member_name(value, view.language) for value in {row[column] for row in rows}}
        )
    currency = view.one("currency")
    places = [
        replace(view.column("product_name", "name"), link="page"),
        view.column("category", "category"),
        view.column("subcategory", "subcategory"),
    ]
    shop = {"shop": view.one("shop")} if view.one("shop") else {}
    for row in rows:
        row["page"] = f"/product?{urlencode({**shop, 'currency': currency, 'product': row['product_key']})}"
    table = view.table(places, _sheet_metrics(view), rows, currency)
    top = rows[:MOST_BARS]
    series = Series(view.title("product_revenue"), [row["product_revenue"] for row in top])
    yield Chart(
        "top_products",
        view.say("top_products"),
        view.definition("product_revenue"),
        view.table(places, SHOWN, top, currency),
        charts.ranking(
            [row["product_name"] for row in top],
            [series],
            view.axis("product_revenue"),
            view.language,
        ),
    )
    note = view.say("few_raters") if any(row["product_rating"] is None for row in rows) else ""
    yield Sheet("products", view.say("all_products"), view.definition("product_revenue"), table, note)


def _sheet_metrics(view: View) -> list[str]:
    """Those that fit beside each other: the rows stand in the order of the rank, and all time has no growth."""
    left_out = {"product_rank", "product_returns"} | ({"product_growth"} if view.one("period") == WHOLE else set())
    return [name for name in SHOWN if name not in left_out]


PAGE = Page(
    "products",
    Text("Products", "Produits"),
    Text("What sells, from categories down to products.", "Ce qui se vend, des catégories aux produits."),
    (CATEGORIES,),
    controls,
    (Section((CATEGORIES,), categories), Section((PRODUCTS,), products)),
    "mart_sales",
)
