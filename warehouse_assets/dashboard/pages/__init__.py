"""The pages, in the order of the menu."""

from warehouse_assets.dashboard.pages import (
    countries,
    customers,
    days,
    overview,
    product,
    products,
    quality,
    retention,
    sales,
    value,
)
from warehouse_assets.dashboard.view import Page

PAGES: dict[str, Page] = {
    module.PAGE.name: module.PAGE
    for module in (overview, sales, days, products, product, countries, customers, retention, value, quality)
}
"""By name, which is its address too."""
