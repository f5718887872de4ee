-- grain: one row per month: the days of the other lines of its orders, NULL if all are in the month
with
numbered_orders as (
    select distinct order_key
    from staging.sales
    where has_order_id and sale_date >= %(month_start)s and sale_date < %(month_end)s
)

select
    min(sale_date) as first_date,
    max(sale_date) as last_date
from staging.sales
where
    has_order_id
    and order_key in (select order_key from numbered_orders)
    and (sale_date < %(month_start)s or sale_date >= %(month_end)s)
