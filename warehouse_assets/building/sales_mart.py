"""Data mart 2: the SELECT that fills each table of `mart_sales`."""

from __future__ import annotations

from collections.abc import Mapping

from warehouse_assets.building.select import Select

_PERIODS_PER_YEAR = {"month": 12, "quarter": 4, "year": 1}


def _sales_by(period: str) -> Select:
    fixed = {"period": period, "periods_per_year": _PERIODS_PER_YEAR[period]}
    return Select("marts/sales/sales_by_period.sql", fixed)


def _own(name: str) -> Select:
    return Select(f"marts/sales/{name}.sql")


SALES_SELECTS: Mapping[str, Select] = {
    **{f"mart_sales.sales_by_{period}": _sales_by(period) for period in _PERIODS_PER_YEAR},
    **{
        f"mart_sales.{name}": _own(name)
        for name in ("product_sales", "category_sales", "sales_trends", "sales_by_country")
    },
}
