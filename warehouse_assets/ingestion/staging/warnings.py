"""Warnings about a delivery's accepted rows: records that do not fit together. They reject nothing."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pyarrow as pa

from warehouse_assets.ingestion.contract.quality import Quality
from warehouse_assets.ingestion.sources.canonical import Relation
from warehouse_assets.pseudonyms.hashing import UNKNOWN_KEY

_TABLES = (
    "create table kept_signups (customer_key bigint, signup_date date)",
    "create table kept_sold (customer_key bigint, sale_date date, geography_key bigint)",
    "create table kept_places (geography_key bigint, country varchar)",
    "create table kept_line_numbers (line_key bigint, sale_date date, updated_at varchar)",
    """create table kept_orders (
        source_line bigint, order_key bigint, customer_key bigint, product_key bigint, sale_date date, sold_at varchar,
        line_type varchar, quantity varchar, order_discount_amount varchar
    )""",
    "create table kept_review_ids (review_key bigint)",
)
_OF_ORDERS = (
    "source_line", "order_key", "customer_key", "product_key", "sale_date", "sold_at", "line_type", "quantity",
    "order_discount_amount",
)  # fmt: skip
_KNOWN_PERSON = f"customer_key <> {UNKNOWN_KEY}"
_KEPT: dict[Relation, tuple[tuple[str, tuple[str, ...], str], ...]] = {
    "customers": (("kept_signups", ("customer_key", "signup_date"), _KNOWN_PERSON),),
    "sales": (
        ("kept_sold", ("customer_key", "sale_date", "geography_key"), _KNOWN_PERSON),
        ("kept_line_numbers", ("line_key", "sale_date", "updated_at"), "has_line_number"),
        (
            "kept_orders",
            _OF_ORDERS,
            "has_order_id",
        ),
    ),
    "reviews": (("kept_review_ids", ("review_key",), "has_review_id"),),
}
"""Relation -> workspace tables, their columns, and which rows of staging they take."""
_BEFORE_SIGNUP = """
with first_signups as (
    select customer_key, min(signup_date) as signup_date
    from kept_signups
    group by customer_key
)

select date_trunc('month', s.sale_date)::date as month, count(*) as line_count
from kept_sold as s
inner join first_signups as u on s.customer_key = u.customer_key
where s.sale_date < u.signup_date
group by month
"""
_TWO_COUNTRIES = """
with torn_days as (
    select s.sale_date, count(*) as line_count
    from kept_sold as s
    inner join kept_places as p on s.geography_key = p.geography_key
    group by s.customer_key, s.sale_date
    having count(distinct p.country) > 1
)

select date_trunc('month', sale_date)::date as month, sum(line_count)::bigint as line_count
from torn_days
group by month
"""

_REPEATED_LINE_NUMBERS = """
with shared as (
    select line_key
    from kept_line_numbers
    group by line_key
    having count(*) > 1
),

newest as (
    select line_key, sale_date
    from kept_line_numbers
    where line_key in (select line_key from shared)
    qualify coalesce(updated_at, '') = max(coalesce(updated_at, '')) over (partition by line_key)
)

select date_trunc('month', sale_date)::date as month, count(*) as line_count
from newest
where line_key in (select line_key from newest group by line_key having count(*) > 1)
group by month
"""
_ORDERS = """
with odd_orders as (
    select order_key
    from kept_orders
    {where}
    group by order_key
    having {having}
)

