"""When the mart has a forecast: two full years, without the unfinished month, by shop and currency."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import psycopg
import pytest

from warehouse_assets.bi.query import Filter, read_metrics
from warehouse_assets.database import DatabaseUrls
from warehouse_assets.settings import SQL_ROOT
from warehouse_assets_tests.integration.marts.sales_mart_shop import Row, Shop, built, monthly, pick, prepared, values
from warehouse_assets_tests.oracle.forecast import predict

AMOUNTS = [100 + 40 * (month % 12) + 7 * (month * 5 % 11) for month in range(26)]
CHECK = Path(SQL_ROOT / "checks/mart_sales.sales_forecast__three_months_in_their_interval.sql")
BOTH = {"shop": date(2022, 2, 28), "young": date(2022, 2, 28)}
Build = Callable[[Shop], list[Row]]


@pytest.fixture(scope="module")
def connection(server: DatabaseUrls) -> Iterator[psycopg.Connection[object]]:
    with prepared(server) as opened:
        yield opened


@pytest.fixture
def forecasts(connection: psycopg.Connection[object]) -> Build:
    return lambda shop: built(connection, shop, "sales_forecast")


def test_exactly_two_years_give_three_months(forecasts: Build) -> None:
    rows = forecasts(Shop(monthly(*AMOUNTS[:24]), date(2021, 12, 31)))
    assert values(rows, "month") == [date(2022, 1, 1), date(2022, 2, 1), date(2022, 3, 1)]
    assert [float(row["forecast_amount"]) for row in rows] == pytest.approx(
        [expected for expected, _, _ in predict(AMOUNTS[:24])], rel=2e-3
    )
    assert values(rows, "known_month_count") == [24] * 3


@pytest.mark.parametrize(
    ("start", "as_of"),
    [
        (date(2020, 1, 1), date(2021, 11, 30)),
        (date(2020, 1, 1), date(2021, 12, 30)),
        (date(2020, 1, 2), date(2021, 12, 31)),
    ],
    ids=["23 months", "the last month lacks a day", "the first month lacks a day"],
)
def test_less_than_two_full_years_give_no_row(forecasts: Build, start: date, as_of: date) -> None:
    assert forecasts(Shop(monthly(*AMOUNTS[:24], start=start), as_of)) == []


def test_the_unfinished_month_is_forecast_and_not_learned_from(forecasts: Build) -> None:
    whole = forecasts(Shop(monthly(*AMOUNTS[:25]), date(2022, 1, 31)))
    cut = forecasts(Shop(monthly(*AMOUNTS[:25], 999_999), date(2022, 2, 9)))
    assert values(cut, "month")[0] == date(2022, 2, 1)
    assert values(cut, "month", "forecast_amount", "upper_amount") == values(
        whole, "month", "forecast_amount", "upper_amount"
    )


def test_a_month_without_sales_counts_as_nothing_sold(forecasts: Build) -> None:
    gaps = [0 if month in (7, 15, 20) else amount for month, amount in enumerate(AMOUNTS)]
    rows = forecasts(Shop(monthly(*gaps), date(2022, 2, 28)))
    assert values(rows, "known_month_count") == [26] * 3
    assert [float(row["forecast_amount"]) for row in rows] == pytest.approx(
        [expected for expected, _, _ in predict(gaps)], rel=2e-3
    )


def test_all_shops_are_forecast_of_the_months_that_all_cover(forecasts: Build) -> None:
    lines = monthly(*AMOUNTS)
    younger = [replace(line, shop="young", order=line.order + 100) for line in lines[6:]]
    rows = forecasts(Shop([*lines, *younger], date(2022, 2, 28), dates=BOTH))
    assert {row["source_name"] for row in rows if row["forecast_amount"] is not None} == {"shop"}
    same_age = [replace(line, shop="young", order=line.order + 100) for line in lines]
    rows = forecasts(Shop([*lines, *same_age], date(2022, 2, 28), dates=BOTH))
    assert set(values(rows, "source_name", "is_total")) == {("shop", False), ("young", False), ("All shops", True)}
    total, alone = pick(rows, source_name="All shops"), pick(rows, source_name="shop")
    assert [float(row["forecast_amount"]) for row in total] == pytest.approx(
        [2 * float(row["forecast_amount"]) for row in alone], rel=2e-3
    )


def test_a_shop_that_ends_before_another_is_not_forecast(forecasts: Build) -> None:
    """Nor are both together: the months after its last one are past already. A month's file may come late."""
    old = monthly(*AMOUNTS)
    going_on = [replace(line, shop="young", order=line.order + 100) for line in monthly(*AMOUNTS, *AMOUNTS[2:5])]
    for last, forecast in [(date(2022, 3, 31), {"shop", "young", "All shops"}), (date(2022, 4, 30), {"young"})]:
        rows = forecasts(Shop([*old, *going_on], last, dates={"shop": date(2022, 2, 28), "young": last}))
        assert {row["source_name"] for row in rows if row["forecast_amount"] is not None} == forecast, last


