-- grain: one row per month, shop, currency and country with an order: an order counts in each that has a line of it
with numbered as (
    select distinct
        orders.month,
        sellers.member,
        orders.currency_code,
        orders.country,
        orders.order_key
    from dw.agg_order_month as orders
    inner join sellers
        on
            orders.source_name = sellers.source_name
            and orders.currency_code = sellers.currency_code
            and orders.month <= sellers.as_of_date
    where orders.order_key >= 0 and orders.sold_order_count > 0
),

counted as (
    select
        month,
        member,
        currency_code,
        country,
        count(*) as order_count
    from numbered
    group by month, member, currency_code, country
    union all
    -- orders of one line
    select
        orders.month,
        sellers.member,
        orders.currency_code,
        orders.country,
        sum(orders.sold_order_count) as order_count
    from dw.agg_order_month as orders
    inner join sellers
        on
            orders.source_name = sellers.source_name
            and orders.currency_code = sellers.currency_code
            and orders.month <= sellers.as_of_date
    where orders.order_key = -1
    group by orders.month, sellers.member, orders.currency_code, orders.country
)

select
    month,
    member as source_name,
    currency_code,
    country,
    sum(order_count) as order_count
from counted
group by month, member, currency_code, country
