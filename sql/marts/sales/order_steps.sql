-- grain: one row per month, shop, currency and earlier month (with the same orders, if any): orders that took the step
select
    orders.month,
    sellers.member as source_name,
    orders.currency_code,
    null::date as earlier_month,
    sum(orders.sold_order_count) as order_count,
    sum(orders.void_order_count) as cancelled_order_count
from dw.agg_order_month as orders
inner join sellers
    on
        orders.source_name = sellers.source_name
        and orders.currency_code = sellers.currency_code
        -- cancelled orders from before a shop's first sale are in none of its rows, so in none of all shops
        and orders.month between sellers.first_month and sellers.as_of_date
left join repeated_orders as repeated on orders.order_key = repeated.order_key
where repeated.order_key is null
group by orders.month, sellers.member, orders.currency_code
union all
select
    steps.month,
    steps.source_name,
    steps.currency_code,
    steps.earlier_month,
    count(*) filter (where steps.is_sold) as order_count,
    count(*) filter (where not steps.is_sold) as cancelled_order_count
from (
    select
        orders.month,
        sellers.member as source_name,
        orders.currency_code,
        kinds.is_sold,
        lag(orders.month) over (
            partition by orders.order_key, sellers.member, orders.currency_code, kinds.is_sold order by orders.month
        ) as earlier_month
    from dw.agg_order_month as orders
    inner join sellers
        on
            orders.source_name = sellers.source_name
            and orders.currency_code = sellers.currency_code
            and orders.month between sellers.first_month and sellers.as_of_date
    inner join repeated_orders as repeated on orders.order_key = repeated.order_key
    cross join
        lateral (values (true, orders.sold_order_count), (false, orders.void_order_count)) as kinds (is_sold, counted)
    where kinds.counted > 0
) as steps
group by steps.month, steps.source_name, steps.currency_code, steps.earlier_month