@pytest.mark.parametrize("shops", [["shop", "young", "All shops"], ["shop", "young"], ["shop"], ["young"]])
def test_a_shop_s_forecast_is_a_figure_only_where_that_shop_is_chosen(
    connection: psycopg.Connection[object], forecasts: Build, shops: list[str]
) -> None:
    """Only the old shop has two years: whoever sees more than that shop sees no forecast."""
    lines = monthly(*AMOUNTS)
    younger = [replace(line, shop="young", order=line.order + 100) for line in lines[6:]]
    forecasts(Shop([*lines, *younger], date(2022, 2, 28), dates=BOTH))
    connection.execute("update mart_sales.sales_forecast set is_better_than_naive = source_name = 'shop'")
    where: dict[str, Filter] = {"month": [date(2022, 3, 1)], "source_name": shops}
    for metric in ("forecast_revenue", "forecast_low", "forecast_high", "forecast_error"):
        [found] = read_metrics(connection, [metric], (), where, "mart_sales.sales_forecast")
        assert (found[metric] is not None) is (shops == ["shop"]), metric


def test_of_two_forecasts_the_trusted_one_is_not_that_of_both(
    connection: psycopg.Connection[object], forecasts: Build
) -> None:
    lines = monthly(*AMOUNTS)
    same_age = [replace(line, shop="young", order=line.order + 100) for line in lines]
    forecasts(Shop([*lines, *same_age], date(2022, 2, 28), dates=BOTH))
    connection.execute("update mart_sales.sales_forecast set is_better_than_naive = source_name = 'shop'")
    for shops, is_shown in [(["shop", "young"], False), (["shop"], True), (["young"], False)]:
        where: dict[str, Filter] = {"month": [date(2022, 3, 1)], "source_name": shops}
        [found] = read_metrics(connection, ["forecast_revenue"], (), where, "mart_sales.sales_forecast")
        assert (found["forecast_revenue"] is not None) is is_shown, shops


def test_building_again_changes_nothing(forecasts: Build) -> None:
    shop = Shop(monthly(*AMOUNTS), date(2022, 2, 28))
    assert forecasts(shop) == forecasts(shop)


@pytest.mark.parametrize(
    "damage",
    [
        "update mart_sales.sales_forecast set upper_amount = forecast_amount - 1",
        "update mart_sales.sales_forecast set lower_amount = forecast_amount + 1",
        "delete from mart_sales.sales_forecast where month = '2022-04-01'",
    ],
)
def test_the_check_finds(connection: psycopg.Connection[object], forecasts: Build, damage: str) -> None:
    forecasts(Shop(monthly(*AMOUNTS), date(2022, 2, 28)))
    query = CHECK.read_bytes()
    assert connection.execute(query).fetchall() == []
    connection.execute(damage.encode())
    assert len(connection.execute(query).fetchall()) == 1
