-- grain: one row per month: whether an order with a line in it has a line in another month
with
numbered_orders as (
    select distinct order_key
    from staging.sales
    where has_order_id and sale_date >= %(month_start)s and sale_date < %(month_end)s
)

select count(*) > 0 as spans_months
from staging.sales
where
    has_order_id
    and order_key in (select order_key from numbered_orders)
    and (sale_date < %(month_start)s or sale_date >= %(month_end)s)
