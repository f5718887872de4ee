"""Orders of one delivery whose lines do not fit together: their number may have been given twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import duckdb

IS_GOODS = """line_type = 'product' and quantity not like '-%' and coalesce(unit_price, '') not like '-%'
    and coalesce(line_amount, '') not like '-%' as is_goods"""
"""A return may come later; goods of one order seldom do."""
_ROUNDS = """
create or replace table kept_rounds as
with placed as (
    select
        source_line,
        order_key,
        product_key,
        sale_date,
        sold_at,
        min(source_line) over (partition by order_key) as first_line,
        lag(order_key) over (order by source_line) is distinct from order_key as is_start,
        lag(sold_at) over (order by source_line) is distinct from sold_at as is_other_time
    from kept_orders
    where is_goods
),

falling as (
    select *, first_line < lag(first_line) over (order by source_line) as is_fall
    from placed
)

select *, count(*) filter (where is_fall) over (order by source_line, order_key) as round
from falling
"""
"""Goods as the file tells them; a round ends where the file comes back to an earlier order."""
_SHAPES = """
create or replace table kept_shapes as
select
    order_key,
    count(*) as line_count,
    count(*) filter (where is_start) as place_count,
    count(*) filter (where is_other_time and not is_start) as turn_count,
    min(sold_at) <> max(sold_at) as has_times,
    max(sale_date) - min(sale_date) > 31 as is_over_a_month
from kept_rounds
group by order_key
"""
_DELIVERY = """
create or replace table kept_delivery as
with rounds as (
    select count(*) filter (where is_fall) as fall_count, count(*) filter (where is_start) as run_count
    from kept_rounds
),

variety as (
    select max(product_count) as most_products
    from (select count(distinct product_key) as product_count from kept_rounds group by round)
),

products as (
    select avg((round_count > 1)::int) as shared_share
    from (select count(distinct round) as round_count from kept_rounds group by product_key)
),

orders as (
    select
        greatest(count(*) filter (where line_count > 1) / 2, count(*) / 50) as few,
        count(*) filter (where has_times) as with_times,
        count(*) filter (where place_count > 1) as with_places
    from kept_shapes
)

select
    fall_count <= greatest(1, run_count / 10) and most_products > 1 as is_by_order,
    shared_share > 0.1 as sells_the_same,
    with_times <= few as has_one_time,
    with_places <= few as has_one_place
from rounds, variety, products, orders
"""
"""What the file is like: whether it tells its orders one after the other, with few rounds and the same products in
each, and whether most orders have one time and one place. An order says something only where it is an exception, or
where the whole counter begins again; each line may have its own time, and a file may go category by category."""
_ODD = {
    "order_of_two_customers": "from kept_orders where {known} group by all"
    " having min(customer_key) <> max(customer_key)",
    "order_over_a_month": "from kept_shapes where is_over_a_month",
    "order_at_two_times": "from kept_shapes, kept_delivery where has_times and not is_over_a_month"
    " and (has_one_time or (is_by_order and sells_the_same and place_count > 1 and turn_count = 0))",
    "order_in_two_places": "from kept_shapes, kept_delivery where place_count > 1 and not has_times"
    " and is_by_order and (has_one_place or sells_the_same)",
    "order_with_two_discounts": "from kept_orders where order_discount_amount is not null group by all"
    " having min(order_discount_amount::decimal(38, 18)) <> max(order_discount_amount::decimal(38, 18))",
}
"""Rule -> where its orders are."""
_LINES = """
select date_trunc('month', sale_date)::date as month, count(*) as line_count
from kept_orders
where order_key in (select order_key {odd})
group by month
"""


@dataclass(frozen=True)
class OddOrders:
    """The orders that one rule tells, of all orders with a number, and their lines by month."""

    rule: str
    orders: int
    of: int
    lines: list[tuple[date, int]]


def odd_orders(workspace: duckdb.DuckDBPyConnection, known_person: str) -> Iterator[OddOrders]:
    """What each rule finds in `kept_orders`."""
    [count] = workspace.execute("select count(distinct order_key) from kept_orders").fetchone() or (0,)
    if not count:
        return
    for statement in (_ROUNDS, _SHAPES, _DELIVERY):
        workspace.execute(statement)
    for rule, where in _ODD.items():
        odd = where.format(known=known_person)
        lines = workspace.execute(_LINES.format(odd=odd)).fetchall()
        if lines:
            [orders] = workspace.execute(f"select count(*) from (select order_key {odd})").fetchone() or (0,)
            yield OddOrders(rule, int(orders), int(count), [(month, int(number)) for month, number in lines])
