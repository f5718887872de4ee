"""The rules of the sales mart, each on a few lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from warehouse_assets.database import connect
from warehouse_assets.settings import Settings
from warehouse_assets_tests.integration.sales_mart_shop import Line, Review, Row, Shop, build, fill, prepare

Build = Callable[[str, Shop], list[Row]]
JAN, FEB, MAR, APR = (date(2023, month, 10) for month in (1, 2, 3, 4))
END = date(2023, 4, 30)


@pytest.fixture
def rows_of(database: Settings) -> Iterator[Build]:
    """The rows of a table as built from a shop, in the order of their period."""
    with connect(database) as connection:
        prepare(connection)

        def rows(table: str, shop: Shop) -> list[Row]:
            fill(connection, shop)
            return sorted(build(connection, shop, table), key=lambda row: [str(v) for v in row.values()])

        yield rows


def values(rows: list[Row], *columns: str) -> list[Any]:
    found = [tuple(row[column] for column in columns) for row in rows]
    return [value[0] for value in found] if len(columns) == 1 else found


def pick(rows: list[Row], **wanted: object) -> list[Row]:
    return [row for row in rows if all(row[column] == value for column, value in wanted.items())]


def monthly(*amounts: int, start: date = date(2020, 1, 5), **others: Any) -> list[Line]:
    """A line per month with these amounts; none where it is 0."""
    days = [
        date(start.year + (start.month - 1 + n) // 12, (start.month - 1 + n) % 12 + 1, 5)
        for n in range(len(amounts))
    ]
    return [
        Line(day, order=n, net=Decimal(amount), **others)
        for n, (day, amount) in enumerate(zip(days, amounts, strict=True))
        if amount
    ]


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
    lines = [Line(FEB), Line(APR, order=2)]
    rows = rows_of("sales_by_quarter", Shop(lines, END))
    assert values(rows, "quarter", "is_complete") == [(date(2023, 1, 1), True), (date(2023, 4, 1), False)]
    assert values(rows_of("sales_by_quarter", Shop(lines, date(2023, 6, 30))), "is_complete") == [True, True]
    assert values(rows_of("sales_by_year", Shop(lines, END)), "year", "is_complete") == [
        (date(2023, 1, 1), False)
    ]


def test_growth_needs_a_positive_past_and_a_complete_period(rows_of: Build) -> None:
    lines = [Line(JAN, net=Decimal(3)), Line(FEB, net=Decimal(5)), Line(APR, net=Decimal(9))]
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
    rows = rows_of(
        "sales_by_month", Shop([Line(JAN, customer=1), Line(FEB, customer=1, currency="USD")], END)
    )
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


def test_product_periods_and_shares(rows_of: Build) -> None:
    lines = [Line(JAN, net=Decimal(30)), Line(APR, product=2, net=Decimal(60))]
    rows = rows_of("product_sales", Shop(lines, END))
    assert values(pick(rows, product_key=1), "period_kind", "period_start") == [
        ("all", date(2023, 1, 1)),
        ("month", date(2023, 1, 1)),
        ("quarter", date(2023, 1, 1)),
        ("year", date(2023, 1, 1)),
    ]
    shares = values(pick(rows, period_kind="year"), "product_key", "revenue_share")
    assert shares == [(1, Decimal("0.333333")), (2, Decimal("0.666667"))]


def test_shares_of_nothing_are_unknown(rows_of: Build) -> None:
    lines = [Line(JAN), Line(JAN, product=2, net=Decimal(-10), units=Decimal(-1))]
    for table in ("product_sales", "category_sales"):
        assert set(values(rows_of(table, Shop(lines, END)), "revenue_share")) == {None}


@pytest.mark.parametrize("table", ["product_sales", "category_sales"])
def test_orders_of_several_lines_count_once_per_product_and_category(rows_of: Build, table: str) -> None:
    lines = [
        Line(day, product=p, country=c) for day in (JAN, FEB, APR) for p in (1, 2) for c in ("Spain", "Malta")
    ]
    rows = rows_of(table, Shop([*lines, Line(JAN, order=9)], END))
    firsts = (
        pick(rows, period_start=date(2023, 1, 1)) if table == "category_sales" else pick(rows, product_key=1)
    )
    assert {row["order_count"] for row in pick(firsts, period_start=date(2023, 1, 1))} == {2}
    assert {
        row["order_count"] for row in pick(rows, period_kind="quarter", period_start=date(2023, 4, 1))
    } == {1}


def test_ranks_are_unique_and_ties_go_by_name_in_code_order(rows_of: Build) -> None:
    products = {
        1: ("b", "X", "x"),
        2: ("B", "X", "x"),
        3: ("a", "X", "x"),
        4: ("a", "X", "x"),
        5: ("é", "Y", "y"),
    }
    lines = [Line(JAN, product=p, net=Decimal(10), units=Decimal(1)) for p in products]
    lines += [Line(JAN, product=6, net=Decimal(1), units=Decimal(50))]
    rows = pick(rows_of("product_sales", Shop(lines, END, products=products)), period_kind="month")
    assert [r["product_key"] for r in sorted(rows, key=lambda r: r["revenue_rank"])] == [2, 3, 4, 1, 5, 6]
    assert [r["product_key"] for r in sorted(rows, key=lambda r: r["units_rank"])] == [6, 2, 3, 4, 1, 5]


def test_categories_rank_among_themselves_and_subcategories_likewise(rows_of: Build) -> None:
    products = {1: ("p", "X", "x"), 2: ("p", "X", "w"), 3: ("p", "Y", "y")}
    nets = {1: 30, 2: 20, 3: 40}
    lines = [Line(JAN, product=p, net=Decimal(net)) for p, net in nets.items()]
    rows = pick(rows_of("category_sales", Shop(lines, END, products=products)), period_kind="all")
    assert values(rows, "category", "subcategory", "revenue_rank", "net_revenue_amount") == [
        ("X", "All", 1, 50),
        ("X", "w", 3, 20),
        ("X", "x", 2, 30),
        ("Y", "All", 2, 40),
        ("Y", "y", 1, 40),
    ]


def test_a_subcategory_named_all_is_not_taken_for_the_category(rows_of: Build) -> None:
    products = {1: ("p", "All", "All"), 2: ("p", "All", "x")}
    rows = rows_of("category_sales", Shop([Line(JAN), Line(JAN, product=2)], END, products=products))
    assert values(pick(rows, period_kind="all"), "subcategory", "net_revenue_amount") == [
        ("All", 20),
        ("All (subcategory)", 10),
        ("x", 10),
    ]


def test_category_growth_is_against_the_period_just_before(rows_of: Build) -> None:
    nets = {JAN: 4, FEB: 6, APR: 9, date(2023, 5, 1): 12}
    lines = [Line(day, net=Decimal(net)) for day, net in nets.items()]
    rows = pick(rows_of("category_sales", Shop(lines, date(2023, 5, 30))), subcategory="All")
    growth = {
        kind: values(pick(rows, period_kind=kind), "growth_vs_previous")
        for kind in ("month", "quarter", "all")
    }
    assert growth == {"month": [None, Decimal("0.5"), None, None], "quarter": [None, None], "all": [None]}
    rows = pick(rows_of("category_sales", Shop(lines, date(2023, 6, 30))), subcategory="All")
    assert values(pick(rows, period_kind="quarter"), "growth_vs_previous") == [None, Decimal("1.1")]


@pytest.mark.parametrize("table", ["product_sales", "category_sales"])
def test_average_rating_needs_k_distinct_known_persons(rows_of: Build, table: str) -> None:
    def averages(*customers: int) -> set[Any]:
        lines = [
            Line(JAN + timedelta(n), order=n, customer=c, rating=Decimal(4)) for n, c in enumerate(customers)
        ]
        return set(
            values(
                rows_of(table, Shop([*lines, Line(JAN, order=99, rating=Decimal(1))], END)), "average_rating"
            )
        )

    assert averages(1, 2, 3) == {Decimal("3.25")}
    assert averages(1, 2, 2, 1, -1) == {None}


@pytest.mark.parametrize("table", ["product_sales", "category_sales"])
def test_persons_are_distinct_over_the_months_of_a_period(rows_of: Build, table: str) -> None:
    rated = {JAN: (1, 2), FEB: (1, 2), APR: (2, 3)}
    lines = [
        Line(day, order=c, customer=c, rating=Decimal(c)) for day, people in rated.items() for c in people
    ]
    rows = [row for row in rows_of(table, Shop(lines, END)) if row["average_rating"] is not None]
    assert {(row["period_kind"], row["average_rating"]) for row in rows} == {
        ("year", Decimal("1.833333")),
        ("all", Decimal("1.833333")),
    }


@pytest.mark.parametrize("table", ["product_sales", "category_sales"])
def test_reviews_count_in_every_currency_and_undated_ones_in_all_only(rows_of: Build, table: str) -> None:
    lines = [Line(JAN, customer=1, rating=Decimal(5)), Line(FEB, order=2, currency="USD")]
    reviews = [
        Review(1, Decimal(2), date(2023, 1, 31), 2),
        Review(1, Decimal(1), None, 3),
        Review(1, Decimal(1), None, 2),
        Review(1, Decimal(5), date(2023, 5, 1), 4),
    ]
    rows = rows_of(table, Shop(lines, END, reviews, k=2))
    found = {(r["currency_code"], r["period_kind"], r["average_rating"]) for r in rows if r["average_rating"]}
    assert found == {
        *(("EUR", kind, Decimal("3.5")) for kind in ("month", "quarter", "year")),
        ("EUR", "all", Decimal("2.25")),
        ("USD", "all", Decimal("1.333333")),
    }


def test_country_customers_are_hidden_below_k(rows_of: Build) -> None:
    lines = [Line(JAN, order=c, customer=c, country="Spain") for c in (1, 2, 3)]
    lines += [Line(JAN, order=c, customer=c, country="Malta") for c in (4, 5)]
    lines += [Line(JAN, order=9, customer=6, country="Malta", units=Decimal(-1), net=Decimal(-2))]
    rows = rows_of("sales_by_country", Shop([*lines, *lines], END))
    assert values(rows, "country", "order_count", "units_sold", "net_revenue_amount", "customer_count") == [
        ("Malta", 2, 4, 36, None),
        ("Spain", 3, 6, 60, 3),
    ]


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
    assert set(
        values(rows_of("sales_trends", Shop(monthly(*amounts), date(2021, 12, 31))), "seasonal_index")
    ) == {None}
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
