"""The brief's own file, from the export to both marts."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from warehouse_assets.bi.query import read_metrics
from warehouse_assets.schemas import TABLES
from warehouse_assets_tests.oracle import RawFile
from warehouse_assets_tests.pipeline.shop import Shop


@pytest.fixture(scope="module")
def export(shop_data: Path) -> Path:
    return shop_data / "ecommerce" / "ecommerce.csv"


@pytest.fixture(scope="module")
def brief(unprepared_module_shop: Shop, export: Path) -> Shop:
    """With the retention of the vault that is shipped: everybody in the file was last seen longer ago than that."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("WAREHOUSE_VAULT_RETENTION_DAYS")
        unprepared_module_shop.split(export)
        unprepared_module_shop.run()
    return unprepared_module_shop


def test_the_figures_of_the_brief(brief: Shop) -> None:
    assert brief.one("select sum(rows_read)::int from ops.ingested_files") == 1500
    assert brief.one("select count(*) from dw.fct_sales") == 388
    assert brief.one("select sum(gross_amount) from dw.fct_sales") == Decimal(1_053_519)
    assert brief.one("select string_agg(distinct currency_code, ',') from dw.fct_sales") == "XXX"
    assert brief.one("select min(month) from mart_sales.sales_by_month") == date(2020, 8, 1)
    assert brief.one("select max(month) from mart_sales.sales_by_month") == date(2023, 8, 1)
    demographics = "from mart_customers.customer_demographics where attribute = 'All'"
    assert brief.one(f"select customer_count {demographics}") == 1500
    assert brief.one(f"select churned_count {demographics}") == 910
    assert round(brief.one(f"select churn_rate {demographics}"), 4) == Decimal("0.6067")
    assert brief.one("select distinct as_of_date from mart_sales.sales_by_month") == date(2023, 8, 25)


def test_every_column_of_every_mart_equals_an_independent_computation(brief: Shop, export: Path) -> None:
    assert brief.differences_from_oracle([RawFile(export)], datetime.now(UTC).date()) == {}


@pytest.mark.parametrize(
    ("metric", "table", "column"),
    [
        ("average_order_value", "mart_sales.sales_by_month", "average_order_value"),
        ("average_order_value", "mart_sales.sales_by_year", "average_order_value"),
        ("growth_vs_last_year", "mart_sales.sales_by_month", "growth_vs_last_year"),
        ("growth_vs_last_year", "mart_sales.sales_by_year", "growth_vs_last_year"),
        ("churned_share", "mart_customers.customer_demographics", "churn_rate"),
        ("monthly_churn_rate", "mart_customers.churn_rates", "churn_rate"),
        ("retention_rate", "mart_customers.retention_cohorts", "retention_rate"),
        ("average_lifetime_value", "mart_customers.customer_value", "average_lifetime_value"),
    ],
)
def test_a_rate_that_is_made_anew_is_the_marts_own_for_one_row(
    brief: Shop, metric: str, table: str, column: str
) -> None:
    keys = TABLES[table].primary_key
    with brief.connect() as connection:
        found = {
            tuple(row[key] for key in keys): row[metric]
            for row in read_metrics(connection, [metric], keys, table=table)
        }
        own = {
            tuple(row): value
            for *row, value in connection.execute(f"select {', '.join(keys)}, {column} from {table}".encode())
        }
    places = {"average_order_value": 4, "average_lifetime_value": 4}.get(metric, 6)
    exact = Decimal(10) ** -places
    rounded = {key: None if value is None else value.quantize(exact, ROUND_HALF_UP) for key, value in found.items()}
    assert rounded == own
    assert any(value is not None for value in own.values())


def test_each_reject_names_all_its_reasons_and_the_line_of_the_original_file(brief: Shop, export: Path) -> None:
    expected = {}
    with export.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        for row in reader:
            rules = {"nonpositive_quantity"} if int(row["Quantity"]) <= 0 else set()
            rules |= {"nonpositive_price"} if Decimal(row["Price"]) <= 0 else set()
            if rules:
                expected[reader.line_num] = rules
    with brief.connect() as connection:
        found = connection.execute("select source_line, rules, cardinality(reasons) from staging.rejected_records")
        rejects = {line: (set(rules), reasons) for line, rules, reasons in found}
    assert {line: rules for line, (rules, _) in rejects.items()} == expected
    assert all(reasons == len(rules) for rules, reasons in rejects.values())


def test_the_ledger_balances(brief: Shop) -> None:
    unbalanced = (
        "select count(*) from ops.ingested_files"
        " where sales_read <> sales_loaded + sales_rejected + sales_duplicate + sales_suppressed"
        " or customers_read <> customers_loaded + customers_rejected + customers_duplicate + customers_suppressed"
    )
    assert brief.one(unbalanced) == 0
    assert brief.one("select sum(sales_rejected)::int from ops.ingested_files") == brief.one(
        "select count(*) from staging.rejected_records"
    )


def test_the_second_run_loads_and_builds_nothing(brief: Shop) -> None:
    before = brief.contents()
    record = brief.run()
    assert (record.deliveries, record.months, record.marts_built) == ([], [], False)
    assert brief.contents() == before


def test_no_card_number_name_or_address_is_in_any_row(brief: Shop, export: Path) -> None:
    with export.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    secrets = {row["CreditCard"] for row in rows} | {row["FullAddress"] for row in rows}
    stored = "\n".join(line for lines in brief.contents().values() for line in lines)
    assert not [text for text in secrets if text in stored]
