"""What readers explore with: shortcuts, shares and growth, scales, the heatmap's cells, products, workbooks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import psycopg
import pytest
from python_calamine import CalamineWorkbook

from warehouse_assets.dashboard.blocks import Chart, Sheet
from warehouse_assets.dashboard.page_builder import Built, build_page
from warehouse_assets.dashboard.pages import PAGES
from warehouse_assets.dashboard.reader import Reader
from warehouse_assets.database import DatabaseUrls, connect
from warehouse_assets_tests.integration.dashboard.served import (
    Shop,
    client_of,
    fill,
    insert,
    log_in,
    page,
    serving,
    shop_with_logins,
)


@pytest.fixture(scope="module")
def shop(server: DatabaseUrls) -> Iterator[Shop]:
    with shop_with_logins(server, _years) as made:
        yield made


def _years(connection: psycopg.Connection[Any]) -> None:
    """Countries from January 2022 on; the year 2023 of `fill` has 75 for France and 25 for Germany times the month."""
    fill(connection)
    for number, month in enumerate((date(2022, 1, 1), date(2022, 2, 1), date(2022, 3, 1)), 1):
        row = {"month": month, "country": "France", "net_revenue_amount": 50 * number, "order_count": 1}
        insert(connection, "mart_sales.sales_by_country", row)


@pytest.fixture
def reader(shop: Shop) -> Iterator[Reader]:
    with connect(shop.url) as connection:
        yield Reader(connection)


def built(reader: Reader, name: str, **asked: str) -> Built:
    return build_page(PAGES[name], reader, "en", {key: [value] for key, value in asked.items()})


def chart(of: Built, name: str) -> Chart:
    (found,) = [block for block in of.blocks if isinstance(block, Chart) and block.name == name]
    return found


def test_of_three_months_all_time_is_no_year(reader: Reader) -> None:
    controls = {one.name: one for one in built(reader, "days").controls}
    titles = [one.title for one in controls["from"].shortcuts]
    assert titles == ["Last 30 days", "All time"]


def test_shortcuts_lead_to_finished_months_of_the_data(reader: Reader) -> None:
    controls = {one.name: one for one in built(reader, "countries").controls}
    assert {one.title: dict(one.values) for one in controls["from"].shortcuts} == {
        "Last 12 months": {"from": "2023-01-01", "to": "2023-03-01"},
        "Year to date": {"from": "2023-01-01", "to": "2023-03-01"},
        "Last month": {"from": "2023-03-01", "to": "2023-03-01"},
        "All time": {"from": "2022-01-01", "to": "2023-03-01"},
    }


def test_a_shortcut_of_days_ends_with_the_data_and_keeps_the_other_filters(shop: Shop) -> None:
    """The data have the first days of January, February and March."""
    with serving(shop.url) as service:
        client = client_of(service)
        log_in(client, shop.login("sees_sales"))
        drawn = page(client, "/days", "?period=week&compare=previous&from=2023-02-01")
    assert "/days?period=week&from=2023-01-31&compare=previous" in drawn  # the last 30 days
    assert '"/days?period=week&compare=previous"' in drawn  # the last 90 days, as at opening


@pytest.mark.parametrize("asked", ["2023-02-30", "2022-12-31", "2023-04-01", "20230201", "2023-W05-1", "x"])
def test_a_day_that_is_none_of_the_data_is_the_default(reader: Reader, asked: str) -> None:
    controls = {one.name: one for one in built(reader, "days", **{"from": asked}).controls}
    assert controls["from"].chosen == ("2023-01-01",)


def test_countries_have_shares_and_growth_on_the_same_months_of_last_year(reader: Reader) -> None:
    table = chart(built(reader, "countries", **{"from": "2023-02-01", "to": "2023-03-01"}), "countries").table
    rows = {row["country"]: row for row in table.rows}
    assert [column.title for column in table.columns][-2:] == ["Share", "Growth on last year"]
    assert (rows["France"]["share"], rows["Germany"]["share"]) == (Decimal("0.75"), Decimal("0.25"))
    assert rows["France"]["growth"] == Decimal(375) / 250 - 1
    assert rows["Germany"]["growth"] is None


@pytest.mark.parametrize(
    "span", [{}, {"from": "2023-01-01"}], ids=["all time", "against a month that the data may cover in part"]
)
def test_countries_do_not_grow_on_what_is_not_known(reader: Reader, span: dict[str, str]) -> None:
    table = chart(built(reader, "countries", **span), "countries").table
    assert "Growth on last year" not in [column.title for column in table.columns]


def test_bars_leave_out_the_largest_or_take_a_log_scale_and_the_table_keeps_all(reader: Reader) -> None:
    for scale, bars, axis in (
        ("all", ["France", "Germany"], "-"),
        ("smaller", ["Germany"], "-"),
        ("log", ["France", "Germany"], "log"),
    ):
        of = chart(built(reader, "countries", scale=scale), "countries")
        assert of.figure["data"][0]["hovertext"] == bars
        assert of.figure["layout"]["xaxis"].get("type", "-") == axis
        assert len(of.table.rows) == 2
        assert bool(of.note) is (scale != "all")


@pytest.mark.parametrize(("cells", "texts"), [("share", ["100", "98", "95"]), ("count", ["40", "39", "38"])])
def test_the_heatmap_has_sizes_and_shows_customers_or_per_cent(reader: Reader, cells: str, texts: list[str]) -> None:
    of = chart(built(reader, "retention", cells=cells), "cohorts")
    (trace,) = of.figure["data"]
    assert trace["text"] == [texts]
    assert trace["z"] == [[1.0, 0.975, 0.95]]
    assert of.figure["layout"]["yaxis"]["ticktext"] == ["Jan 2023 (40)"]


def test_a_product_of_the_table_leads_to_its_page(reader: Reader) -> None:
    (sheet,) = [block for block in built(reader, "products").blocks if isinstance(block, Sheet)]
    assert [row[sheet.table.columns[0].link] for row in sheet.table.rows] == [
        "/product?currency=EUR&product=1",
        "/product?currency=EUR&product=2",
    ]
    assert chart(built(reader, "product", product="2"), "course").title == "Revenue by month: =Cable"


@pytest.mark.parametrize("asked", ["99", "x", "-", "99999999999999999999", "1; drop table"])
def test_a_product_that_is_not_there_is_the_best_one(reader: Reader, asked: str) -> None:
    assert chart(built(reader, "product", product=asked), "course").title == "Revenue by month: <b>Lamp</b>"


def test_a_table_is_taken_away_as_a_workbook_without_formulas(shop: Shop) -> None:
    with serving(shop.url) as service:
        client = client_of(service)
        log_in(client, shop.login("sees_sales"))
        answers = [client.get("/export/products/products.xlsx") for _ in range(2)]
        assert "Content-Disposition" not in client.get("/export/products/products.exe").headers
    assert answers[0].data == answers[1].data
    rows = CalamineWorkbook.from_filelike(BytesIO(answers[0].data)).get_sheet_by_index(0).to_python()
    assert rows[0][:4] == ["Product", "Category", "Subcategory", "Product revenue"]
    assert rows[0][-1] == "Currency"
    assert [(row[0], row[3], row[-1]) for row in rows[1:]] == [("<b>Lamp</b>", 400, "EUR"), ("=Cable", 200, "EUR")]
