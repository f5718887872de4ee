"""The example data of a home without data of its own, and that it is never mixed with a shop's."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from warehouse_assets.cli.runner import RunFailed
from warehouse_assets.ingestion.staging.sample import SAMPLE_REPLACED, SAMPLE_STEM, sample_files
from warehouse_assets_tests import commands
from warehouse_assets_tests.integration.ingestion.loading import own_source
from warehouse_assets_tests.pipeline.shop import Shop
from warehouse_assets_tests.short_exports import generate_short_export

CURRENT = (
    "select string_agg(file_name, ' ' order by file_name) from ops.ingested_files where delivery_status = 'current'"
)
SALES = "select count(*) from dw.fct_sales"
PEOPLE = "create table people (id integer, country text); insert into people values (7, 'France')"
ORDERS = "create table orders (id integer, person integer, sold_at text, price text)"
ORDER = "insert into orders values (1, 7, '2021-03-04', '9.50')"
DATABASE = """
[database]
url_variable = "TEST_SHOP_DATABASE"

[sales]
driving = "orders"

[customers]
driving = "people"

[tables.orders]
table = "orders"

[tables.people]
table = "people"
"""
SALES_MAPPING = """
select
    source_line, id as order_id, person as customer_id, 'Lamp' as product_id, sold_at, 1 as quantity,
    price as unit_price
from orders
"""
CUSTOMERS_MAPPING = "select source_line, id as customer_id, country from people"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return export(tmp_path / "own.csv", 40)


@pytest.fixture
def example(tmp_path: Path) -> Path:
    return export(tmp_path / f"{SAMPLE_STEM}.csv", 60)


def export(path: Path, rows: int) -> Path:
    generate_short_export(path, rows=rows, seed=rows, dirt=0)
    return path


def warehouse(shop: Shop, *words: str | Path) -> subprocess.CompletedProcess[str]:
    settings = shop.settings
    variables = {
        "WAREHOUSE_HOME": str(settings.home),
        "WAREHOUSE_DATABASE_URL": str(settings.database_url),
        "WAREHOUSE_DAGSTER_DATABASE_URL": str(settings.dagster_database_url),
        "WAREHOUSE_SOURCES_PATH": str(settings.sources_path),
    }
    return commands.run({**os.environ, **variables}, *words)


def test_a_dropped_file_replaces_the_example(shop: Shop, example: Path, own: Path) -> None:
    shop.split(example)
    shop.run()
    assert shop.one(SALES) == 60
    shop.deliver(own)
    shop.run()
    assert (shop.one(CURRENT), shop.one(SALES)) == ("own.csv", 40)
    assert shop.one("select count(*) from mart_sales.product_sales where order_count > 40") == 0
    assert sample_files(shop.settings) == []


def test_an_example_that_waits_is_not_loaded_before_it_is_replaced(shop: Shop, example: Path, own: Path) -> None:
    shop.split(example)
    shop.deliver(own)
    done = shop.run()
    assert done.deliveries == ["ecommerce_export/own.csv"]
    assert (shop.one(CURRENT), sample_files(shop.settings)) == ("own.csv", [])


def test_a_file_that_cannot_be_loaded_leaves_the_example(shop: Shop, example: Path, own: Path) -> None:
    shop.deliver(example)
    shop.run()
    own.write_text(own.read_text(encoding="utf-8").replace("Sold", "So", 1).replace("Price", "Pri", 1)[:300])
    shop.deliver(own)
    with pytest.raises(RunFailed):
        shop.run()
    assert (shop.one(CURRENT), shop.one(SALES)) == (f"{SAMPLE_STEM}.csv", 60)
    assert len(sample_files(shop.settings)) == 1


def test_an_example_is_refused_beside_data_of_a_shop(shop: Shop, example: Path, own: Path) -> None:
    shop.deliver(own)
    shop.run()
    shop.deliver(example)
    with pytest.raises(RunFailed, match=f"{SAMPLE_STEM}.csv is example data"):
        shop.run()
    assert shop.one(SALES) == 40


@pytest.mark.parametrize("how", ["forgotten", "erased", "deleted by hand"])
def test_a_home_whose_files_are_gone_gets_no_example(shop: Shop, own: Path, how: str) -> None:
    assert warehouse(shop, "run", "--no-split", "--source", "ecommerce_export", own).returncode == 0
    landed = shop.settings.incoming_path / "ecommerce_export" / own.name
    if how == "forgotten":
        done = warehouse(shop, "forget", own.name)
    elif how == "erased":
        done = warehouse(shop, "privacy", "erase", own.read_text(encoding="utf-8").splitlines()[1].split(",")[0])
    else:
        landed.unlink()
        done = warehouse(shop, "run")
    assert done.returncode == 0, done.stderr
    assert not landed.exists()
    again = warehouse(shop, "run")
    assert again.returncode == 0, again.stderr
    for printed in (done, again):
        assert "generating a sample" not in printed.stdout
    assert sample_files(shop.settings) == []
    assert shop.one(SALES) == (0 if how == "forgotten" else 40)


def test_a_shop_with_a_database_alone_gets_no_example(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    file = shop.settings.home / "shop.db"
    monkeypatch.setenv("TEST_SHOP_DATABASE", f"sqlite:///{file}")
    shop.settings = own_source(shop.settings, "shop", DATABASE, sales=SALES_MAPPING, customers=CUSTOMERS_MAPPING)
    unread = warehouse(shop, "run")
    assert unread.returncode == 1
    assert "generating a sample" not in unread.stdout
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        database.executescript(f"{PEOPLE}; {ORDERS}; {ORDER}")
    done = warehouse(shop, "run")
    assert done.returncode == 0, done.stderr
    assert "generating a sample" not in done.stdout
    assert shop.one(SALES) == 1


def test_a_home_with_a_link_or_without_the_source_of_the_example_gets_none(shop: Shop, tmp_path: Path) -> None:
    (shop.settings.incoming_path).mkdir(parents=True, exist_ok=True)
    link = shop.settings.incoming_path / "shop"
    link.symlink_to(tmp_path / "elsewhere")
    assert "generating a sample" not in warehouse(shop, "run").stdout
    link.unlink()
    shop.settings = own_source(shop.settings, "shop", "[sales]", sales=SALES_MAPPING)
    assert "generating a sample" not in warehouse(shop, "run").stdout
    assert sample_files(shop.settings) == []


@pytest.mark.parametrize("are_deleted", [False, True], ids=["with its files", "whose files are gone"])
def test_the_command_says_that_the_example_is_replaced(
    shop: Shop, example: Path, own: Path, *, are_deleted: bool
) -> None:
    for file, said in ((example, False), (own, True)):
        for path in sample_files(shop.settings) if are_deleted else ():
            path.unlink()
        shop.deliver(file)
        done = warehouse(shop, "run")
        assert done.returncode == 0, done.stderr
        assert (SAMPLE_REPLACED in done.stdout) == said


def test_the_name_of_the_example_is_refused(shop: Shop, example: Path) -> None:
    done = warehouse(shop, "run", "--source", "ecommerce_export", example)
    assert done.returncode == 1
    assert "Give the file another name" in done.stderr
    assert sample_files(shop.settings) == []
