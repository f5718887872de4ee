-- grain: one row per month: whether a line needs more than itself (it is told twice, shares the discount of its order,
-- or its order is in several deliveries), and whether a line has the number of an order
with
month_lines as materialized (
    select
        file_key,
        order_key,
        line_key,
        has_order_id,
        order_discount_amount
    from staging.sales
    where sale_date >= %(month_start)s and sale_date < %(month_end)s
),

repeated_lines as (
    select line_key
    from month_lines
    group by line_key
    having count(*) > 1
),

shared_orders as (
    select order_key
    from month_lines
    where has_order_id
    group by order_key
    having min(file_key) != max(file_key)
)

select
    coalesce(bool_or(order_discount_amount != 0), false)
    or (select count(*) from repeated_lines) > 0
    or (select count(*) from shared_orders) > 0 as is_intricate,
    coalesce(bool_or(has_order_id), false) as is_numbered
from month_lines
