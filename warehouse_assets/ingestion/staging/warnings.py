"""Warnings about a delivery's accepted rows: records that do not fit together. They reject nothing."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pyarrow as pa

from warehouse_assets.ingestion.contract.quality import Quality
from warehouse_assets.ingestion.sources.canonical import Relation
from warehouse_assets.ingestion.staging.odd_orders import IS_GOODS, odd_orders
from warehouse_assets.pseudonyms.hashing import UNKNOWN_KEY

_TABLES = (
    "create table kept_signups (customer_key bigint, signup_date date)",
    "create table kept_sold (customer_key bigint, sale_date date, geography_key bigint)",
    "create table kept_places (geography_key bigint, country varchar)",
    "create table kept_line_numbers (line_key bigint, sale_date date, updated_at varchar)",
    """create table kept_orders (
        source_line bigint, order_key bigint, customer_key bigint, product_key bigint, sale_date date, sold_at varchar,
        is_goods boolean, order_discount_amount varchar
    )""",
    "create table kept_review_ids (review_key bigint)",
)
_OF_ORDERS = (
    "source_line", "order_key", "customer_key", "product_key", "sale_date", "sold_at", IS_GOODS,
    "order_discount_amount",
)  # fmt: skip
_KNOWN_PERSON = f"customer_key <> {UNKNOWN_KEY}"
_KEPT: dict[Relation, tuple[tuple[str, tuple[str, ...], str], ...]] = {
    "customers": (("kept_signups", ("customer_key", "signup_date"), _KNOWN_PERSON),),
    "sales": (
        ("kept_sold", ("customer_key", "sale_date", "geography_key"), _KNOWN_PERSON),
        ("kept_line_numbers", ("line_key", "sale_date", "updated_at"), "has_line_number"),
        ("kept_orders", _OF_ORDERS, "has_order_id"),
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
_REPEATED_REVIEW_IDS = """
select null::date as month, sum(review_count)::bigint as review_count
from (select count(*) as review_count from kept_review_ids group by review_key having count(*) > 1) as repeated
having count(*) > 0
"""
_QUERIES = {
    "purchase_before_signup": _BEFORE_SIGNUP,
    "customer_in_two_countries": _TWO_COUNTRIES,
    "repeated_line_number": _REPEATED_LINE_NUMBERS,
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
        for found in odd_orders(self._workspace, _KNOWN_PERSON):
            quality.examples.setdefault(found.rule, f"{found.orders:,} of {found.of:,} orders")
            for month, number in found.lines:
                quality.add_count(found.rule, "warn", month, number)

    def _insert(self, table: str, rows: pa.Table, columns: Sequence[str], condition: str) -> None:
        self._workspace.register("_rows", rows)
        self._workspace.execute(f"insert into {table} select {', '.join(columns)} from _rows where {condition}")
        self._workspace.unregister("_rows")
