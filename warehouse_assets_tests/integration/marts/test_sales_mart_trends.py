"""The rules of sales_trends, each on a few months."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

import pytest

from warehouse_assets.database import DatabaseUrls
from warehouse_assets_tests.integration.marts.sales_mart_shop import Line, Row, Shop, built, monthly, prepared, values

Build = Callable[[str, Shop], list[Row]]


@pytest.fixture(scope="module")
def rows_of(server: DatabaseUrls) -> Iterator[Build]:
    """The rows of a table as built from a shop."""
    with prepared(server) as connection:
        yield lambda table, shop: built(connection, shop, table)


def test_rolling_means_wait_until_full_and_skip_an_incomplete_month(rows_of: Build) -> None:
    shop = Shop(monthly(*range(1, 15)), date(2021, 2, 27))
    rows = rows_of("sales_trends", shop)
    assert values(rows, "rolling_3m_amount")[:4] == [None, None, 2, 3]
    assert values(rows, "rolling_12m_amount")[10:] == [None, Decimal("6.5"), Decimal("7.5"), None]
    assert values(rows, "rolling_3m_amount")[-1] is None
    assert values(rows, "year_to_date_amount")[11:] == [78, 13, 27]


def test_the_slope_has_up_to_12_complete_months_and_at_least_6(rows_of: Build) -> None:
    rows = rows_of("sales_trends", Shop(monthly(100, 100, *range(2, 32, 2), 999), date(2021, 6, 29)))
    assert values(rows, "trend_slope")[4:6] == [None, Decimal("-21.1429")]
    assert values(rows, "trend_slope")[-5:] == [2, 2, 2, 2, 2]


def test_the_season_is_the_mean_over_years_that_lie_wholly_in_the_span(rows_of: Build) -> None:
    years = [*[10] * 11, 130, *[10] * 12, *[10] * 11, 90]
    rows = rows_of("sales_trends", Shop(monthly(7, *years, start=date(2019, 12, 5)), date(2022, 12, 30)))
    assert values(rows, "seasonal_index")[0] == Decimal("3.75")
    assert values(rows, "seasonal_index")[1:3] == [Decimal("0.75")] * 2
    shorter = rows_of("sales_trends", Shop(monthly(*years[:23]), date(2021, 11, 30)))
    assert set(values(shorter, "seasonal_index")) == {None}


def test_a_year_of_nothing_has_no_season(rows_of: Build) -> None:
    amounts = [12] * 12 + [0] * 12
    assert set(values(rows_of("sales_trends", Shop(monthly(*amounts), date(2021, 12, 31))), "seasonal_index")) == {None}
    three = rows_of("sales_trends", Shop(monthly(*amounts, *[5] * 12), date(2022, 12, 31)))
    assert set(values(three, "seasonal_index")) == {1}


def test_the_anomaly_is_measured_against_the_12_months_before(rows_of: Build) -> None:
    rows = rows_of("sales_trends", Shop(monthly(9999, *range(1, 13), 20, 20), date(2021, 3, 30)))
    scores = values(rows, "anomaly_score")
    assert scores[:6] == [None] * 6
    assert scores[6] == Decimal("1.124151")
    assert scores[13:] == [Decimal("3.035208"), None]
    flat = rows_of("sales_trends", Shop(monthly(*[5] * 7, 50), date(2020, 8, 31)))
    assert set(values(flat, "anomaly_score")) == {None}


def test_year_to_date_is_compared_with_the_same_days_of_last_year(rows_of: Build) -> None:
    days = {date(2021, 12, 31): 1, date(2022, 1, 5): 10, date(2022, 2, 9): 4, date(2022, 2, 11): 100}
    days |= {date(2022, 3, 1): 50, date(2023, 1, 20): 20, date(2023, 2, 10): 1}
    lines = [Line(day, order=n, net=Decimal(net)) for n, (day, net) in enumerate(days.items())]
    rows = rows_of("sales_trends", Shop(lines, date(2023, 2, 10)))
    columns = ("year_to_date_amount", "last_year_to_date_amount", "year_to_date_growth")
    assert values(rows, *columns)[-2:] == [(20, 10, 1), (21, 14, Decimal("0.5"))]
    assert values(rows, *columns)[:2] == [(1, None, None), (10, None, None)]
    whole = rows_of("sales_trends", Shop(lines, date(2023, 2, 28)))
    assert values(whole, *columns)[-1] == (21, 114, Decimal("-0.815789"))


def test_year_to_date_on_a_leap_day_ends_on_the_28th(rows_of: Build) -> None:
    days = [date(2022, 12, 31), date(2023, 2, 28), date(2023, 3, 1), date(2024, 2, 29)]
    rows = rows_of("sales_trends", Shop([Line(day, order=n) for n, day in enumerate(days)], date(2024, 2, 29)))
    assert values(rows, "last_year_to_date_amount")[-1] == 10
