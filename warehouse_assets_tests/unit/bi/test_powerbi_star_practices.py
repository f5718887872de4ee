"""Each rule of a star finds a model that breaks it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from warehouse_assets.bi.powerbi.checks.project import project_findings
from warehouse_assets.bi.powerbi.project import project_files
from warehouse_assets.bi.powerbi.star.project import star_design
from warehouse_assets.bi.server import Server

DESIGN = star_design(11)
GOOD = project_files(Server("127.0.0.1", 5432, "warehouse"), DESIGN)
Change = Callable[[str], str]


def swap(old: str, new: str, count: int = -1) -> Change:
    """The text with other words."""

    def changed(text: str) -> str:
        assert old in text
        return text.replace(old, new, count)

    return changed


def column(name: str, old: str, new: str) -> Change:
    """The text with other words in one column."""

    def changed(text: str) -> str:
        head, mark, tail = text.partition(f"\tcolumn {name}\n")
        assert mark
        assert old in tail
        return head + mark + tail.replace(old, new, 1)

    return changed


def measure(name: str, old: str, new: str) -> Change:
    """The text with other words in one measure."""

    def changed(text: str) -> str:
        head, mark, tail = text.partition(f"\tmeasure {name} =")
        assert mark
        assert old in tail
        return head + mark + tail.replace(old, new, 1)

    return changed


BREAKS: dict[str, tuple[str, Change, str]] = {
    "a floating point number": (
        "tables/fct_sales",
        column("quantity", "dataType: decimal", "dataType: double"),
        "quantity is a floating point number",
    ),
    "two directions": (
        "relationships",
        swap("\ttoColumn: ", "\tcrossFilteringBehavior: bothDirections\n\ttoColumn: ", 1),
        "filters in both directions",
    ),
    "many to many": (
        "relationships",
        swap("\ttoColumn: ", "\ttoCardinality: many\n\ttoColumn: ", 1),
        "refers to many rows",
    ),
    "a dimension of a dimension": (
        "relationships",
        swap("fromColumn: fct_reviews.channel_key", "fromColumn: dim_customer.customer_key"),
        "dim_customer is both one of the facts and a dimension",
    ),
    "two ways": (
        "relationships",
        swap("toColumn: dim_channel.channel_key", "toColumn: dim_product.product_key"),
        "refers to dim_product twice",
    ),
    "a fact's figure that is seen": (
        "tables/fct_sales",
        column("quantity", "\t\tisHidden\n", ""),
        "the fact's column quantity is not hidden",
    ),
    "a foreign key that is seen": (
        "tables/fct_sales",
        column("product_key", "\t\tisHidden\n", ""),
        "the key product_key is not hidden",
    ),
    "no date table": (
        "tables/dim_date",
        swap("\tdataCategory: Time\n", ""),
        "0 tables are marked as date tables",
    ),
    "two date tables": (
        "tables/shop",
        swap("table shop\n", "table shop\n\tdataCategory: Time\n"),
        "2 tables are marked as date tables",
    ),
    "a day apart from the date table": (
        "relationships",
        swap("fromColumn: fct_sales.sale_date", "fromColumn: fct_sales.product_key"),
        "the day sale_date does not refer to dim_date",
    ),
    "keys of two types": (
        "tables/dim_product",
        column("product_key", "dataType: int64", "dataType: string"),
        "fct_sales.product_key is int64, and dim_product.product_key is string",
    ),
    "a table that nothing refers to": (
        "relationships",
        swap("toColumn: dim_channel.channel_key", "toColumn: dim_product.product_key"),
        "the table dim_channel is joined to nothing",
    ),
    "a column for nothing": (
        "tables/fct_sales",
        swap("fct_sales[discount_amount]", "fct_sales[gross_amount]"),
        "discount_amount is imported and used nowhere",
    ),
    "a city": (
        "tables/dim_geography",
        column("continent", "sourceColumn: continent", "sourceColumn: city"),
        "continent tells persons apart (quasi_identifier)",
    ),
    "a customer's key that is seen": (
        "tables/dim_customer",
        column("customer_key", "\t\tisHidden\n", ""),
        "customer_key tells persons apart (pseudonym)",
    ),
    "an identifier, hidden": (
        "tables/dim_product",
        column("product_id", "sourceColumn: product_id", "sourceColumn: customer_id"),
        "product_id tells persons apart (direct_identifier)",
    ),
    "two currencies": (
        "tables/fct_sales",
        measure("Discounts", "HASONEVALUE ( fct_sales[currency_code] )", "TRUE ()"),
        "the measure Discounts may add amounts of two currencies",
    ),
    "a measure that is not there": (
        "tables/fct_sales",
        measure("'Average order value'", "[Orders]", "[Order]"),
        "names the measure Order, which is not there",
    ),
    "a format of nothing": (
        "tables/fct_sales",
        swap("SELECTEDVALUE ( fct_sales[currency_code] ) & ", "SELECTEDVALUE ( fct_sales[code] ) & ", 1),
        "format of Net revenue names fct_sales[code]",
    ),
    "no format": (
        "tables/fct_sales",
        measure("Orders", "\t\tformatString: #,0\n", ""),
        "Orders has no formatString",
    ),
    "no description": (
        "tables/dim_product",
        swap("\t/// Category; Unknown; in category tables All\n", ""),
        "category has no description",
    ),
    "a day without format": (
        "tables/dim_date",
        column("month_start", "\t\tformatString: mmm yyyy\n", ""),
        "the day month_start has no formatString",
    ),
    "a number that adds up": (
        "tables/dim_date",
        column("year", "summarizeBy: none", "summarizeBy: sum"),
        "the number year is added up",
    ),
    "months by letter": (
        "tables/dim_date",
        swap("\t\tsortByColumn: month_of_year\n", "", 1),
        "come by their letters",
    ),
    "a name left out": (
        "cultures/fr-FR",
        swap("\t\t\t\tcolumn gender\n\t\t\t\t\tcaption: Genre\n", ""),
        "does not name the column dim_customer[gender]",
    ),
    "another schema": (
        "tables/dim_product",
        swap('Schema = "dw", Item = "dim_product"', 'Schema = "mart_sales", Item = "product_sales"'),
        "reads mart_sales.product_sales, which is no table that the model may read",
    ),
    "a role that the database lacks": (
        "roles/data_engineer",
        swap("role data_engineer", "role country_manager"),
        "country_manager is no role of the database",
    ),
}


@pytest.mark.parametrize(("place", "change", "told"), BREAKS.values(), ids=BREAKS.keys())
def test_it_is_found(place: str, change: Change, told: str) -> None:
    name = f"{DESIGN.folder}/definition/{place}.tmdl"
    found = project_findings({**GOOD, name: change(GOOD[name])}, DESIGN)
    assert any(told in line for line in found), found
