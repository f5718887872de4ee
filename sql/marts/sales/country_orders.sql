-- grain: one row per month, shop, currency and country with an order: an order counts in each that has a line of it
with counted as (
    select
        orders.month,
        sellers.member,
        orders.currency_code,
        orders.country,
        case when orders.order_key = -1 then sum(orders.sold_order_count) else max(orders.sold_order_count) end
            as order_count
    from dw.agg_order_month as orders
    inner join sellers
        on
            orders.source_name = sellers.source_name
            and orders.currency_code = sellers.currency_code
            and orders.month <= sellers.as_of_date
    group by orders.month, sellers.member, orders.currency_code, orders.country, orders.order_key
)

select
    month,
    member as source_name,
    currency_code,
    country,
    sum(order_count) as order_count
from counted
group by month, member, currency_code, country
