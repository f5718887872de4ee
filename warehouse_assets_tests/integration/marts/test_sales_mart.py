"""The rules of sales_by_month, _quarter and _year, each on a few lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from warehouse_assets.database import DatabaseUrls
from warehouse_assets_tests.integration.marts.sales_mart_shop import (
    Line,
    Review,
    Row,
    Shop,
    built,
    monthly,
    pick,
    prepared,
    values,
)

Build = Callable[[str, Shop], list[Row]]
JAN, FEB, MAR, APR = (date(2023, month, 10) for month in (1, 2, 3, 4))
END = date(2023, 4, 30)


@pytest.fixture(scope="module")
def rows_of(server: DatabaseUrls) -> Iterator[Build]:
    """The rows of a table as built from a shop."""
    with prepared(server) as connection:
        yield lambda table, shop: built(connection, shop, table)


def test_a_period_without_sales_is_a_row_of_zeros(rows_of: Build) -> None:
    rows = rows_of("sales_by_month", Shop([Line(JAN), Line(MAR)], END))
    assert values(rows, "month") == [day.replace(day=1) for day in (JAN, FEB, MAR, APR)]
    assert values(rows, "order_count", "line_count", "net_revenue_amount", "customer_count")[1] == (
        0,
        0,
        0,
        0,
    )
    assert values(rows, "average_order_value") == [10, None, 10, None]


def test_each_currency_has_its_own_span_and_amounts(rows_of: Build) -> None:
    rows = rows_of("sales_by_month", Shop([Line(FEB), Line(APR, currency="USD", net=Decimal(7))], END))
    assert values(pick(rows, currency_code="USD"), "month", "net_revenue_amount") == [(date(2023, 4, 1), 7)]
    assert values(pick(rows, currency_code="EUR"), "net_revenue_amount") == [10, 0, 0]


def test_a_quarter_starts_with_the_span_and_is_complete_on_its_last_day(rows_of: Build) -> None:
    lines = [Line(date(2023, 1, 1)), Line(APR, order=2)]
    rows = rows_of("sales_by_quarter", Shop(lines, END))
    assert values(rows, "quarter", "is_complete") == [(date(2023, 1, 1), True), (date(2023, 4, 1), False)]
    assert values(rows_of("sales_by_quarter", Shop(lines, date(2023, 6, 30))), "is_complete") == [True, True]
    assert values(rows_of("sales_by_year", Shop(lines, END)), "year", "is_complete") == [(date(2023, 1, 1), False)]


def test_a_period_that_the_data_cover_in_part_is_not_compared(rows_of: Build) -> None:
    """2020 from August on is neither complete nor what 2021 has grown from; 2022 is the first year to compare."""
    shop = Shop(monthly(*[10] * 29, start=date(2020, 8, 2)), date(2022, 12, 31))
    years = rows_of("sales_by_year", shop)
    assert values(years, "is_complete", "growth_vs_previous", "order_growth_vs_previous") == [
        (False, None, None),
        (True, None, None),
        (True, 0, 0),
    ]
    quarters = rows_of("sales_by_quarter", shop)
    assert values(quarters, "is_complete", "growth_vs_previous")[:3] == [(False, None), (True, None), (True, 0)]
    months = rows_of("sales_by_month", shop)
    assert values(months, "is_complete", "growth_vs_previous")[:3] == [(False, None), (True, None), (True, 0)]
    assert values(months, "growth_vs_last_year", "has_complete_last_year")[11:14] == [
        (None, False),
        (None, False),
        (0, True),
    ]
    from_its_first_day = Shop(monthly(*[10] * 17, start=date(2020, 8, 1)), date(2021, 12, 31))
    assert values(rows_of("sales_by_month", from_its_first_day), "is_complete") == [True] * 17


def test_orders_grow_by_the_rule_of_revenue(rows_of: Build) -> None:
    days = [date(2023, 1, 1), JAN, FEB, FEB, FEB, MAR, APR]
    lines = [Line(day, order=n) for n, day in enumerate(days)]
    rows = rows_of("sales_by_month", Shop(lines, date(2023, 4, 29)))
    assert values(rows, "order_growth_vs_previous") == [None, Decimal("0.5"), Decimal("-0.666667"), None]
    assert values(rows, "growth_vs_previous") == [None, Decimal("0.5"), Decimal("-0.666667"), None]


def test_growth_needs_a_positive_past_and_a_complete_period(rows_of: Build) -> None:
    lines = [Line(date(2023, 1, 1), net=Decimal(3)), Line(FEB, net=Decimal(5)), Line(APR, net=Decimal(9))]
    rows = rows_of("sales_by_month", Shop(lines, date(2023, 5, 30)))
    assert values(rows, "previous_net_revenue_amount") == [None, 3, 5, 0, 9]
    assert values(rows, "growth_vs_previous") == [None, Decimal("0.666667"), -1, None, None]
    loss = [Line(JAN, net=Decimal(-3), units=Decimal(-1)), Line(FEB)]
    assert values(rows_of("sales_by_month", Shop(loss, date(2023, 2, 28))), "growth_vs_previous") == [
        None,
        None,
    ]


def test_last_year_is_the_same_period_a_year_before(rows_of: Build) -> None:
    shop = Shop(monthly(*range(1, 27)), date(2022, 2, 28))
    months = rows_of("sales_by_month", shop)
    assert values(months, "last_year_net_revenue_amount")[:14] == [None] * 12 + [1, 2]
    assert values(months, "growth_vs_last_year")[12:14] == [12, 6]
    earlier = rows_of("sales_by_month", replace(shop, as_of=date(2022, 2, 27)))
    assert values(earlier, "growth_vs_last_year")[-2:] == [Decimal("0.923077"), None]
    assert values(rows_of("sales_by_quarter", shop), "last_year_net_revenue_amount")[3:6] == [None, 6, 15]
    assert values(rows_of("sales_by_year", shop), "last_year_net_revenue_amount") == [None, 78, 222]


def test_an_order_counts_in_each_month_and_once_in_longer_periods(rows_of: Build) -> None:
    lines = [Line(JAN), Line(JAN, product=2), Line(FEB), Line(APR), Line(APR, country="Spain")]
    shop = Shop(lines, END)
    assert values(rows_of("sales_by_month", shop), "order_count") == [1, 1, 0, 1]
    assert values(rows_of("sales_by_quarter", shop), "order_count") == [1, 1]
    year = rows_of("sales_by_year", shop)
    assert values(year, "order_count", "line_count", "average_order_value") == [(1, 5, 50)]


def test_an_order_whose_earlier_month_only_returns_still_counts(rows_of: Build) -> None:
    lines = [Line(JAN, units=Decimal(-1), net=Decimal(-4)), Line(FEB), Line(MAR, order=2)]
    assert values(rows_of("sales_by_quarter", Shop(lines, END)), "order_count") == [2, 0]
    assert values(rows_of("sales_by_month", Shop(lines, END)), "order_count") == [0, 1, 1, 0]


def test_returns_lower_net_and_nothing_else(rows_of: Build) -> None:
    sale = Line(JAN, net=Decimal(8), discount=Decimal(2), units=Decimal(3))
    back = Line(JAN, order=2, net=Decimal(-5), units=Decimal(-2))
    (row, *_) = rows_of("sales_by_month", Shop([sale, back], END))
    assert values([row], "gross_revenue_amount", "returned_amount", "net_revenue_amount") == [(10, 5, 3)]
    assert values([row], "units_sold", "order_count", "line_count", "average_order_value") == [(3, 1, 2, 8)]


def test_shipping_is_revenue_but_no_unit_and_no_product(rows_of: Build) -> None:
    shop = Shop([Line(JAN), Line(JAN, product=2, is_product=False, net=Decimal(30))], END)
    assert values(rows_of("sales_by_month", shop)[:1], "units_sold", "net_revenue_amount") == [(1, 40)]
    for table in ("product_sales", "category_sales"):
        rows = pick(rows_of(table, shop), period_kind="all")
        assert set(values(rows, "net_revenue_amount", "revenue_share")) == {(10, Decimal("0.25"))}


def test_cancelled_lines_count_only_as_cancelled_orders(rows_of: Build) -> None:
    gone = [Line(day, order=2, is_cancelled=True, product=p) for day in (JAN, FEB, APR) for p in (1, 2)]
    shop = Shop([Line(JAN), *gone], END)
    assert values(rows_of("sales_by_month", shop), "cancelled_order_count") == [1, 1, 0, 1]
    assert values(rows_of("sales_by_year", shop), "order_count", "cancelled_order_count") == [(1, 1)]
    assert values(rows_of("product_sales", shop), "product_key") == [1] * 4


def test_new_customers_are_those_whose_first_sale_ever_is_in_the_period(rows_of: Build) -> None:
    lines = [
        Line(JAN, customer=1),
        Line(MAR, customer=1, net=Decimal(20)),
        Line(MAR, customer=2, net=Decimal(5)),
        Line(MAR, net=Decimal(1000)),
        Line(MAR, customer=3, net=Decimal(-2), units=Decimal(-1)),
    ]
    columns = ("customer_count", "new_customer_revenue_amount", "returning_customer_revenue_amount")
    assert values(rows_of("sales_by_month", Shop(lines, END)), *columns)[::2] == [(1, 10, 0), (2, 5, 18)]
    assert values(rows_of("sales_by_year", Shop(lines, END)), *columns) == [(2, 35, -2)]


def test_a_customer_is_new_once_in_each_currency(rows_of: Build) -> None:
    rows = rows_of("sales_by_month", Shop([Line(JAN, customer=1), Line(FEB, customer=1, currency="USD")], END))
    assert values(pick(rows, currency_code="USD"), "new_customer_revenue_amount")[0] == 10


def test_a_return_before_the_first_sale_does_not_make_a_customer(rows_of: Build) -> None:
    back = Line(JAN, customer=1, net=Decimal(-3), units=Decimal(-1))
    columns = ("customer_count", "new_customer_revenue_amount", "returning_customer_revenue_amount")
    rows = rows_of("sales_by_month", Shop([back, Line(FEB, customer=1)], END))
    assert values(rows, *columns)[:2] == [(0, 0, -3), (1, 10, 0)]


@pytest.mark.parametrize(
    "table", ["sales_by_month", "product_sales", "category_sales", "sales_by_country", "sales_trends"]
)
def test_what_is_later_than_the_as_of_month_is_ignored(rows_of: Build, table: str) -> None:
    now = [Line(JAN, customer=1), Line(JAN, order=7, customer=2, rating=Decimal(2))]
    later = [Line(FEB, customer=1), Line(MAR, order=7, rating=Decimal(5)), Line(FEB, order=8, currency="USD")]
    as_of = date(2023, 1, 31)
    reviews = [Review(1, Decimal(5), FEB, 9)]
    assert rows_of(table, Shop([*now, *later], as_of, reviews, k=1)) == rows_of(table, Shop(now, as_of, k=1))
