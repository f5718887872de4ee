"""What is worth a look but rejects nothing: found in the accepted rows of a delivery, in its workspace."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from warehouse_assets.ingestion.contract.rules import Quality
from warehouse_assets.ingestion.sources.canonical import Relation
from warehouse_assets.pseudonyms.hashing import UNKNOWN_KEY

_TABLES = (
    "create table kept_signups (customer_key bigint, signup_date date)",
    "create table kept_sold (customer_key bigint, sale_date date, geography_key bigint)",
    "create table kept_places (geography_key bigint, country varchar)",
)
_COLUMNS: dict[Relation, tuple[str, tuple[str, ...]]] = {
    "customers": ("kept_signups", ("customer_key", "signup_date")),
    "sales": ("kept_sold", ("customer_key", "sale_date", "geography_key")),
}
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


class Warnings:
    """Gathers who signed up and who bought, when and where, and counts what does not fit together."""

    def __init__(self, workspace: duckdb.DuckDBPyConnection) -> None:
        self._workspace = workspace
        for statement in _TABLES:
            workspace.execute(statement)

    def note(self, relation: Relation, rows: pa.Table) -> None:
        """Accepted rows of a frame, as staging takes them; unknown people are left out."""
        if relation in _COLUMNS:
            table, columns = _COLUMNS[relation]
            self._insert(table, rows.select(columns), f"customer_key <> {UNKNOWN_KEY}")

    def note_places(self, rows: pa.Table) -> None:
        """Rows of staging.geographies; a place without a country is none."""
        self._insert("kept_places", rows.select(("geography_key", "country")), "country <> 'Unknown'")

    def count(self, quality: Quality) -> None:
        """Counts, by month, purchases before sign-up and people buying in two countries on one day."""
        for rule, query in (
            ("purchase_before_signup", _BEFORE_SIGNUP),
            ("customer_in_two_countries", _TWO_COUNTRIES),
        ):
            for month, number in self._workspace.execute(query).fetchall():
                quality.add_count(rule, "warn", month, int(number))

    def _insert(self, table: str, rows: pa.Table, condition: str) -> None:
        self._workspace.register("_rows", rows)
        self._workspace.execute(f"insert into {table} select * from _rows where {condition}")
        self._workspace.unregister("_rows")
