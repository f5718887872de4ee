"""Exports of shop platforms: recognised by their header, and loaded to the marts without a mapping of one's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from warehouse_assets.cli.layouts import recognise, route
from warehouse_assets.cli.run_command import _bring_in
from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.ingestion.sources.source import list_sources, read_source
from warehouse_assets_tests.pipeline.shop import Shop
from warehouse_assets_tests.platforms import PLATFORMS, Expected, Export
from warehouse_assets_tests.platforms.basket import orders

NAMES = [export.source for export in PLATFORMS]


@pytest.fixture(scope="module")
def expected() -> dict[str, Expected]:
    return {}


@pytest.fixture(scope="module")
def platforms(module_shop: Shop, tmp_path_factory: pytest.TempPathFactory, expected: dict[str, Expected]) -> Shop:
    """One warehouse of all platforms, each in a currency of its own, brought in as `warehouse run FILE` does."""
    for export in PLATFORMS:
        path = tmp_path_factory.mktemp(export.source) / export.file
        expected[export.source] = export.write(path)
        [(source, files)] = route(module_shop.settings, [path], None).items()
        assert source == export.source
        _bring_in(module_shop.settings, files, source, split=True)
    record = module_shop.run()
    assert not record.failures
    return module_shop


@pytest.mark.parametrize("export", PLATFORMS, ids=NAMES)
def test_the_months_are_those_computed_by_hand(platforms: Shop, expected: dict[str, Expected], export: Export) -> None:
    query = (
        "select month::text, net_revenue_amount, order_count from mart_sales.sales_by_month"
        f" where currency_code = '{export.currency}' and (line_count > 0 or cancelled_order_count > 0)"
    )
    with platforms.connect() as connection:
        found = {month: (net, orders) for month, net, orders in connection.execute(query.encode()).fetchall()}
    by_hand = expected[export.source]
    assert found == {month: (net, by_hand.orders[month]) for month, net in by_hand.net.items()}


@pytest.mark.parametrize("export", PLATFORMS, ids=NAMES)
def test_nothing_is_rejected_but_what_is_no_record(
    platforms: Shop, expected: dict[str, Expected], export: Export
) -> None:
    where = f"where source_name = '{export.source}'"
    assert platforms.one(f"select count(*) from staging.rejected_records {where}") == expected[export.source].rejected
    assert platforms.one(f"select count(*) from dw.fct_sales {where} and net_amount is null") == 0


def test_products_and_people(platforms: Shop) -> None:
    """Six teapots each where the file names products; buyers are known again across orders."""
    for name in NAMES:
        if name in ("paypal_payments", "stripe_payments"):
            continue
        products = (
            "select count(distinct f.product_key) from dw.fct_sales as f inner join dw.dim_product as p"
            f" on f.product_key = p.product_key where f.source_name = '{name}' and f.line_type = 'product'"
        )
        assert platforms.one(products) == 6, name
    renamed = "select count(*) from ops.data_quality where rule_name = 'product_renamed'"
    assert platforms.one(renamed) == 0, "a product is never called by a charge"
    buyers = "select count(distinct customer_key) from dw.fct_sales where source_name = 'shopify_orders'"
    assert platforms.one(buyers) == len({order.buyer for order in orders(1)})
    discounts = "select sum(discount_amount) from dw.fct_sales where source_name = 'amazon_all_orders' and quantity > 0"
    assert platforms.one(discounts) == sum(order.discount for order in orders(7) if not order.is_cancelled)


def test_the_run_says_what_the_file_looks_like(
    module_shop: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export = PLATFORMS[0]
    export.write(tmp_path / export.file)
    route(module_shop.settings, [tmp_path / export.file], None)
    told = " ".join(capsys.readouterr().out.split())
    assert "orders_export_1.csv looks like: Shopify: orders export" in told
    assert "Mapped by shopify_orders; --source chooses another." in told
    assert route(module_shop.settings, [tmp_path / export.file], "cdnow") == {"cdnow": [tmp_path / export.file]}


def test_a_header_that_fits_no_source_is_an_error(module_shop: Shop, tmp_path: Path) -> None:
    folder = module_shop.settings.sources_path
    sources = [read_source(folder, name) for name in list_sources(folder)]
    path = tmp_path / "strange.csv"
    path.write_text("alpha,beta\n1,2\n", encoding="utf-8")
    with pytest.raises(IngestionError, match=r"fits no source.*--source.*warehouse source new"):
        recognise(sources, path, tmp_path / "tmp")
    path.write_text("order-id,sku,item-price\n1,2,3\n", encoding="utf-8")
    with pytest.raises(IngestionError, match=r"Nearest is amazon_settlement, which also reads amount, .* and 3 more"):
        recognise(sources, path, tmp_path / "tmp")
