"""Pages of several shops: filters of the chosen one, what all together cover, and products of one name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import psycopg
import pytest

from warehouse_assets.bi.metrics.shops import ALL_SHOPS
from warehouse_assets.dashboard.blocks import Block, Chart, Headlines, Notice
from warehouse_assets.dashboard.page_builder import Built, build_page
from warehouse_assets.dashboard.pages import PAGES
from warehouse_assets.dashboard.reader import Reader
from warehouse_assets.dashboard.report import build_report
from warehouse_assets.database import DatabaseUrls, connect
from warehouse_assets_tests.integration.dashboard.served import Shop, fill, insert, shop_with_logins

FEBRUARY = date(2023, 2, 1)
ENDED = date(2022, 6, 20)
EARLY = (date(2022, 3, 1), date(2022, 4, 1), date(2022, 5, 1), date(2022, 6, 1))
LATE = (date(2023, 1, 1), FEBRUARY, date(2023, 3, 1))


@pytest.fixture(scope="module")
def shop(server: DatabaseUrls) -> Iterator[Shop]:
    with shop_with_logins(server, _two_shops) as made:
        yield made


def _two_shops(connection: psycopg.Connection[Any]) -> None:
    """Shop x has the first quarter of 2023 in euros, shop y has sold until June 2022, at last in pounds too."""
    fill(connection)
    whole = {"source_name": ALL_SHOPS, "is_total": True}
    old = {"source_name": "y", "as_of_date": ENDED}
    for month in (*EARLY, *LATE):
        amounts = {"month": month, "net_revenue_amount": 10}
        for row in [amounts | whole] + [amounts | old] * (month in EARLY):
            insert(connection, "mart_sales.sales_by_month", row)
            insert(connection, "mart_sales.sales_by_country", row | {"country": "France"})
    for name in ("y", ALL_SHOPS):
        row = {"month": EARLY[-1], "source_name": name, "as_of_date": ENDED, "currency_code": "GBP"}
        insert(connection, "mart_sales.sales_by_month", row)
        insert(connection, "mart_sales.sales_by_country", row | {"country": "Spain"})
    for start in (EARLY[-1], FEBRUARY):
        for key, name, own in ((1, "<b>Lamp</b>", {}), (50, "<b>Lamp</b>", old), (51, "Pot", old)):
            row = {"product_key": key, "product_name": name, "net_revenue_amount": key, "revenue_rank": key}
            row |= {"units_rank": key, "category": "Home", "subcategory": "Small", "period_start": start}
            for kind in ("month", *(["all"] * (start == FEBRUARY))):
                of = row | {"period_kind": kind}
                insert(connection, "mart_sales.product_sales", of | whole)
                if key > 1:
                    insert(connection, "mart_sales.product_sales", of | own)
        for of in (whole, old):
            row = {"period_kind": "month", "period_start": start, "category": "Home", "subcategory": "All"}
            insert(connection, "mart_sales.category_sales", row | of | {"revenue_rank": 1, "units_rank": 1})


def built(reader: Reader, name: str, **asked: str) -> Built:
    return build_page(PAGES[name], reader, "en", {key: [value] for key, value in asked.items()})


@pytest.fixture
def reader(shop: Shop) -> Iterator[Reader]:
    with connect(shop.url) as connection:
        yield Reader(connection)


def test_a_report_names_the_shop_and_the_currency_of_each_page(reader: Reader) -> None:
    report = build_report(reader, "sales_analyst")
    assert "All shops · EUR · Data as of 31 March 2023" in report
    assert "Toutes les boutiques · EUR · Données au 31 mars 2023" in report


def options(page: Built, name: str) -> list[str]:
    return [value for control in page.controls if control.name == name for value, _ in control.options]


def chart(page: Built, name: str) -> Chart:
    [found] = [block for block in page.blocks if isinstance(block, Chart) and block.name == name]
    return found


def banner(blocks: Iterator[Block] | Any) -> str:
    return " ".join(block.text for block in blocks if isinstance(block, Notice) and block.kind == "warning")


@pytest.mark.parametrize("name", ["sales", "countries"])
def test_filters_are_those_of_the_chosen_shop_and_currency(reader: Reader, name: str) -> None:
    """Its last 12 months end with its own last one that is over, so that they show something."""
    page = built(reader, name, shop="y")
    assert options(page, "currency") == ["EUR", "GBP"]
    assert options(built(reader, name, shop="x"), "currency") == ["EUR"]
    assert options(page, "from") == [str(month) for month in EARLY]
    assert options(built(reader, name, shop="y", currency="GBP"), "from") == ["2022-06-01"]
    [control] = [one for one in page.controls if one.name == "from"]
    spans = {one.title: one.values for one in control.shortcuts}
    assert spans["Last month"] == {"from": "2022-05-01", "to": "2022-05-01"}
    assert any(isinstance(block, Headlines) for block in page.blocks)


def test_countries_of_the_filter_are_those_of_the_chosen_shop(reader: Reader) -> None:
    assert options(built(reader, "countries", shop="y"), "country") == ["France"]
    assert options(built(reader, "countries", shop="x"), "country") == ["France", "Germany"]


@pytest.mark.parametrize("name", ["overview", "sales", "countries", "product"])
def test_the_banner_names_shops_that_end_before_others(reader: Reader, name: str) -> None:
    said = "The data of y end on 20 June 2022: months after that are without this shop"
    assert said in banner(built(reader, name).blocks)
    assert said not in banner(built(reader, name, shop="y").blocks)
    if name != "product":
        assert said not in banner(built(reader, name, currency="GBP").blocks)


def test_months_that_one_of_all_shops_lacks_are_drawn_as_unfinished(reader: Reader) -> None:
    """The first that shop x covers is January 2023, and the last that shop y covers whole is May 2022."""
    assert "Faded" in chart(built(reader, "countries"), "country_months").note
    assert "Faded" not in chart(built(reader, "countries", shop="x"), "country_months").note
    assert "Faded" in chart(built(reader, "countries", shop="y"), "country_months").note


def test_all_shops_do_not_grow_on_months_that_one_of_them_lacks(reader: Reader) -> None:
    titles = [column.title for column in chart(built(reader, "countries"), "countries").table.columns]
    assert "Growth on last year" not in titles
    page = built(reader, "countries", **{"from": "2023-03-01", "to": "2023-03-01"})
    assert "Growth on last year" not in [column.title for column in chart(page, "countries").table.columns]


def test_a_period_is_over_when_all_shops_that_still_sell_cover_it(reader: Reader) -> None:
    """Shop y has closed: it does not hold up the choice of the newest month."""
    page = built(reader, "products", period="month")
    [when] = [control for control in page.controls if control.name == "when"]
    assert [label for _, label in when.options] == ["Feb 2023", "Jun 2022"]
    assert when.default == str(FEBRUARY)


def test_two_products_of_one_name_are_two_bars_named_after_their_shops(reader: Reader) -> None:
    page = built(reader, "products")
    bars = chart(page, "top_products").figure
    assert bars["data"][0]["hovertext"] == ["&lt;b&gt;Lamp&lt;/b&gt; (x)", "&lt;b&gt;Lamp&lt;/b&gt; (y)", "Pot"]
    assert bars["data"][0]["y"] == ["0", "1", "2"]
    names = dict(next(control for control in built(reader, "product").controls if control.name == "product").options)
    assert names == {"1": "<b>Lamp</b> (x)", "50": "<b>Lamp</b> (y)", "51": "Pot"}


def test_the_products_to_choose_are_those_of_the_shop(reader: Reader) -> None:
    assert options(built(reader, "product", shop="y"), "product") == ["51", "50"]


def test_the_course_of_a_product_goes_to_the_end_of_its_shop_s_data(reader: Reader) -> None:
    """Shop x has data until March, the lamp was last sold in February: nothing sold is no end of the data."""
    course = chart(built(reader, "product", product="1", shop=ALL_SHOPS), "course")
    assert course.figure["data"][0]["x"][-2:] == ["Feb 2023", "Mar 2023"]
    assert "Faded" not in course.note
