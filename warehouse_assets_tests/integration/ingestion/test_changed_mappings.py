"""A changed mapping: the deliveries that it reads are read again, each in one transaction."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.settings import Settings
from warehouse_assets_tests.integration.ingestion.loading import Loading, loading, own_source

TOML = '{more}default_currency = "EUR"\n[tables.lines]\nfiles = ["*.csv"]\n'
SALES = """-- one row per line
select source_line, o as order_id, p as product_id, day as sold_at, q as quantity, a as unit_price
from lines"""


@pytest.fixture
def shop(database: Settings) -> Iterator[Loading]:
    with loading(own_source(database, "shop", TOML.format(more=""), sales=SALES), "shop") as shop:
        shop.put("a.csv", "o,p,day,q,a,b\n1,P,2023-05-01,1,10,20\n")
        shop.put("b.csv", "o,p,day,q,a,b\n2,P,2023-05-01,1,10,20\n")
        yield shop


def change(shop: Loading, name: str, text: str) -> None:
    (shop.settings.sources_path / "shop" / name).write_text(text)


def outcomes(shop: Loading) -> list[str]:
    return [result.outcome for result in shop.load()]


@pytest.mark.parametrize("policy", ["", 'same_name = "append"\n'])
def test_the_same_files_are_read_by_the_new_mapping(shop: Loading, policy: str) -> None:
    change(shop, "source.toml", TOML.format(more=policy))
    assert outcomes(shop) == ["loaded", "loaded"]
    change(shop, "sales.sql", SALES.replace("a as unit_price", "b as unit_price"))
    assert outcomes(shop) == ["reread", "reread"]
    assert shop.rows("staging.sales", "unit_price::int") == [(20,), (20,)]
    assert outcomes(shop) == ["unchanged", "unchanged"]
    assert shop.rows("staging.pending_months", "month::text") == [("2023-05-01",)]


def test_every_setting_counts_and_words_do_not(shop: Loading) -> None:
    outcomes(shop)
    change(shop, "source.toml", TOML.format(more='# a comment\ndescription = "words"\n'))
    change(shop, "sales.sql", SALES.replace("-- one row per line", "-- one row per row of lines").replace(", ", ",  "))
    assert outcomes(shop) == ["unchanged", "unchanged"]
    change(shop, "source.toml", TOML.format(more='time_zone = "Europe/Paris"\n'))
    assert outcomes(shop) == ["reread", "reread"]


def test_a_mapping_that_fails_leaves_what_was_loaded(shop: Loading) -> None:
    outcomes(shop)
    change(shop, "sales.sql", SALES.replace("a as unit_price", "absent as unit_price"))
    with pytest.raises(IngestionError, match="absent"):
        shop.load()
    assert shop.rows("staging.sales", "unit_price::int") == [(10,), (10,)]


def test_a_delivery_of_an_earlier_version_is_read_again(shop: Loading) -> None:
    outcomes(shop)
    shop.connection.execute("update ops.ingested_files set mapping_fingerprint = null where file_name = 'a.csv'")
    assert outcomes(shop) == ["reread", "unchanged"]
