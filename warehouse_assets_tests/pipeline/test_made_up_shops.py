"""Six made-up shops (`warehouse_assets_tests/shops`), each a folder and no Python, in one warehouse."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from warehouse_assets_tests.pipeline.shop import Shop

SHOPS = Path(__file__).parents[1] / "shops"
GADGETS = """client;article;category;market;bought;price;age
g1;Torch;CafÃ© & ThÃ©;UK;03/04/2023;£280.09;34
g2;Torch;CafÃ© & ThÃ©;US;03/04/2023;$1,162.10;-7
g3;Lantern;Cafés;DE;13.4.2023;1.162,10 €;40
g4;Lantern;Cafés;US;31/12/2023;$5.00;40
g5;Lantern;Cafés;DE;14.4.2023;1.162 €;40
"""


@pytest.fixture(scope="module")
def shops(module_shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    home = module_shop.settings.home
    for source in SHOPS.iterdir():
        shutil.copytree(source, home / "incoming" / source.name, ignore=shutil.ignore_patterns("*.sql", "*.toml"))
    (home / "incoming" / "gadgets" / "gadgets.csv").write_bytes(GADGETS.encode("cp1252"))
    till = tmp_path_factory.mktemp("till") / "till.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WAREHOUSE_SOURCES_PATH", str(SHOPS))
        patch.setenv("TEST_TILL_DATABASE", f"sqlite:///{till}")
        module_shop.settings = replace(module_shop.settings, sources_path=SHOPS)
        ring_up(till, (1, "R1", "Mug", "2023-05-01", 2, 4.5), (2, "R1", "Bag", "2023-05-01", 1, 9))
        module_shop.run()
        ring_up(till, (3, "R2", "Mug", "2023-06-01", 1, 4.5))
        module_shop.run()
        yield module_shop


def ring_up(path: Path, *receipts: tuple[Any, ...]) -> None:
    connection = sqlite3.connect(path)
    connection.execute("create table if not exists receipts (id integer, receipt, item, sold, pieces, price)")
    connection.executemany("insert into receipts values (?, ?, ?, ?, ?, ?)", receipts)
    connection.commit()
    connection.close()


def facts(shop: Shop, source: str, columns: str, order: str = "1") -> list[tuple[Any, ...]]:
    query = (
        f"select {columns} from dw.fct_sales as f inner join dw.dim_product as p on f.product_key = p.product_key"
        f" inner join dw.dim_geography as g on f.geography_key = g.geography_key"
        f" where f.source_name = '{source}' order by {order}"
    )
    with shop.connect() as connection:
        return connection.execute(query.encode()).fetchall()


def test_shopify_order_columns_reach_every_line(shops: Shop) -> None:
    columns = "sale_date::text, line_type, quantity::int, gross_amount::float, discount_amount::float, country"
    assert sorted(facts(shops, "teaware", columns)) == [
        ("2023-05-01", "product", 1, 10.0, 0.91, "France"),
        ("2023-05-01", "product", 2, 40.0, 3.64, "France"),
        ("2023-05-01", "shipping", 1, 4.9, 0.45, "France"),
        ("2023-05-03", "adjustment", -1, -7.5, 0.0, "Belgium"),
        ("2023-05-03", "product", 1, 20.0, 0.0, "Belgium"),
        ("2023-06-03", "product", 1, 20.0, 0.0, "France"),
    ]
    assert facts(shops, "teaware", "count(distinct f.customer_key), count(distinct f.order_key)") == [(2, 3)]
    assert facts(shops, "teaware", "sum(tax_amount)::float, count(tax_amount)") == [(14.98, 3)]
    assert facts(shops, "teaware", "count(*) filter (where is_cancelled), count(*) filter (where is_return)") == [
        (1, 1)
    ]
    month = "from mart_sales.sales_by_month where currency_code = 'EUR' and month = '2023-05-01'"
    assert shops.one(f"select returned_amount {month}") == Decimal("7.5")


def test_a_relational_shop(shops: Shop) -> None:
    columns = "product_name, category, sale_date::text, gross_amount::float, discount_amount::float, tax_amount::float"
    assert facts(shops, "books", columns, "3, 1") == [
        ("Atlas", "Travel", "2023-05-01", 20.0, 6.67, 1.91),
        ("Poems", "Verse", "2023-05-01", 10.0, 3.33, None),
        ("Atlas", "Travel", "2023-05-31", 10.0, 0.0, 0.65),
    ]
    assert shops.one("select count(*) from dw.fct_reviews where source_name = 'books'") == 2
    assert shops.one("select reasons from staging.rejected_records where source_name = 'books'") == [
        "rating is outside 1..5: 9"
    ]
    rated = "select average_rating from mart_sales.product_sales where product_name = 'Atlas' and period_kind = 'all'"
    assert shops.one(rated) is None, "fewer people than may be shown"
    assert shops.one("select count(*) from ops.ingested_files where file_name like '%events%'") == 0


def test_money_dates_and_ages_of_three_markets(shops: Shop) -> None:
    columns = "sale_date::text, category, currency_code, net_amount::float, quantity::int"
    assert facts(shops, "gadgets", columns) == [
        ("2023-03-04", "Café & Thé", "USD", 1162.1, 1),
        ("2023-04-03", "Café & Thé", "GBP", 280.09, 1),
        ("2023-04-13", "Cafés", "EUR", 1162.1, 1),
        ("2023-04-14", "Cafés", "EUR", 1162.0, 1),
    ]
    assert shops.one("select reasons from staging.rejected_records where source_name = 'gadgets'") == [
        "sold_at is no readable date: 12/31/2023"
    ]
    assert shops.one("select encoding from ops.ingested_files where source_name = 'gadgets'") == "cp1252"
    blanked = (
        "select record_count from ops.data_quality where source_name = 'gadgets' and rule_name = 'age_out_of_range'"
    )
    assert shops.one(blanked) == 1


def test_the_same_numbers_of_two_shops_are_different_people(shops: Shop) -> None:
    people = "array_agg(distinct f.customer_key order by f.customer_key)"
    [[books]], [[wholesale]] = facts(shops, "books", people), facts(shops, "wholesale", people)
    assert len(books) == len(wholesale) == 2
    assert not set(books) & set(wholesale)


def test_sources_that_share_customers_mean_the_same_people(shops: Shop) -> None:
    people = "array_agg(distinct f.customer_key)"
    [[books]], [[app]] = facts(shops, "books", people), facts(shops, "books_app", people)
    assert set(app) < set(books)


def test_a_table_of_a_database_comes_in_two_readings(shops: Shop) -> None:
    assert facts(shops, "till", "sale_date::text, product_name, net_amount::float", "1, 2") == [
        ("2023-05-01", "Bag", 9.0),
        ("2023-05-01", "Mug", 9.0),
        ("2023-06-01", "Mug", 4.5),
    ]
    assert shops.one("select count(*) from ops.ingested_files where source_name = 'till'") == 2
