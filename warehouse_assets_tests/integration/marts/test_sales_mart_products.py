"""The rules of product_sales, category_sales and sales_by_country, each on a few lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from warehouse_assets.database import DatabaseUrls
from warehouse_assets_tests.integration.marts.sales_mart_shop import (
    Line,
    Review,
    Row,
    Shop,
    built,
    pick,
    prepared,
    values,
)

Build = Callable[[str, Shop], list[Row]]
JAN, FEB, APR = (date(2023, month, 10) for month in (1, 2, 4))
END = date(2023, 4, 30)


@pytest.fixture(scope="module")
def rows_of(server: DatabaseUrls) -> Iterator[Build]:
    """The rows of a table as built from a shop."""
    with prepared(server) as connection:
        yield lambda table, shop: built(connection, shop, table)


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
    lines = [Line(day, product=p, country=c) for day in (JAN, FEB, APR) for p in (1, 2) for c in ("Spain", "Malta")]
    rows = rows_of(table, Shop([*lines, Line(JAN, order=9)], END))
    firsts = pick(rows, period_start=date(2023, 1, 1)) if table == "category_sales" else pick(rows, product_key=1)
    assert {row["order_count"] for row in pick(firsts, period_start=date(2023, 1, 1))} == {2}
    assert {row["order_count"] for row in pick(rows, period_kind="quarter", period_start=date(2023, 4, 1))} == {1}


def test_orders_that_only_return_or_ship_a_product_do_not_count(rows_of: Build) -> None:
    back = Line(JAN, order=2, net=Decimal(-3), units=Decimal(-1))
    mixed = [Line(JAN, order=3, product=2), Line(JAN, order=3, net=Decimal(-3), units=Decimal(-1))]
    shipped = Line(JAN, order=4, is_product=False)
    rows = pick(rows_of("product_sales", Shop([Line(JAN), back, *mixed, shipped], END)), period_kind="month")
    assert values(rows, "product_key", "order_count", "net_revenue_amount") == [(1, 1, 4), (2, 1, 10)]


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
    nets = {date(2023, 1, 1): 4, FEB: 6, APR: 9, date(2023, 5, 1): 12}
    lines = [Line(day, net=Decimal(net)) for day, net in nets.items()]
    rows = pick(rows_of("category_sales", Shop(lines, date(2023, 5, 30))), subcategory="All")
    growth = {kind: values(pick(rows, period_kind=kind), "growth_vs_previous") for kind in ("month", "quarter", "all")}
    assert growth == {"month": [None, Decimal("0.5"), None, None], "quarter": [None, None], "all": [None]}
    rows = pick(rows_of("category_sales", Shop(lines, date(2023, 6, 30))), subcategory="All")
    assert values(pick(rows, period_kind="quarter"), "growth_vs_previous") == [None, Decimal("1.1")]


@pytest.mark.parametrize("table", ["product_sales", "category_sales"])
def test_average_rating_needs_k_distinct_known_persons(rows_of: Build, table: str) -> None:
    def averages(*customers: int) -> set[Any]:
        lines = [Line(JAN + timedelta(n), order=n, customer=c, rating=Decimal(4)) for n, c in enumerate(customers)]
        return set(
            values(rows_of(table, Shop([*lines, Line(JAN, order=99, rating=Decimal(1))], END)), "average_rating")
        )

    # of four ratings the sum, 13 of 4 to 20, is in the fourth of seven equal steps
    assert averages(1, 2, 3) == {Decimal("3.3")}
    assert averages(1, 2, 2, 1, -1) == {None}
    assert averages(1, 2, -1, -1, -1) == {None}


@pytest.mark.parametrize("table", ["product_sales", "category_sales"])
def test_persons_are_distinct_over_the_months_of_a_period(rows_of: Build, table: str) -> None:
    rated = {JAN: (1, 2), FEB: (1, 2), APR: (2, 3)}
    lines = [Line(day, order=c, customer=c, rating=Decimal(c)) for day, people in rated.items() for c in people]
    rows = [row for row in rows_of(table, Shop(lines, END)) if row["average_rating"] is not None]
    assert {(row["period_kind"], row["average_rating"]) for row in rows} == {
        ("year", Decimal("1.7")),
        ("all", Decimal("1.7")),
    }


@pytest.mark.parametrize("table", ["product_sales", "category_sales"])
def test_reviews_count_in_every_currency_and_undated_ones_in_all_only(rows_of: Build, table: str) -> None:
    lines = [Line(JAN, order=c, customer=c, rating=Decimal(5)) for c in (1, 5)]
    lines.append(Line(FEB, order=2, currency="USD"))
    reviews = [
        Review(1, Decimal(2), date(2023, 1, 31), 2),
        Review(1, Decimal(1), None, 3),
        Review(1, Decimal(1), None, 2),
        Review(1, Decimal(5), date(2023, 5, 1), 4),
    ]
    rows = rows_of(table, Shop(lines, END, reviews, k=2))
    found = {(r["currency_code"], r["period_kind"], r["average_rating"]) for r in rows if r["average_rating"]}
    assert found == {
        *(("EUR", kind, Decimal(5)) for kind in ("month", "quarter", "year")),
        ("EUR", "all", Decimal(3)),
        ("USD", "all", Decimal(1)),
    }


def test_ratings_of_few_people_count_with_others_or_not_at_all(rows_of: Build) -> None:
    def rated(product: int, day: date, *customers: int, stars: int) -> list[Line]:
        return [Line(day, order=-1 - c, product=product, customer=c, rating=Decimal(stars)) for c in customers]

    lines = [
        *rated(1, JAN, 1, 2, stars=5),
        # February alone has k people, so that January has to wait for April
        *rated(1, FEB, 1, 2, 3, stars=1),
        *rated(1, APR, 4, stars=5),
        # two products of one subcategory are rated by k people together
        *rated(2, JAN, 1, 2, stars=5),
        *rated(3, JAN, 3, stars=5),
        # nobody of these joins others
        *rated(4, JAN, 1, 2, stars=1),
    ]
    products = {
        1: ("Lamp", "Home", "Light"),
        2: ("Ball", "Toys", "Games"),
        3: ("Dice", "Toys", "Games"),
        4: ("Doll", "Toys", "Dolls"),
    }
    shop = Shop(lines, END, products=products, k=3)
    found = {
        (row["product_name"], row["period_kind"], row["period_start"].month): row["average_rating"]
        for row in rows_of("product_sales", shop)
        if row["average_rating"] is not None
    }
    lamp = {("month", 2): 1, ("quarter", 1): 1, ("year", 1): 3, ("all", 1): 3}
    assert found == {("Lamp", *period): stars for period, stars in lamp.items()}
    rows = pick(rows_of("category_sales", shop), period_kind="all")
    assert set(values(rows, "category", "subcategory", "average_rating")) == {
        ("Home", "All", 3),
        ("Home", "Light", 3),
        ("Toys", "All", 5),
        ("Toys", "Games", 5),
        ("Toys", "Dolls", None),
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
