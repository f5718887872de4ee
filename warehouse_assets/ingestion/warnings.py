"""What is worth a look but rejects nothing: found in staging once the delivery is there."""

from __future__ import annotations

from datetime import timedelta

import psycopg

from warehouse_assets.ingestion.ledger import LoadResult
from warehouse_assets.schemas.ddl import next_month

_BEFORE_SIGNUP = """
with signups as (
    select customer_key, min(signup_date) as signup_date
    from staging.customers
    where file_key = %(file_key)s and signup_date is not null
    group by customer_key
)

select date_trunc('month', s.sale_date::timestamp)::date as month, count(*) as line_count
from staging.sales as s
inner join signups as u on s.customer_key = u.customer_key
where s.file_key = %(file_key)s
    and s.sale_date between %(first_day)s and %(last_day)s
    and s.sale_date < u.signup_date
group by 1
"""
_TWO_COUNTRIES = """
with places as (
    select s.customer_key, s.sale_date, g.country
    from staging.sales as s
    inner join staging.geographies as g on s.geography_key = g.geography_key and s.file_key = g.file_key
    where s.file_key = %(file_key)s
        and s.sale_date between %(first_day)s and %(last_day)s
        and s.customer_key >= 0
        and g.country <> 'Unknown'
),

torn_days as (
    select sale_date, count(*) as line_count
    from places
    group by customer_key, sale_date
    having count(distinct country) > 1
)

select date_trunc('month', sale_date::timestamp)::date as month, sum(line_count)::bigint as line_count
from torn_days
group by 1
"""


def count_warnings(connection: psycopg.Connection, result: LoadResult) -> None:
    """Counts, by month, purchases before sign-up and people buying in two countries on one day."""
    if not result.months:
        return
    bounds = {
        "file_key": result.file_key,
        "first_day": result.months[0],
        "last_day": next_month(result.months[-1]) - timedelta(days=1),
    }
    for rule, query in (
        ("purchase_before_signup", _BEFORE_SIGNUP),
        ("customer_in_two_countries", _TWO_COUNTRIES),
    ):
        for month, number in connection.execute(query, bounds).fetchall():
            result.quality.add_count(rule, "warn", month, int(number))
