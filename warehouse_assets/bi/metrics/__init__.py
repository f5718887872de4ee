"""The registry: every metric that is shown of the two marts, once."""

from warehouse_assets.bi.metrics.customers import CUSTOMER_METRICS
from warehouse_assets.bi.metrics.forecast import FORECAST_METRICS
from warehouse_assets.bi.metrics.loyalty import LOYALTY_METRICS
from warehouse_assets.bi.metrics.metric import PAGES, Format, Metric, Page
from warehouse_assets.bi.metrics.products import COUNTRY_METRICS, PRODUCT_PAGE_METRICS
from warehouse_assets.bi.metrics.sales import SALES_METRICS
from warehouse_assets.bi.metrics.trends import TREND_METRICS

METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        *SALES_METRICS,
        *TREND_METRICS,
        *FORECAST_METRICS,
        *PRODUCT_PAGE_METRICS,
        *COUNTRY_METRICS,
        *CUSTOMER_METRICS,
        *LOYALTY_METRICS,
    )
}
"""By name, in the order in which pages show them."""

__all__ = ["METRICS", "PAGES", "Format", "Metric", "Page"]