select date_trunc('month', sale_date)::date as month, count(*) as line_count
from kept_orders
where order_key in (select order_key from odd_orders)
group by month
"""
_TWO_CUSTOMERS = _ORDERS.format(where=f"where {_KNOWN_PERSON}", having="min(customer_key) <> max(customer_key)")
_GOODS = "where line_type = 'product' and quantity not like '-%'"
"""A return may come later; goods of one order seldom do."""
_OVER_A_MONTH = _ORDERS.format(where=_GOODS, having="max(sale_date) - min(sale_date) > 31")
_TWO_TIMES = _ORDERS.format(
    where=_GOODS, having="min(sold_at) <> max(sold_at) and max(sale_date) - min(sale_date) <= 31"
)
_TWO_PLACES = f"""
with placed as (
    select
        source_line,
        order_key,
        product_key,
        sold_at,
        min(source_line) over (partition by order_key) as first_line,
        lag(order_key) over (order by source_line) is distinct from order_key as is_start
    from kept_orders
    {_GOODS}
),

falling as (
    select *, first_line < lag(first_line) over (order by source_line) as is_fall
    from placed
),

rounds as (
    select *, count(*) filter (where is_fall) over (order by source_line, order_key) as round
    from falling
),

shape as (
    select
        count(*) filter (where is_fall) as fall_count,
        count(*) filter (where is_start) as run_count,
        (select max(products) from (select count(distinct product_key) as products from rounds group by round))
        as products_of_round
    from rounds
),

torn as (
    select order_key
    from rounds
    where (select fall_count <= greatest(1, run_count / 10) and products_of_round > 1 from shape)
    group by order_key
    having count(*) filter (where is_start) > 1 and min(sold_at) = max(sold_at)
)

select date_trunc('month', sale_date)::date as month, count(*) as line_count
from kept_orders
where order_key in (select order_key from torn)
group by month
"""
"""A file that tells its orders one after the other comes back to an earlier one: its number may be given twice.

Not a file without an order of its own, which falls back at every step, nor one that goes product by product.
"""
_TWO_DISCOUNTS = _ORDERS.format(
    where="where order_discount_amount is not null",
    having="min(order_discount_amount::decimal(38, 18)) <> max(order_discount_amount::decimal(38, 18))",
)
_REPEATED_REVIEW_IDS = """
select null::date as month, sum(review_count)::bigint as review_count
from (select count(*) as review_count from kept_review_ids group by review_key having count(*) > 1) as repeated
having count(*) > 0
"""
_QUERIES = {
    "purchase_before_signup": _BEFORE_SIGNUP,
    "customer_in_two_countries": _TWO_COUNTRIES,
    "repeated_line_number": _REPEATED_LINE_NUMBERS,
    "order_of_two_customers": _TWO_CUSTOMERS,
    "order_over_a_month": _OVER_A_MONTH,
    "order_at_two_times": _TWO_TIMES,
    "order_in_two_places": _TWO_PLACES,
    "order_with_two_discounts": _TWO_DISCOUNTS,
    "repeated_review_id": _REPEATED_REVIEW_IDS,
}
"""Rule -> query of (month, number of records)."""


class Warnings:
    """Gathers what accepted rows say, and counts the records that do not fit together."""

    def __init__(self, workspace: duckdb.DuckDBPyConnection) -> None:
        self._workspace = workspace
        for statement in _TABLES:
            workspace.execute(statement)

    def note(self, relation: Relation, rows: pa.Table) -> None:
        """Takes the accepted rows of a frame, as staging takes them."""
        for table, columns, condition in _KEPT[relation]:
            self._insert(table, rows, columns, condition)

    def note_places(self, rows: pa.Table) -> None:
        """Rows of staging.geographies; a place without a country is none."""
        self._insert("kept_places", rows, ("geography_key", "country"), "country <> 'Unknown'")

    def count(self, quality: Quality) -> None:
        """Counts the records of each rule by month."""
        for rule, query in _QUERIES.items():
            for month, number in self._workspace.execute(query).fetchall():
                quality.add_count(rule, "warn", month, int(number))

    def _insert(self, table: str, rows: pa.Table, columns: Sequence[str], condition: str) -> None:
        self._workspace.register("_rows", rows)
        self._workspace.execute(f"insert into {table} select {', '.join(columns)} from _rows where {condition}")
        self._workspace.unregister("_rows")
