-- grain: one row per period (month, quarter or year: a parameter) and currency with an order
with order_months as (
    select
        orders.month,
        orders.currency_code,
        null::date as earlier_month,
        count(*) filter (where orders.has_sale) as order_count,
        count(*) filter (where orders.has_cancelled) as cancelled_order_count
    from dw.agg_order_month as orders
    left join repeated_orders as repeated on orders.order_key = repeated.order_key
    where orders.month <= %(as_of)s and repeated.order_key is null
    group by orders.month, orders.currency_code
    union all
    select
        orders.month,
        orders.currency_code,
        lag(orders.month) over (partition by orders.order_key, orders.currency_code order by orders.month)
            as earlier_month,
        1 as order_count,
        0 as cancelled_order_count
    from dw.agg_order_month as orders
    inner join repeated_orders as repeated on orders.order_key = repeated.order_key
    where orders.month <= %(as_of)s and orders.has_sale
    union all
    select
        orders.month,
        orders.currency_code,
        lag(orders.month) over (partition by orders.order_key, orders.currency_code order by orders.month)
            as earlier_month,
        0 as order_count,
        1 as cancelled_order_count
    from dw.agg_order_month as orders
    inner join repeated_orders as repeated on orders.order_key = repeated.order_key
    where orders.month <= %(as_of)s and orders.has_cancelled
)

-- an order counts once in a period: where its earlier month, if any, lies before the period
select
    date_trunc(%(period)s, month::timestamp)::date as period_start,
    currency_code,
    sum(order_count) as order_count,
    sum(cancelled_order_count) as cancelled_order_count
from order_months
where earlier_month is null or earlier_month < date_trunc(%(period)s, month::timestamp)
group by period_start, currency_code
