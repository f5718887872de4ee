"""What stands on each page of the star's reports; one set of choices holds for all of them."""

from __future__ import annotations

from collections.abc import Mapping

from warehouse_assets.bi.charts import Chart, Choice, Kind, chart
from warehouse_assets.bi.labels import STAR_PAGE_LABELS
from warehouse_assets.bi.powerbi.design import ReportPage
from warehouse_assets.bi.powerbi.star.measures import StarMeasure

_STAR = "dw.fct_sales"


def _drawn(name: str, title: tuple[str, str], kind: Kind, *measures: str, **options: object) -> Chart:
    return chart(f"star_{name}", title, kind, *measures, table=_STAR, **options)


_OVERVIEW = (
    _drawn(
        "revenue_by_month",
        ("Net revenue by month", "Chiffre d'affaires net par mois"),
        "column",
        "net_revenue",
        by=("month_start",),
    ),
    _drawn(
        "years_compared",
        ("This year and the year before, by month", "L'année et la précédente, par mois"),
        "line",
        "net_revenue",
        "last_year_revenue",
        by=("month_name",),
    ),
    _drawn(
        "year_to_date",
        ("Revenue since January", "Chiffre d'affaires depuis janvier"),
        "line",
        "year_to_date_revenue",
        by=("month_start",),
    ),
    _drawn(
        "years",
        ("Years", "Années"),
        "table",
        "net_revenue",
        "discount",
        "orders",
        "buying_customers",
        "average_order_value",
        "return_rate",
        "growth_vs_last_year",
        by=("year",),
    ),
)

_PRODUCTS = (
    _drawn(
        "catalogue",
        ("Revenue by category, subcategory, product", "Chiffre d'affaires par catégorie, sous-catégorie, produit"),
        "bar",
        "product_revenue",
        by=("category", "subcategory", "product_name"),
        order="largest first",
    ),
    _drawn(
        "categories_by_month",
        ("Revenue of categories by month", "Chiffre d'affaires des catégories par mois"),
        "stacked",
        "product_revenue",
        by=("month_start",),
        series="category",
    ),
    _drawn(
        "products",
        ("Products", "Produits"),
        "table",
        "product_revenue",
        "units_sold",
        "orders",
        "return_rate",
        "average_rating",
        by=("product_name",),
        order="largest first",
    ),
)

_COUNTRIES = (
    _drawn(
        "countries",
        ("Revenue by country", "Chiffre d'affaires par pays"),
        "bar",
        "net_revenue",
        by=("continent", "country"),
        order="largest first",
    ),
    _drawn(
        "countries_by_month",
        ("Revenue by month and country", "Chiffre d'affaires par mois et pays"),
        "line",
        "net_revenue",
        by=("month_start",),
        series="country",
    ),
    _drawn(
        "channels",
        ("Customers by channel", "Clients par canal"),
        "bar",
        "buying_customers",
        by=("acquisition_channel",),
        order="largest first",
    ),
    _drawn(
        "country_figures",
        ("Figures of countries", "Chiffres des pays"),
        "table",
        "net_revenue",
        "orders",
        "buying_customers",
        "average_order_value",
        by=("country",),
        order="largest first",
    ),
)
_CARDS = {
    "overview": ("net_revenue", "orders", "average_order_value", "growth_vs_last_year", "as_of"),
    "products": ("product_revenue", "units_sold", "return_rate", "average_rating", "as_of"),
    "countries": ("net_revenue", "buying_customers", "orders", "as_of"),
}
_CHARTS = {"overview": _OVERVIEW, "products": _PRODUCTS, "countries": _COUNTRIES}
CHOICES = tuple(Choice(_STAR, name) for name in ("year", "month_start", "source_name", "country", "currency_code"))
"""Year, month, shop, country and currency."""


def star_pages(measures: Mapping[str, StarMeasure]) -> tuple[ReportPage, ...]:
    """The pages in order, each with its figures first."""
    return tuple(
        ReportPage(
            page,
            label,
            CHOICES,
            (*(_card(page, measures[name]) for name in _CARDS[page]), *_CHARTS[page]),
        )
        for page, label in STAR_PAGE_LABELS.items()
    )


def _card(page: str, measure: StarMeasure) -> Chart:
    return _drawn(f"{page}_{measure.name}_card", (measure.title.en, measure.title.fr), "card", measure.name)
