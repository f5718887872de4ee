"""Tables that belong to every delivery: read with each, loaded once by themselves, and read again when they change."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from warehouse_assets.building.dimensions import ensure_dates
from warehouse_assets.cli.source_checks import check
from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.ingestion.sources.delivery import SHARED_TABLES, find_deliveries
from warehouse_assets.ingestion.sources.landing import plan_landing
from warehouse_assets.ingestion.sources.source import read_source
from warehouse_assets.ingestion.staging.removal import forget_deliveries
from warehouse_assets.privacy.original_files import find_holding
from warehouse_assets.settings import Settings
from warehouse_assets_tests.integration.deliveries import build_all
from warehouse_assets_tests.integration.ingestion.loading import Loading, loading, own_source

TOML = r"""
default_currency = "EUR"
exported_on = '(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})'
churned_statuses = ["gone"]
[tables.orders]
files = ["orders-*.csv"]
[tables.items]
files = ["items.csv"]
shared = true
[tables.products]
files = ["products.csv"]
shared = true
[tables.customers]
files = ["customers.csv"]
shared = true
[sales]
driving = "orders"
may_multiply = true
may_lose = true
[customers]
driving = "customers"
"""
SALES = """select o.source_line, o.id as order_id, i.line as line_number, o.client as customer_id, i.sku as product_id,
p.title as product_name, o.day as sold_at, i.qty as quantity, i.price as unit_price
from orders as o inner join items as i on i.order_id = o.id left join products as p on p.sku = i.sku"""
CUSTOMERS = "select source_line, id as customer_id, name as full_name, land as country, state as status from customers"
DAYS = {
    "orders-2026-01-01.csv": "id,client,day\nA,C1,2026-01-01\nB,C2,2026-01-01\n",
    "orders-2026-01-02.csv": "id,client,day\nC,C1,2026-01-02\nD,C2,2026-01-02\n",
}
ITEMS = "order_id,line,sku,qty,price\nA,1,P1,1,10\nA,2,P2,2,5\nB,1,P1,1,10\nC,1,P2,1,5\n"
PRODUCTS = "sku,title\nP1,Teapot\nP2,Saucer\n"
CLIENTS = "id,name,land,state\nC1,Ann Example,France,\nC2,Bob Example,Spain,gone\n"


@pytest.fixture
def shop(database: Settings) -> Iterator[Loading]:
    settings = own_source(database, "shop", TOML, sales=SALES, customers=CUSTOMERS)
    with loading(settings, "shop") as shop:
        ensure_dates(shop.connection, settings.first_month)
        for name, text in {**DAYS, "items.csv": ITEMS, "products.csv": PRODUCTS, "customers.csv": CLIENTS}.items():
            shop.put(name, text)
        yield shop


def load(shop: Loading) -> dict[str, str]:
    outcomes = {result.file_name: result.outcome for result in shop.load(date(2026, 2, 1))}
    build_all(shop.connection)
    return outcomes


def sold(shop: Loading) -> list[tuple[object, ...]]:
    query = (
        "select product_name, sum(net_amount)::int from dw.fct_sales inner join dw.dim_product using (product_key)"
        " group by 1 order by 1"
    )
    return list(shop.connection.execute(query))


def test_every_delivery_reads_the_shared_tables_and_customers_are_loaded_once(shop: Loading) -> None:
    assert load(shop) == {**dict.fromkeys(DAYS, "loaded"), SHARED_TABLES: "loaded"}
    assert sold(shop) == [("Saucer", 15), ("Teapot", 20)]
    assert shop.one("select count(*) from staging.customers") == 2
    assert shop.one("select sum(sales_loaded) from ops.ingested_files") == 4
    assert load(shop) == {**dict.fromkeys(DAYS, "unchanged"), SHARED_TABLES: "unchanged"}


def test_an_order_without_items_is_counted_and_no_setting_is_called_unused(shop: Loading) -> None:
    load(shop)
    rules = dict(shop.connection.execute("select rule_name, sum(record_count)::int from ops.data_quality group by 1"))
    assert rules == {"row_left_out": 1}


def test_a_changed_shared_table_is_read_again_with_every_delivery(shop: Loading) -> None:
    load(shop)
    shop.put("items.csv", ITEMS + "D,1,P1,3,10\n")
    assert load(shop) == {**dict.fromkeys(DAYS, "reread"), SHARED_TABLES: "unchanged"}
    assert sold(shop) == [("Saucer", 15), ("Teapot", 50)]
    shop.put("products.csv", PRODUCTS.replace("Saucer", "Plate"))
    load(shop)
    assert sold(shop) == [("Plate", 15), ("Teapot", 50)]
    assert shop.one("select count(*) from ops.ingested_files where delivery_status = 'current'") == 3


def test_added_content_of_a_name_counts_once_when_a_shared_table_changes(shop: Loading) -> None:
    toml = shop.settings.sources_path / "shop" / "source.toml"
    toml.write_text('same_name = "append"\n' + toml.read_text())
    load(shop)
    shop.put("products.csv", PRODUCTS.replace("Saucer", "Plate"))
    load(shop)
    assert sold(shop) == [("Plate", 15), ("Teapot", 20)]


def test_a_delivery_stays_loaded_when_a_shared_file_is_gone_and_a_new_one_is_refused(shop: Loading) -> None:
    load(shop)
    (shop.folder / "products.csv").unlink()
    assert set(load(shop).values()) == {"unchanged"}
    shop.put("orders-2026-01-03.csv", DAYS["orders-2026-01-02.csv"])
    with pytest.raises(IngestionError, match="no file of table products"):
        load(shop)


def test_to_forget_a_delivery_leaves_the_shared_files(shop: Loading) -> None:
    load(shop)
    source = read_source(shop.settings.sources_path, "shop")
    [first, *_] = find_deliveries(source, shop.settings.incoming_path)
    forget_deliveries(shop.connection, shop.settings, "shop", [first.name], first.own_paths)
    assert sorted(path.name for path in shop.folder.iterdir()) == [
        "customers.csv", "items.csv", "orders-2026-01-02.csv", "products.csv",
    ]  # fmt: skip


def test_a_person_is_found_in_the_shared_files_that_hold_the_number(shop: Loading) -> None:
    found = find_holding(shop.settings, "shop", "C1", ["Ann Example"])
    assert {path.name for path in found.paths} == {*DAYS, "customers.csv"}


def test_a_folder_of_daily_files_and_shared_tables_lands_whole(shop: Loading, tmp_path: Path) -> None:
    shutil.copytree(shop.folder, tmp_path / "export")
    landing = plan_landing(read_source(shop.settings.sources_path, "shop"), tmp_path / "export")
    assert set(landing.names) == {*DAYS, "items.csv", "products.csv", "customers.csv"}
    assert landing.strangers == []


def test_a_shared_table_that_drives_sales_of_each_delivery_is_refused(shop: Loading) -> None:
    toml = shop.settings.sources_path / "shop" / "source.toml"
    toml.write_text(toml.read_text().replace('driving = "orders"', 'driving = "items"'))
    with pytest.raises(IngestionError, match=r"its driving table is shared.*of orders, which comes with each delivery"):
        shop.load(date(2026, 2, 1))


def test_a_check_of_a_new_file_reads_the_shared_tables_that_are_there(shop: Loading, tmp_path: Path) -> None:
    new = tmp_path / "orders-2026-01-03.csv"
    new.write_text("id,client,day\nD,C1,2026-01-03\n")
    assert check(shop.settings, "shop", [new])
    (shop.folder / "items.csv").unlink()
    assert not check(shop.settings, "shop", [new])
