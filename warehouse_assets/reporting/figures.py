"""Headline figures of both marts, read from the marts alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import psycopg


@dataclass(frozen=True)
class Currency:
    """The sales of one currency: total net revenue, orders, and the newest complete month."""

    code: str
    net_revenue: Decimal
    order_count: int
    first_month: date
    last_month: date
    best_product: str | None
    best_category: str | None


@dataclass(frozen=True)
class Headline:
    """The main figures of both marts; None if a mart is empty or a group is too small to show."""

    as_of: date | None
    currencies: tuple[Currency, ...]
    customer_count: int | None
    churned_count: int | None
    churn_rate: Decimal | None


_CURRENCIES = """
-- all shops where several sell, else the only one
select
    m.currency_code,
    sum(m.net_revenue_amount),
    sum(m.order_count)::bigint,
    min(m.month),
    max(m.month),
    (
        select p.product_name from mart_sales.product_sales as p
        where p.period_kind = 'all' and p.source_name = m.source_name
            and p.currency_code = m.currency_code and p.revenue_rank = 1
    ),
    (
        select c.category from mart_sales.category_sales as c
        where c.period_kind = 'all' and c.source_name = m.source_name and c.currency_code = m.currency_code
            and c.subcategory = 'All' and c.revenue_rank = 1
    )
from mart_sales.sales_by_month as m
where m.is_total = (select bool_or(is_total) from mart_sales.sales_by_month)
group by m.source_name, m.currency_code
order by 2 desc, 1
"""
_CUSTOMERS = """
select
    sum(customer_count)::bigint,
    sum(churned_count)::bigint,
    round(sum(churned_count) / nullif(sum(customer_count) filter (where churned_count is not null), 0), 6)
from mart_customers.customer_demographics where attribute = 'All'
"""
_AS_OF = """
select max(as_of_date) from (
    select as_of_date from mart_sales.sales_by_month union all select as_of_date from mart_customers.churn_rates
) as marts
"""


def read_headline(connection: psycopg.Connection[Any]) -> Headline:
    """Reads the headline figures from the marts."""
    currencies = tuple(Currency(*row) for row in connection.execute(_CURRENCIES))
    customers = connection.execute(_CUSTOMERS).fetchone() or (None, None, None)
    as_of = connection.execute(_AS_OF).fetchone()
    return Headline(as_of[0] if as_of else None, currencies, *customers)


_SHOPS = """
select source_name from dw.agg_sales_day
union
select source_name from dw.dim_customer where customer_key >= 0
order by source_name
"""
_PARTS = """
with rated as materialized (
    select products.source_name
    from dw.agg_rating_month as ratings
    inner join dw.dim_product as products on ratings.product_key = products.product_key
    where products.source_name = %(shop)s
    limit 1
)

select
    exists (select 1 from dw.agg_sales_day as sold where sold.source_name = %(shop)s),
    exists (select 1 from dw.dim_customer as known where known.source_name = %(shop)s),
    exists (
        select 1 from dw.dim_customer as known where known.source_name = %(shop)s and known.signup_month is not null
    ),
    exists (select 1 from dw.fct_reviews as given where given.source_name = %(shop)s) or exists (select 1 from rated)
"""
_EMPTY = (
    "no accepted sales: the sales mart is empty for it",
    "no customer numbers: the customer mart is empty for it",
    "no sign-ups: sign-up trends and retention by sign-up are empty",
    "no ratings and no reviews: average ratings are empty",
)
"""What an export may lack, in the order of the query's columns, and what is empty as a result."""


def missing_parts(connection: psycopg.Connection[Any]) -> list[str]:
    """One sentence for each kind of record that a shop's deliveries lack, and what is empty as a result."""
    sentences = []
    for (shop,) in connection.execute(_SHOPS).fetchall():
        ((has_sales, has_customers, has_signups, has_ratings),) = connection.execute(_PARTS, {"shop": shop})
        found = (has_sales, has_customers, has_signups or not has_customers, has_ratings or not has_sales)
        sentences += [f"{shop} has {text}" for is_there, text in zip(found, _EMPTY, strict=True) if not is_there]
    return sentences
