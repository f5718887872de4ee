-- grain: one row per month, currency and earlier month (with the same orders, if any): how many orders took the step
select
    orders.month,
    orders.currency_code,
    null::date as earlier_month,
    sum(orders.sold_order_count) as order_count,
    sum(orders.void_order_count) as cancelled_order_count
from dw.agg_order_month as orders
left join repeated_orders as repeated on orders.order_key = repeated.order_key
where orders.month <= %(as_of)s and repeated.order_key is null
group by orders.month, orders.currency_code
union all
select
    steps.month,
    steps.currency_code,
    steps.earlier_month,
    count(*) filter (where steps.is_sold) as order_count,
    count(*) filter (where not steps.is_sold) as cancelled_order_count
from (
    select
        orders.month,
        orders.currency_code,
        kinds.is_sold,
        lag(orders.month) over (
            partition by orders.order_key, orders.currency_code, kinds.is_sold order by orders.month
        ) as earlier_month
    from dw.agg_order_month as orders
    inner join repeated_orders as repeated on orders.order_key = repeated.order_key
    cross join
        lateral (values (true, orders.sold_order_count), (false, orders.void_order_count)) as kinds (is_sold, counted)
    where orders.month <= %(as_of)s and kinds.counted > 0
) as steps
group by steps.month, steps.currency_code, steps.earlier_month
