"""Two public exports, whole, in one warehouse: their published figures, whatever the order of arrival."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from warehouse_assets_tests.pipeline.shop import Shop

COHORT = (
    "select array_agg(retained_count order by months_since) from mart_customers.retention_cohorts"
    " where basis = 'repeat_purchase' and cohort_month = '{}' and months_since <= {}"
)


@pytest.fixture(scope="module")
def both(module_shop: Shop, shop_data: Path) -> Shop:
    """The later months of the gift shop first, then the CDs and the earlier months."""
    months = sorted((shop_data / "online_retail").glob("*.csv.gz"))
    module_shop.deliver(*months[5:], source="online_retail")
    module_shop.run()
    module_shop.deliver(*months[:5], source="online_retail")
    module_shop.deliver(shop_data / "cdnow" / "CDNOW_master.txt", source="cdnow")
    module_shop.run()
    return module_shop


def test_every_line_of_the_gift_shop_counts(both: Shop) -> None:
    assert both.one("select sum(rows_read)::int from ops.ingested_files where source_name = 'online_retail'") == 541_909
    assert both.one("select count(*) from dw.fct_sales where source_name = 'online_retail'") == 541_909
    net = "select sum(net_revenue_amount) from mart_sales.sales_by_year where currency_code = 'GBP' and not is_total"
    assert round(both.one(net), 2) == Decimal("9747747.93")


def test_the_known_figures_of_the_gift_shop(both: Shop) -> None:
    known = "from dw.fct_sales where source_name = 'online_retail' and customer_key >= 0"
    bought = f"{known} and quantity > 0 and unit_price > 0"
    assert both.one(f"select count(*) {bought}") == 397_884
    assert both.one(f"select count(distinct customer_key) {bought}") == 4_338
    assert round(both.one(f"select sum(net_amount) {bought}"), 2) == Decimal("8911407.90")
    assert both.one("select count(*) from staging.sales where currency_code = 'GBP' and customer_key < 0") == 135_080


def test_the_known_cohorts_of_the_gift_shop(both: Shop) -> None:
    assert both.one(COHORT.format("2010-12-01", 3)) == [885, 324, 286, 340]


def test_the_known_figures_of_the_cd_seller(both: Shop) -> None:
    sold = "from dw.fct_sales where source_name = 'cdnow'"
    assert both.one(f"select count(*) {sold}") == 69_659
    assert both.one(f"select count(distinct customer_key) {sold}") == 23_570
    net = "select sum(net_revenue_amount) from mart_sales.sales_by_year where currency_code = 'USD' and not is_total"
    assert both.one(net) == Decimal("2500315.63")
    sizes = [both.one(COHORT.format(f"1997-0{month}-01", 0)) for month in (1, 2, 3)]
    assert sizes == [[7_846], [8_476], [7_248]]


def test_postage_fees_and_adjustments_are_no_products(both: Shop) -> None:
    kinds = "select array_agg(distinct line_type order by line_type) from dw.fct_sales where currency_code = 'GBP'"
    assert both.one(kinds) == ["adjustment", "fee", "product", "shipping"]
    assert both.one("select count(*) from mart_sales.product_sales where product_name = 'POSTAGE'") == 0
    assert both.one("select count(*) from mart_sales.product_sales where product_name ilike '%carriage'") == 0
