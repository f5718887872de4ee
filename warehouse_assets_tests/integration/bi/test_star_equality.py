"""Measures of the star are the numbers of the sales mart, under choices of time, shop, currency, product, country."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import psycopg
import pytest

from warehouse_assets.bi.files import write_files
from warehouse_assets.bi.powerbi.project import project_files
from warehouse_assets.bi.powerbi.roles import own_countries
from warehouse_assets.bi.powerbi.star.measures import star_measures
from warehouse_assets.bi.powerbi.star.project import star_design
from warehouse_assets.bi.query import Between, read_metrics
from warehouse_assets.bi.server import Server
from warehouse_assets.building.marts import find_shop_dates
from warehouse_assets.database import DatabaseUrls
from warehouse_assets_tests.integration.bi.evaluators import PowerBi, same
from warehouse_assets_tests.integration.bi.filled_star import (
    LAST,
    SHOP_DATES,
    SMALLEST_GROUP,
    fill_star,
    imported_star,
    star_shop,
)
from warehouse_assets_tests.integration.marts.sales_mart_shop import prepared
from warehouse_assets_tests.integration.privacy.rated_shops import is_in_row, ratings_of
from warehouse_assets_tests.oracle.ratings import persons

DESIGN = star_design(SMALLEST_GROUP)
TITLES = {measure.name: measure.title.en for measure in star_measures(SMALLEST_GROUP)}
PERIODS = {
    "month": ("mart_sales.sales_by_month", "dim_date.month_start"),
    "quarter": ("mart_sales.sales_by_quarter", "dim_date.quarter_start"),
    "year": ("mart_sales.sales_by_year", "dim_date.year"),
    "day": ("mart_sales.sales_by_day", "dim_date.date_key"),
}
OF_DAYS = ("net_revenue", "gross_revenue", "returned_amount", "orders", "sale_lines", "units_sold")
OF_DAYS += ("average_order_value", "return_rate")


@dataclass(frozen=True)
class Star:
    """The warehouse and the model over it."""

    connection: psycopg.Connection[Any]
    model: PowerBi

    def rows(self, table: str, *metrics: str, by: tuple[str, ...]) -> list[dict[str, Any]]:
        """Metrics of the mart along its columns."""
        return read_metrics(self.connection, metrics, by=by, table=table)

    def value(self, measure: str, choices: Mapping[str, Any]) -> float | None:
        """The measure under one chosen value of each column; all shops are no choice of one."""
        chosen = {name: [value] for name, value in choices.items() if value != "All shops"}
        return self.model.value(TITLES[measure], chosen)


@pytest.fixture(scope="module")
def star(server: DatabaseUrls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Star]:
    folder = tmp_path_factory.mktemp("star")
    write_files(folder / "powerbi", project_files(Server("localhost", 5432, "warehouse"), DESIGN))
    with prepared(server) as connection:
        fill_star(connection, star_shop())
        model = PowerBi(folder / "powerbi", DESIGN, {})
        model.tables = imported_star(connection, model.columns)
        yield Star(connection, model)


def differences(star: Star, pairs: Mapping[str, str], table: str, columns: Mapping[str, str], **kept: Any) -> list[Any]:
    """Rows of the mart where a measure has another value; `pairs` are measure -> metric, `columns` model -> mart.

    Nothing and zero are one: the mart has a row for a period without sales, which no fact has.
    """
    by = tuple(columns.values())
    found, seen = [], 0
    where = {name: [value] for name, value in kept.items()}
    for row in read_metrics(star.connection, dict.fromkeys(pairs.values()), by=by, where=where, table=table):
        choices = {place: _chosen(place, row[name]) for place, name in columns.items()}
        for measure, metric in pairs.items():
            expected = None if row[metric] is None else float(row[metric])
            value = star.value(measure, choices)
            if not same(value or 0, expected or 0, digits=6):
                found.append((measure, choices, value, expected))
            seen += bool(expected)
    assert seen >= len(pairs), "hardly any row has a value"
    return found


def _chosen(place: str, value: Any) -> Any:
    return value.year if place == "dim_date.year" else value


SHOP_AND_CURRENCY = {"shop.source_name": "source_name", "currency.currency_code": "currency_code"}


@pytest.mark.parametrize("period", PERIODS)
def test_sums_counts_and_ratios_of_periods(star: Star, period: str) -> None:
    table, place = PERIODS[period]
    names = OF_DAYS if period == "day" else (*OF_DAYS, "buying_customers")
    columns = {place: period, **SHOP_AND_CURRENCY}
    kept = {"source_name": "north"} if period == "day" else {}
    assert differences(star, {name: name for name in names}, table, columns, **kept) == []


def test_a_discount_is_what_is_missing_from_gross_to_net(star: Star) -> None:
    table = "mart_sales.sales_by_month"
    for row in star.rows(
        table,
        "gross_revenue",
        "returned_amount",
        "net_revenue",
        by=("month", "source_name", "currency_code"),
    ):
        choices = {
            "dim_date.month_start": row["month"],
            "shop.source_name": row["source_name"],
            "currency.currency_code": row["currency_code"],
        }
        expected = row["gross_revenue"] - row["returned_amount"] - row["net_revenue"]
        assert same(star.value("discount", choices) or 0, float(expected))


COMPARED = ("year_to_date_revenue", "last_year_to_date_revenue", "year_to_date_growth")


def test_the_year_to_date_and_the_same_days_of_last_year(star: Star) -> None:
    columns = {"dim_date.month_start": "month", **SHOP_AND_CURRENCY}
    assert differences(star, {name: name for name in COMPARED}, "mart_sales.sales_trends", columns) == []


@pytest.mark.parametrize("shop", ["All shops", "north", "south"])
@pytest.mark.parametrize("choice", [{}, {"dim_date.year": 2024}, {"dim_date.year": 2025}], ids=str)
def test_growth_is_of_the_months_that_both_years_cover(star: Star, shop: str, choice: dict[str, Any]) -> None:
    where: dict[str, Any] = {"source_name": [shop], "currency_code": ["EUR"]}
    if choice:
        year = choice["dim_date.year"]
        where["month"] = Between(date(year, 1, 1), date(year, 12, 31))
    (row,) = read_metrics(star.connection, ["growth_vs_last_year"], where=where)
    choices = {**choice, "shop.source_name": shop, "currency.currency_code": "EUR"}
    assert row["growth_vs_last_year"] is not None
    assert same(star.value("growth_vs_last_year", choices), float(row["growth_vs_last_year"]))


def test_a_month_has_grown_only_if_it_and_the_one_a_year_before_are_whole(star: Star) -> None:
    statement = (
        "select month, source_name, currency_code, growth_vs_last_year, last_year_net_revenue_amount"
        " from mart_sales.sales_by_month"
    )
    blanks = 0
    for month, shop, code, growth, before in star.connection.execute(statement).fetchall():
        choices = {"dim_date.month_start": month, "shop.source_name": shop, "currency.currency_code": code}
        value = star.value("growth_vs_last_year", choices)
        assert same(value, None if growth is None else float(growth), digits=6), choices
        assert same(star.value("last_year_revenue", choices) or 0, float(before or 0)), choices
        blanks += growth is None
    assert blanks > len(SHOP_DATES)


@pytest.mark.parametrize("kind", ["month", "quarter", "year", "all"])
def test_products(star: Star, kind: str) -> None:
    place = {"month": "dim_date.month_start", "quarter": "dim_date.quarter_start", "year": "dim_date.year"}
    columns = {"dim_product.product_name": "product_name", **SHOP_AND_CURRENCY}
    if kind in place:
        columns[place[kind]] = "period_start"
    pairs = {
        "product_revenue": "product_revenue",
        "units_sold": "product_units",
        "orders": "product_orders",
    }
    assert differences(star, pairs, "mart_sales.product_sales", columns, period_kind=kind) == []


def test_categories(star: Star) -> None:
    table = "mart_sales.category_sales"
    columns = {"dim_product.category": "category", "dim_date.month_start": "period_start", **SHOP_AND_CURRENCY}
    pairs = {"product_revenue": "category_revenue"}
    assert differences(star, pairs, table, columns, period_kind="month") == []
    pairs = {"orders": "category_orders"}
    assert differences(star, pairs, table, columns, period_kind="month", subcategory="All") == []


def test_ratings_are_exact_means_of_k_people_or_more(star: Star) -> None:
    """The mart rounds the sums of its groups of ratings, and leaves out the ratings of few people."""
    shop, seen = star_shop(), {True: 0, False: 0}
    live = [line for line in shop.lines if not line.is_cancelled and line.day <= SHOP_DATES[line.shop]]
    ratings = ratings_of(replace(shop, lines=live))
    names = ("source_name", "currency_code", "product_key", "product_name", "period_kind", "period_start")
    query = f"select {', '.join(names)} from mart_sales.product_sales where period_kind <> 'all'"
    for values in star.connection.execute(query.encode()):
        row = dict(zip(names, values, strict=True))
        inside = [float(rating.stars) for rating in ratings if is_in_row(row, rating)]
        is_shown = persons(rating for rating in ratings if is_in_row(row, rating)) >= SMALLEST_GROUP
        place = {"month": "month_start", "quarter": "quarter_start", "year": "year"}[row["period_kind"]]
        choices = {
            "dim_product.product_name": row["product_name"],
            "shop.source_name": row["source_name"],
            "currency.currency_code": row["currency_code"],
            f"dim_date.{place}": _chosen(f"dim_date.{place}", row["period_start"]),
        }
        value = star.value("average_rating", choices)
        assert same(value, sum(inside) / len(inside) if is_shown else None, digits=6), choices
        seen[is_shown] += 1
    assert min(seen.values()) > 5


def test_countries(star: Star) -> None:
    pairs = {
        "net_revenue": "country_revenue",
        "orders": "country_orders",
        "units_sold": "country_units",
    }
    columns = {"dim_geography.country": "country", "dim_date.month_start": "month", **SHOP_AND_CURRENCY}
    assert differences(star, pairs, "mart_sales.sales_by_country", columns) == []


def test_customers_of_countries_where_the_mart_shows_them(star: Star) -> None:
    statement = (
        "select country, month, source_name, currency_code, customer_count from mart_sales.sales_by_country"
        " where customer_count is not null"
    )
    rows = star.connection.execute(statement).fetchall()
    assert len(rows) > 20
    for country, month, shop, code, count in rows:
        choices = {
            "dim_geography.country": country,
            "dim_date.month_start": month,
            "shop.source_name": shop,
            "currency.currency_code": code,
        }
        assert star.value("buying_customers", choices) == count, choices


def test_a_wrong_measure_is_found(star: Star, monkeypatch: pytest.MonkeyPatch) -> None:
    table, place = PERIODS["month"]
    columns = {place: "month", **SHOP_AND_CURRENCY}
    title = TITLES["orders"]
    wrong = star.model.measures[title].replace("fct_sales[is_return] = FALSE ()", "TRUE ()")
    assert wrong != star.model.measures[title]
    monkeypatch.setattr(star.model, "measures", {**star.model.measures, title: wrong})
    assert differences(star, {"orders": "orders"}, table, columns) != []


def test_amounts_of_two_currencies_are_never_added(star: Star) -> None:
    money = [measure.name for measure in star_measures(SMALLEST_GROUP) if measure.format == "money"]
    assert len(money) == 9
    for name in (*money, "return_rate", "growth_vs_last_year", "year_to_date_growth"):
        assert star.value(name, {"dim_date.year": 2025}) is None, name
        assert star.value(name, {"dim_date.year": 2025, "currency.currency_code": "EUR"}) is not None, name


def test_one_choice_of_time_shop_and_country_reaches_both_facts(star: Star) -> None:
    for choice in ({"dim_date.year": 2024}, {"shop.source_name": "north"}, {"dim_geography.country": "Spain"}):
        for measure in ("sale_lines", "average_rating"):
            whole, part = star.value(measure, {}), star.value(measure, choice)
            assert whole is not None
            assert part is not None
            assert not same(whole, part), (measure, choice)


def test_the_import_finds_how_far_each_shop_reaches_as_the_marts_do(star: Star) -> None:
    found = {shop: day.date() for shop, day in star.model.tables["shop"]["rows"]}
    assert found == find_shop_dates(star.connection, LAST) == SHOP_DATES


def test_the_card_shows_how_far_the_data_of_the_chosen_shops_reach(star: Star) -> None:
    statement = "select source_name, max(as_of_date) from mart_sales.sales_by_day group by source_name"
    for shop, newest in star.connection.execute(statement).fetchall():
        chosen = {} if shop == "All shops" else {"shop.source_name": [shop]}
        assert star.model.shown(TITLES["as_of"], chosen).date() == newest


def test_a_row_rule_on_places_reaches_the_sales_of_own_countries(star: Star, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a role's rule would filter them, were the database to give one on `dw.dim_geography`."""
    rule = own_countries("dim_geography").replace("USERPRINCIPALNAME ()", '"eve@shop.example"')
    pairs = [["eve@shop.example", "France"], ["eve@shop.example", "Spain"], ["bob@shop.example", "Côte d'Ivoire"]]
    access = {"columns": ["user_principal_name", "country"], "rows": pairs}
    monkeypatch.setattr(star.model, "tables", {**star.model.tables, "country_access": access})
    seen = f"CALCULATE ( [Sale lines], FILTER ( dim_geography, {rule} ) )"
    monkeypatch.setattr(star.model, "measures", {**star.model.measures, "seen": seen})
    own = [star.value("sale_lines", {"dim_geography.country": country}) or 0 for country in ("France", "Spain")]
    assert star.model.value("seen", {}) == sum(own)
    assert sum(own) < (star.value("sale_lines", {}) or 0)
