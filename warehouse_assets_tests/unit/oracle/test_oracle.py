"""The oracle's contract, resolution and sales marts on cases small enough to work out by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from warehouse_assets_tests.oracle import KEY_COLUMNS, RawFile, compare, compute_marts, write_flat_export
from warehouse_assets_tests.oracle.countries import place_of
from warehouse_assets_tests.oracle.exact import rounded
from warehouse_assets_tests.oracle.trends import anomaly_score, seasonal_index, trend_slope

LOADED_ON = date(2024, 1, 1)
ROW = dict[str, Any]


def marts(tmp_path: Path, *deliveries: list[ROW], exports: tuple[date, ...] = (), **options: Any) -> Any:
    """The marts of deliveries, each declared to be exported on its day of `exports` where that is given."""
    files = []
    for number, rows in enumerate(deliveries):
        declared = exports[number] if exports else None
        files.append(RawFile(write_flat_export(tmp_path / f"{number}.csv", rows), declared))
    return compute_marts(files, loaded_on=LOADED_ON, **{"k": 1, **options})


def records(frame: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    return sorted(frame[list(columns)].itertuples(index=False, name=None))


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [("0.00005", 4, "0.0001"), ("-0.00005", 4, "-0.0001"), ("2.49999", 4, "2.5000"), ("-1.25", 1, "-1.3")],
)
def test_rounding_is_half_away_from_zero(value: str, places: int, expected: str) -> None:
    assert str(rounded(Fraction(value), places)) == expected


@pytest.mark.parametrize(
    "fault",
    [
        {"Price": "0"},
        {"Price": "-3"},
        {"Price": "$3"},
        {"Price": None},
        {"Price": "NaN"},
        {"Quantity": "0"},
        {"Quantity": "-1"},
        {"Quantity": "two"},
        {"Date_Purchase": None},
        {"Date_Purchase": "10/03/2022"},
        {"Date_Purchase": "2022-02-30"},
        {"Date_Purchase": "1989-12-31"},
        {"Date_Purchase": "2024-01-02"},
    ],
)
def test_a_bad_sale_is_rejected_and_its_customer_kept(tmp_path: Path, fault: ROW) -> None:
    found = marts(tmp_path, [{"ID": 1}, {"ID": 2, **fault}])
    assert found["mart_sales.sales_by_year"].line_count.tolist() == [1]
    demographics = found["mart_customers.customer_demographics"].set_index(["attribute", "member"])
    assert demographics.customer_count["All", "All"] == 2


def test_a_declared_export_day_limits_its_sales(tmp_path: Path) -> None:
    rows = [{"ID": 1, "Date_Purchase": "2022-05-01"}, {"ID": 2, "Date_Purchase": "2022-05-02"}]
    found = marts(tmp_path, rows, exports=(date(2022, 5, 1),))
    assert found["mart_sales.sales_by_year"].line_count.tolist() == [1]


def test_bad_optional_values_are_blanked(tmp_path: Path) -> None:
    row = {"Age": 12, "Gender": "?", "Country": "Nowhere", "Product Name": None, "Rating": 6}
    found = marts(tmp_path, [row])
    members = set(records(found["mart_customers.customer_demographics"], "attribute", "member"))
    assert {(name, "Unknown") for name in ("age_band", "gender", "country", "continent")} <= members
    products = found["mart_sales.product_sales"]
    assert set(records(products, "product_name", "category", "average_rating")) == {("Unknown", "Furniture", None)}


def test_a_sale_without_customer_counts_among_sales_only(tmp_path: Path) -> None:
    found = marts(tmp_path, [{"ID": None}])
    year = found["mart_sales.sales_by_year"].iloc[0]
    assert (year.line_count, year.customer_count, year.new_customer_revenue_amount) == (1, 0, 0)
    assert found["mart_customers.customer_demographics"].empty


@pytest.mark.parametrize(
    ("name", "country", "continent"),
    [
        ("EIRE", "Ireland", "Europe"),
        ("RSA", "South Africa", "Africa"),
        ("NA", "Namibia", "Africa"),
        ("Czech Republic", "Czechia", "Europe"),
        ("Mismatched Country", "Unknown", "Unknown"),
        ("", "Unknown", "Unknown"),
    ],
)
def test_countries(name: str, country: str, continent: str) -> None:
    assert place_of(name) == (country, continent)


def test_exact_repeats_are_dropped_and_others_kept(tmp_path: Path) -> None:
    found = marts(tmp_path, [{}, {}, {"Rating": 5}, {"Comment": "again"}, {"Name": "Ada E."}])
    assert found["mart_sales.sales_by_year"].line_count.tolist() == [3]


def test_across_deliveries_the_greatest_multiplicity_counts(tmp_path: Path) -> None:
    twice: list[ROW] = [{}, {"Rating": 5}]
    thrice: list[ROW] = [{"Price": "10.00"}, {"Rating": 3}, {"Rating": 1}]
    found = marts(tmp_path, twice, thrice, twice)
    assert found["mart_sales.sales_by_year"].line_count.tolist() == [3]


def test_the_newest_export_gives_the_rating(tmp_path: Path) -> None:
    exports = (date(2022, 6, 1), date(2022, 7, 1))
    for rows in ([{"Rating": 5}], [{"Rating": 2}]), ([{"Rating": 2}], [{"Rating": 5}]):
        found = marts(tmp_path, *rows, exports=exports)["mart_sales.product_sales"]
        assert set(found.average_rating) == {Decimal(rows[1][0]["Rating"])}


def test_a_sale_belongs_to_the_country_of_its_day(tmp_path: Path) -> None:
    days = ["2022-03-10", "2022-06-30", "2022-07-01"]
    first = [{"Country": "France", "Date_Purchase": day} for day in days[:1]]
    second = [{"Country": "Spain", "Date_Purchase": day} for day in days[1:]]
    exports = (date(2022, 4, 1), date(2022, 7, 1))
    found = marts(tmp_path, first, second, exports=exports)["mart_sales.sales_by_country"]
    assert records(found, "month", "country") == [
        (date(2022, 3, 1), "France"),
        (date(2022, 6, 1), "France"),
        (date(2022, 7, 1), "Spain"),
    ]


def test_months_are_dense_to_the_as_of_date(tmp_path: Path) -> None:
    rows = [
        {"ID": 1, "Date_Purchase": "2022-01-01", "Price": "10.50", "Quantity": 2},
        {"ID": 1, "Date_Purchase": "2022-03-10", "Price": "30"},
        {"ID": 2, "Date_Purchase": "2022-03-10", "Price": "12"},
        {"ID": 2, "Date_Purchase": "2022-03-11", "Price": "1", "UserLastLoginDate": "2022-04-29"},
    ]
    month = marts(tmp_path, rows)["mart_sales.sales_by_month"]
    assert month.net_revenue_amount.tolist() == [21, 0, 43, 0]
    assert month.previous_net_revenue_amount.tolist() == [None, 21, 0, 43]
    assert month.growth_vs_previous.tolist() == [None, -1, None, None]
    assert month.is_complete.tolist() == [True, True, True, False]
    assert month.new_customer_revenue_amount.tolist() == [21, 0, 13, 0]
    assert month.returning_customer_revenue_amount.tolist() == [0, 0, 30, 0]
    assert month.average_order_value.tolist() == [21, None, Decimal("14.3333"), None]
    assert set(month.as_of_date) == {date(2022, 4, 29)}


def test_nothing_later_than_the_as_of_date_is_known(tmp_path: Path) -> None:
    later = ("UserSignUpDate", "UserLastPurchaseDate", "UserLastLoginDate", "Date_Purchase")
    rows: list[ROW] = [{"ID": 1}, {"ID": 2, **dict.fromkeys(later, "2022-05-01")}]
    found = marts(tmp_path, rows, as_of=date(2022, 3, 15))
    assert set(found["mart_sales.sales_by_month"].as_of_date) == {date(2022, 3, 10)}
    assert found["mart_customers.customer_demographics"].customer_count[0] == 1


def test_products_rank_by_amount_then_name(tmp_path: Path) -> None:
    sold = [("b", "30", 1), ("a", "10", 3), ("Z", "40", 1)]
    rows = [{"Product Name": name, "Price": price, "Quantity": n} for name, price, n in sold]
    found = marts(tmp_path, rows)["mart_sales.product_sales"]
    month = found[found.period_kind == "month"]
    assert records(month, "product_name", "revenue_rank", "units_rank", "revenue_share") == [
        ("Z", 1, 2, Decimal("0.400000")),
        ("a", 2, 1, Decimal("0.300000")),
        ("b", 3, 3, Decimal("0.300000")),
    ]
    assert set(found[found.period_kind == "all"].period_start) == {date(2022, 3, 1)}


def test_an_average_rating_needs_k_persons(tmp_path: Path) -> None:
    rows: list[ROW] = [{"ID": 1, "Rating": 5}, {"ID": 1, "Rating": 4}, {"ID": None, "Rating": 2}]
    assert set(marts(tmp_path, rows, k=2)["mart_sales.product_sales"].average_rating) == {None}
    rated = [*rows, {"ID": 2, "Rating": 1}]
    assert set(marts(tmp_path, rated, k=2)["mart_sales.product_sales"].average_rating) == {Decimal("3.3")}


def test_categories_rank_among_themselves(tmp_path: Path) -> None:
    sold = [("A", "x", 1, "01"), ("A", "y", 5, "02"), ("A", "x", 2, "02"), ("B", "x", 6, "02")]
    rows = [{"Category": c, "Subcategory": s, "Price": p, "Date_Purchase": f"2022-{m}-01"} for c, s, p, m in sold]
    found = marts(tmp_path, rows)["mart_sales.category_sales"]
    february = found[(found.period_kind == "month") & (found.period_start == date(2022, 2, 1))]
    assert records(february, "category", "subcategory", "revenue_rank", "growth_vs_previous") == [
        ("A", "All", 1, 6),
        ("A", "x", 3, 1),
        ("A", "y", 2, None),
        ("B", "All", 2, None),
        ("B", "x", 1, None),
    ]


def test_trend_seasonality_and_anomaly() -> None:
    start = 2020 * 12
    line = {start + x: Fraction(7 + 3 * x) for x in range(14)}
    assert trend_slope(line, start + 13) == 3
    assert trend_slope(line, start + 4) is None
    years = {start + x: Fraction(2 if x % 12 == 0 else 1) for x in range(24)}
    assert seasonal_index({month: net for month, net in years.items() if month < start + 23}, start + 11) is None
    assert seasonal_index(years, start + 12) == Fraction(24, 13)
    jump = {start + x: Fraction(value) for x, value in enumerate([1, 2, 3, 4, 5, 6, 10])}
    assert anomaly_score(jump, start + 6) == Fraction("6.5") / (Fraction("1.4826") * Fraction("1.5"))
    assert anomaly_score(jump, start + 5) is None
    flat = {start + x: Fraction(1) for x in range(8)}
    assert anomaly_score(flat, start + 7) is None


def test_rolling_means_wait_until_they_are_full(tmp_path: Path) -> None:
    sold = [("2021-12-01", 3), ("2022-01-05", 6), ("2022-02-05", 9), ("2022-03-05", 12)]
    rows = [{"Date_Purchase": day, "Price": price} for day, price in sold]
    found = marts(tmp_path, rows)["mart_sales.sales_trends"]
    assert found.rolling_3m_amount.tolist() == [None, None, 6, None]
    assert found.year_to_date_amount.tolist() == [3, 6, 15, 27]


def test_what_the_data_cover_in_part_is_not_compared(tmp_path: Path) -> None:
    sold = [("2020-08-05", 3), ("2021-01-05", 6), ("2021-12-31", 9), ("2022-01-31", 12), ("2023-02-10", 5)]
    found = marts(tmp_path, [{"Date_Purchase": day, "Price": price} for day, price in sold])
    years = found["mart_sales.sales_by_year"]
    assert years.is_complete.tolist() == [False, True, True, False]
    assert years.growth_vs_previous.tolist() == [None, None, Decimal("-0.2"), None]
    assert years.order_growth_vs_previous.tolist() == [None, None, Decimal("-0.5"), None]
    trends = found["mart_sales.sales_trends"].set_index("month")
    newest = trends.loc[date(2023, 2, 1)]
    assert (newest.year_to_date_amount, newest.last_year_to_date_amount) == (5, 12)
    assert newest.year_to_date_growth == Decimal("-0.583333")
    assert trends.loc[date(2021, 6, 1)].last_year_to_date_amount is None


def test_differences_are_readable() -> None:
    expected = pd.DataFrame({"month": [date(2022, 1, 1), date(2022, 2, 1)], "n": [Decimal("1.50"), None]})
    actual = pd.DataFrame({"month": pd.to_datetime(["2022-01-01", "2022-02-01"]), "n": [1.5, float("nan")]})
    assert compare(expected, actual, ["month"]) == []
    other = pd.DataFrame({"month": [date(2022, 1, 1), date(2022, 3, 1)], "n": [2, 0]})
    assert compare(expected, other, ["month"]) == [
        "1 rows missing: 2022-02-01",
        "1 rows too many: 2022-03-01",
        "1 differences in n: [2022-01-01] expected 1.50, got 2",
    ]
    assert compare(expected, actual[["month"]], ["month"]) == ["columns missing: n"]
    twice = pd.concat([actual, actual[:1]])
    assert compare(expected, twice, ["month"]) == ["1 keys more than once in actual: 2022-01-01"]


def test_the_shop_s_own_figures(shop_data: Path) -> None:
    export = shop_data / "ecommerce" / "ecommerce.csv"
    if not export.is_file():
        pytest.skip(f"{export.name} is not among the shop's data")
    found = compute_marts([RawFile(export)], loaded_on=LOADED_ON)
    month = found["mart_sales.sales_by_month"]
    assert (month.line_count.sum(), month.gross_revenue_amount.sum()) == (388, 1_053_519)
    assert (month.month.min(), month.month.max()) == (date(2020, 8, 1), date(2023, 8, 1))
    everybody = found["mart_customers.customer_demographics"].iloc[0]
    assert (everybody.customer_count, everybody.churned_count) == (1500, 910)
    assert rounded(everybody.churn_rate, 4) == Decimal("0.6067")
    assert all(max(frame.as_of_date) == date(2023, 8, 25) for frame in found.values())
    of_the_mart = [frame for frame in found.values() if "period_kind" not in frame]
    assert len(of_the_mart) == len(found) - 2
    assert all(set(frame.as_of_date) == {date(2023, 8, 25)} for frame in of_the_mart)
    counted = duckdb.execute(
        "select count(*), sum(Price::int * Quantity::int) from read_csv(?, all_varchar = true)"
        " where Price::int > 0 and Quantity::int > 0",
        [str(export)],
    ).fetchone()
    assert counted == (388, 1_053_519)


def test_tables_are_compared_on_what_makes_their_rows_unique(tmp_path: Path) -> None:
    for name, frame in marts(tmp_path, [{"ID": n, "Price": n} for n in range(1, 20)]).items():
        assert frame.empty == (name == "mart_sales.sales_forecast")  # which needs two years
        assert not frame.duplicated(list(KEY_COLUMNS[name])).any()
