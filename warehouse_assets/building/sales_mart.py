"""Data mart 2: the SELECT that fills each table of `mart_sales`."""

from __future__ import annotations

from collections.abc import Mapping

from warehouse_assets.building.forecasting import forecast_parameters
from warehouse_assets.building.second_process import elsewhere
from warehouse_assets.building.select import Computation, Select

_FOLDER = "marts/sales"
_PERIODS_PER_YEAR = {"month": 12, "quarter": 4, "year": 1}


def _sales_by(period: str) -> Select:
    return Select(
        f"{_FOLDER}/sales_by_period.sql",
        {"period": period, "periods_per_year": _PERIODS_PER_YEAR[period]},
        relations=(
            "shops",
            "sellers",
            "seller_spans",
            "span_months",
            "spanning_orders",
            "order_steps",
            "customer_steps",
            "period_orders",
            "period_customers",
        ),
    )


_RATINGS = ("shops", "sellers", "rating_cells", "rating_units", "rating_levels", "rating_groups", "member_ratings")


def _ranked(name: str, *relations: str) -> Select:
    return Select(
        f"{_FOLDER}/{name}.sql",
        relations=(
            *_RATINGS,
            "seller_spans",
            "span_months",
            "needed_periods",
            "spanning_orders",
            "product_sums",
            "product_orders",
            *relations,
        ),
    )


SALES_SELECTS: Mapping[str, Select] = {
    "mart_sales.sales_by_day": Select(f"{_FOLDER}/sales_by_day.sql", relations=("shops", "sellers", "seller_spans")),
    **{f"mart_sales.sales_by_{period}": _sales_by(period) for period in _PERIODS_PER_YEAR},
    "mart_sales.product_sales": _ranked("product_sales", "product_ratings", "product_months", "product_periods"),
    "mart_sales.category_sales": _ranked(
        "category_sales", "category_members", "category_ratings", "category_orders", "category_months"
    ),
    "mart_sales.sales_trends": Select(
        f"{_FOLDER}/sales_trends.sql",
        relations=(
            "shops",
            "sellers",
            "seller_spans",
            "span_months",
            "last_year_months",
            "trend_slopes",
            "trend_seasons",
            "trend_anomalies",
        ),
    ),
    "mart_sales.sales_forecast": Select(
        f"{_FOLDER}/sales_forecast.sql",
        relations=("shops", "sellers", "seller_spans", "span_months", "complete_months"),
        computed=Computation(
            "complete_months",
            ("source_name", "currency_code", "month", "net_revenue_amount"),
            lambda rows: elsewhere(forecast_parameters, list(rows)),
        ),
    ),
    "mart_sales.product_countries": Select(
        f"{_FOLDER}/product_countries.sql", relations=("shops", "sellers", "seller_spans")
    ),
    "mart_sales.sales_by_country": Select(
        f"{_FOLDER}/sales_by_country.sql",
        relations=("shops", "sellers", "seller_spans", "spanning_orders", "country_orders", "country_customers"),
    ),
}
"""Table -> the SELECT that fills it; with the parameters of `mart_parameters`."""
OUTDATED_MONTHS = Select(
    f"{_FOLDER}/outdated_months.sql",
    relations=(*_RATINGS, "product_ratings", "category_members", "category_ratings"),
)
"""Months of product_sales and category_sales that are to be built anew, though nothing of the month has changed."""

SALES_GROUPS = (
    ("mart_sales.product_sales", "mart_sales.category_sales"),
    (
        *(f"mart_sales.sales_by_{period}" for period in _PERIODS_PER_YEAR),
        "mart_sales.sales_by_day",
        "mart_sales.sales_trends",
    ),
    ("mart_sales.sales_forecast",),
    ("mart_sales.product_countries", "mart_sales.sales_by_country"),
)
"""Tables built together because they read the same relations, or are compared; the longest build first.

The forecast is alone: it takes about a second per shop and currency with two years, which no other table waits for.
"""
