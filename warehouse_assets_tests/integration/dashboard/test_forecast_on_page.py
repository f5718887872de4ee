"""The next three months on the sales page: a chart with its test, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from warehouse_assets.dashboard.blocks import Chart, Notice
from warehouse_assets.dashboard.context import Context
from warehouse_assets.database import DatabaseUrls
from warehouse_assets_tests.integration.dashboard.served import Shop, shop_with_logins
from warehouse_assets_tests.integration.dashboard.test_said_on_pages import block_name, drawn, notes, reading


@pytest.fixture(scope="module")
def shop(server: DatabaseUrls) -> Iterator[Shop]:
    with shop_with_logins(server) as made:
        yield made


FORECAST = (
    "insert into mart_sales.sales_forecast select m.source_name, '2023-04-01'::date + n * interval '1 month',"
    " m.currency_code, 350 + n, 300, 400, 'level', 36, 30, 12.5, 0.5, 0.8, 0.7, {}, m.is_total, m.as_of_date"
    " from mart_sales.sales_by_month as m, generate_series(0, 2) as n where m.month = '2023-03-01'"
)


def test_a_forecast_that_beats_last_year_is_drawn_with_its_test(shop: Shop) -> None:
    with reading(shop, "sees_all", FORECAST.format("true")) as reader:
        [chart] = [block for block in drawn(reader, "sales", Context()) if block_name(block) == "forecast"]
    assert isinstance(chart, Chart)
    assert chart.note == (
        "For Apr 2023, €350.00 expected, between €300.00 and €400.00 four times out of five. In 30 tests on the past,"
        " the mean error was €12.50, 37.5% less than with last year's month; 70.0% of the months came within the band."
    )
    came, expected = chart.figure["data"][2:]
    assert came["y"] == [100, 200, 300, None, None, None]
    assert (expected["y"], expected["line"]["dash"]) == ([None, None, None, 350, 351, 352], "dot")


def test_a_forecast_without_a_scale_is_compared_with_nothing(shop: Shop) -> None:
    """The months before the tested ones equalled those of the year before."""
    unscaled = "update mart_sales.sales_forecast set mase = null, naive_mase = null"
    with reading(shop, "sees_all", FORECAST.format("true"), unscaled) as reader:
        note = notes(drawn(reader, "sales", Context()))["forecast"]
    assert "the mean error was €12.50; 70.0% of the months came within the band." in note


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ((), "A forecast needs 24 complete months; the data have 3."),
        (
            (FORECAST.format("false"),),
            (
                "No forecast is shown: on 30 forecasts of the past its mean error was €12.50, no less than with last"
                " year's month."
            ),
        ),
    ],
    ids=["too few months", "last year's month was better"],
)
def test_without_a_forecast_the_page_says_why(shop: Shop, changes: tuple[str, ...], reason: str) -> None:
    with reading(shop, "sees_all", *changes) as reader:
        blocks = drawn(reader, "sales", Context())
    assert [block.text for block in blocks if isinstance(block, Notice) and block.title == "The next three months"] == [
        reason
    ]


TWO_YEARS_MORE = (
    "insert into mart_sales.sales_by_month select (jsonb_populate_record(m, jsonb_build_object("
    "'month', (m.month - n * interval '1 month')::date, 'is_complete', true))).*"
    " from mart_sales.sales_by_month as m, generate_series(1, 24) as n where m.month = '2023-01-01'"
)
CLOSED_SHOP = (
    "insert into mart_sales.sales_by_month select (jsonb_populate_record(m, jsonb_build_object("
    "'source_name', 'closed', 'month', (m.month - interval '2 months')::date, 'as_of_date', '2023-01-31'))).*"
    " from mart_sales.sales_by_month as m where m.source_name <> 'All shops'"
)
ALL_OF_THEM = (
    "insert into mart_sales.sales_by_month select (jsonb_populate_record(m, jsonb_build_object("
    "'source_name', 'All shops', 'is_total', true, 'is_complete', m.month < '2023-02-01'))).*"
    " from mart_sales.sales_by_month as m where m.source_name <> 'closed'"
)
SOLD_NOTHING = "update mart_sales.sales_by_month set net_revenue_amount = 0 where month >= '2023-01-01'"


@pytest.mark.parametrize(
    ("changes", "chosen", "reason"),
    [
        ((TWO_YEARS_MORE, CLOSED_SHOP, ALL_OF_THEM), "All shops", "Choose one shop."),
        ((TWO_YEARS_MORE, CLOSED_SHOP), "closed", "This shop's data end with Jan 2023"),
        ((TWO_YEARS_MORE, SOLD_NOTHING), "", "Nothing was sold in the last three complete months"),
    ],
    ids=["shops apart", "closed shop", "sold nothing"],
)
def test_the_page_says_why_nothing_is_forecast(shop: Shop, changes: tuple[str, ...], chosen: str, reason: str) -> None:
    with reading(shop, "sees_all", *changes) as reader:
        blocks = drawn(reader, "sales", Context(), shop=chosen)
    [said] = [block.text for block in blocks if isinstance(block, Notice) and block.title == "The next three months"]
    assert reason in said
