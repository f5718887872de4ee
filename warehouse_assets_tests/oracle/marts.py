"""Every mart of the shop from its raw export files, by the definitions of the model alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from warehouse_assets.schemas.marts import CUSTOMER_MART, SALES_MART
from warehouse_assets_tests.oracle.churn import churn_rates
from warehouse_assets_tests.oracle.contract import SHOP
from warehouse_assets_tests.oracle.demographics import Demographics
from warehouse_assets_tests.oracle.exact import told_until
from warehouse_assets_tests.oracle.forecast import sales_forecast
from warehouse_assets_tests.oracle.periods import Row, sales_by, sales_by_day
from warehouse_assets_tests.oracle.products import category_sales, product_countries, product_sales, sales_by_country
from warehouse_assets_tests.oracle.raw import RawFile
from warehouse_assets_tests.oracle.retention import retention_cohorts
from warehouse_assets_tests.oracle.shop import Shop, open_shop
from warehouse_assets_tests.oracle.signups import signup_trends
from warehouse_assets_tests.oracle.trends import sales_trends
from warehouse_assets_tests.oracle.value import customer_value

UNKNOWABLE = frozenset({"product_key"})
"""Columns that only the holder of the warehouse's hashes can compute; the oracle's frames lack them."""

_TABLES = {table.name: table for table in (*SALES_MART, *CUSTOMER_MART)}

KEY_COLUMNS: dict[str, tuple[str, ...]] = {
    **{name: table.primary_key for name, table in _TABLES.items()},
    "mart_sales.product_sales": (
        "period_kind", "period_start", "currency_code", "product_name", "category", "subcategory",
    ),
    "mart_sales.product_countries": ("currency_code", "product_name", "category", "subcategory", "country"),
}  # fmt: skip
"""The columns to compare each table on."""


def _sales_rows(shop: Shop, as_of: date, k: int) -> dict[str, list[Row]]:
    tables = {
        **{f"sales_by_{kind}": sales_by(kind, shop.lines, as_of) for kind in ("month", "quarter", "year")},
        "sales_by_day": sales_by_day(shop.lines, as_of),
        "product_sales": product_sales(shop.lines, as_of, k),
        "product_countries": product_countries(shop.lines),
        "category_sales": category_sales(shop.lines, as_of, k),
        "sales_trends": sales_trends(shop.lines, as_of),
        "sales_forecast": sales_forecast(shop.lines, as_of),
        "sales_by_country": sales_by_country(shop.lines, k),
    }
    # one shop has no rows of all shops; categories have totals of their own
    return {name: [{"is_total": False, **row} for row in rows] for name, rows in tables.items()}


def _customer_rows(shop: Shop, as_of: date, k: int, w: int) -> dict[str, list[Row]]:
    return {
        "customer_demographics": Demographics(shop.customers, as_of, k, w).rows(),
        "signup_trends": signup_trends(shop.customers, as_of, k),
        "retention_cohorts": retention_cohorts(shop.customers, as_of, k),
        "churn_rates": churn_rates(shop.customers, as_of, k, w),
        "customer_value": customer_value(shop.customers, shop.lines, as_of, k),
    }


def _frame(name: str, rows: Sequence[Row], as_of: date | None) -> pd.DataFrame:
    columns = [column for column in _TABLES[name].column_names if column not in UNKNOWABLE]
    values = [{**row, "source_name": SHOP, "as_of_date": as_of and told_until(row, as_of)} for row in rows]
    for row in values[:1]:
        if set(row) != set(columns):
            raise ValueError(f"{name}: the oracle computes other columns than the mart declares")
    return pd.DataFrame({column: pd.Series([row[column] for row in values], dtype=object) for column in columns})


def compute_marts(
    files: Sequence[RawFile], *, loaded_on: date, k: int = 11, w: int = 3, as_of: date | None = None
) -> dict[str, pd.DataFrame]:
    """Table name -> its rows as Python values; `k` is the smallest group, `w` the months of inactivity."""
    shop = open_shop(files, loaded_on, as_of)
    if shop.as_of is None:
        return {name: _frame(name, [], None) for name in _TABLES}
    sales, customers = _sales_rows(shop, shop.as_of, k), _customer_rows(shop, shop.as_of, k, w)
    rows = {f"mart_sales.{name}": found for name, found in sales.items()}
    rows |= {f"mart_customers.{name}": found for name, found in customers.items()}
    return {name: _frame(name, rows[name], shop.as_of) for name in _TABLES}
