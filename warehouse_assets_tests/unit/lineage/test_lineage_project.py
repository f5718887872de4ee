"""Leaks put into the project's own SELECTs, one at a time, are caught; and how columns come about is told right."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from warehouse_assets.lineage import Model, column_lineage, project_models, prove
from warehouse_assets.lineage.proof import prove_one

Lineage = dict[str, dict[str, tuple[str, ...]]]
"""Table -> column -> the columns it is computed from."""
EDITS = {
    "sales_by_country, a name as country": (
        "mart_sales.sales_by_country",
        "sales.country,\n    coalesce",
        "(select max(i.full_name) from vault.identities as i) as country,\n    coalesce",
    ),
    "sales_by_country, by customer": (
        "mart_sales.sales_by_country",
        "group by bought.month, sellers.member,",
        "group by bought.customer_key, bought.month, sellers.member,",
    ),
    "sales_by_country, one person's": (
        "mart_sales.sales_by_country",
        "filter (where bought.has_sale)",
        "filter (where bought.has_sale and bought.customer_key = 12)",
    ),
    "sales_by_country, orders as countries": (
        "mart_sales.sales_by_country",
        "    sales.country,\n",
        "    orders.order_key::text as country,\n",
    ),
    "product_sales, rank by customer": (
        "mart_sales.product_sales",
        "product_key asc\n    ) as revenue_rank",
        "(select max(customer_key) from dw.fct_sales)\n    ) as revenue_rank",
    ),
    "customer_value, cohort of a day": (
        "mart_customers.customer_value",
        "date_trunc('month', coalesce(",
        "date_trunc('day', coalesce(",
        "'YYYY-MM-01'",
        "'YYYY-MM-DD'",
    ),
    "customer_demographics, cities": (
        "mart_customers.customer_demographics",
        "geography.country",
        "geography.city as country",
    ),
    "customer_demographics, e-mail domain": (
        "mart_customers.customer_demographics",
        "customer.segment,",
        "(select split_part(i.email, '@', 2) from vault.identities as i) as segment,",
    ),
    "signup_trends, weeks": (
        "mart_customers.signup_trends",
        "date_trunc('month', known.signup_date",
        "date_trunc('week', known.signup_date",
    ),
    "churn_rates, only whose names are known": (
        "mart_customers.churn_rates",
        "where changes.has_happened",
        "where exists (select 1 from vault.identities) and changes.has_happened",
    ),
    "retention_cohorts, cut by a key": (
        "mart_customers.retention_cohorts",
        "from known_customers\n",
        "from known_customers where customer_key % 2 = 0\n",
    ),
    "dim_channel, names as channels": (
        "dw.dim_channel",
        "from staging.channels",
        "from (select customer_key as channel_key, full_name as acquisition_channel from vault.identities) as channels",
    ),
    "dim_product, customers as products": (
        "dw.dim_product",
        "from staging.products",
        "from (select *, customer_id as category from vault.identities) as products",
    ),
    "agg_sales_month, keys as countries": (
        "dw.agg_sales_month",
        "places.country,\n    sales.product_key,\n    (sales",
        "sales.customer_key::text as country,\n    sales.product_key,\n    (sales",
    ),
    "fct_sales, discount by key": (
        "dw.fct_sales",
        "order by remainder desc, line_rank",
        "order by remainder desc, line_key",
    ),
    "fct_customer_lifecycle, status by key": (
        "dw.fct_customer_lifecycle",
        "observations.age, observations.gender",
        "observations.customer_key, observations.gender",
    ),
    "dim_customer, e-mail as segment": (
        "customer_timeline",
        "coalesce(nullif(segment, ''), 'Unknown') as segment",
        "(select max(email) from vault.identities) as segment",
    ),
}


@pytest.fixture(scope="module")
def lineage() -> Lineage:
    return column_lineage()


def edited(name: str, *texts: str) -> Model:
    """One of the project's models with texts replaced (old, new, old, new …) in it and the relations it reads."""
    [model] = [model for model in project_models() if model.name == name]
    for old, new in zip(texts[::2], texts[1::2], strict=True):
        before = model
        relations = {helper: text.replace(old, new) for helper, text in before.relations.items()}
        model = replace(before, text=before.text.replace(old, new), relations=relations)
        assert model != before, f"{name} has no {old!r}"
    return model


@pytest.mark.parametrize("what", EDITS)
def test_a_leak_in_the_project_is_caught(what: str) -> None:
    assert prove_one(edited(*EDITS[what]))


def test_the_project_is_read_in_time() -> None:
    started = time.process_time()
    proof = prove()
    assert [str(found) for found in proof.violations] == []
    assert time.process_time() - started < 10


def test_every_table_of_the_warehouse_and_the_marts_is_read(lineage: Lineage) -> None:
    read = {model.name for model in project_models()}
    assert set(lineage) == {name for name in read if "." in name}


def test_a_violation_names_file_statement_form_and_origin() -> None:
    text = "select g.city as country, count(*) as n from dw.dim_geography as g group by g.city"
    (found,) = prove_one(Model("mart_sales.sales_by_country", "sql/marts/sales/sales_by_country.sql", text))
    assert str(found) == (
        "sql/marts/sales/sales_by_country.sql: mart_sales.sales_by_country is not proved: groups by the exact detail"
        " dw.dim_geography.city: SELECT g.city AS country, COUNT(*) AS n FROM dw.dim_geography AS g GROUP BY g.city"
        " (use a form of docs/decisions/0015-a-grammar-of-what-a-mart-may-do.md, or have it reviewed: reviews.py)"
    )


def test_the_lineage_of_a_column(lineage: Lineage) -> None:
    assert lineage["mart_sales.sales_by_country"]["net_revenue_amount"] == ("dw.agg_country_month.net_revenue_amount",)
    assert "dw.agg_customer_month.has_sale" in lineage["mart_sales.sales_by_country"]["customer_count"]
    assert lineage["mart_customers.signup_trends"]["as_of_date"] == ()
    assert "staging.customers.age" in lineage["dw.dim_customer"]["age_band"]


def test_what_python_computes_is_of_the_relation_it_reads(lineage: Lineage) -> None:
    read = lineage["mart_sales.sales_forecast"]["forecast_amount"]
    assert "dw.agg_country_month.net_revenue_amount" in read


def test_python_computes_nothing_of_peoples_rows() -> None:
    """What it does with them cannot be read from the SQL."""
    people = "select customer_key, signup_date from dw.fct_customer_lifecycle"
    text = "select f.amount as net_revenue_amount from unnest(%(forecast_amount)s::numeric[]) as f (amount)"
    model = Model("mart_sales.sales_forecast", "sales_forecast.sql", text, {"complete_months": people})
    (found,) = prove_one(model)
    assert "a parameter that is computed of people's rows" in str(found)
