-- grain: one row per month, currency and country with a line that is not cancelled
with sales as (
    select
        month,
        currency_code,
        country,
        sum(units_sold) as units_sold,
        sum(net_revenue_amount) as net_revenue_amount
    from dw.agg_sales_month
    where month <= %(as_of)s
    group by month, currency_code, country
),

country_orders as (
    select
        month,
        currency_code,
        country,
        case when order_key = -1 then sum(sold_order_count) else max(sold_order_count) end as order_count
    from dw.agg_order_month
    where month <= %(as_of)s
    group by month, currency_code, country, order_key
),

orders as (
    select
        month,
        currency_code,
        country,
        sum(order_count) as order_count
    from country_orders
    group by month, currency_code, country
),

customers as (
    select
        month,
        currency_code,
        country,
        count(*) as customer_count
    from dw.agg_customer_month
    where month <= %(as_of)s and has_sale
    group by month, currency_code, country
    having count(*) >= %(minimum_group_size)s
)

select
    sales.month,
    sales.currency_code,
    sales.country,
    coalesce(orders.order_count, 0) as order_count,
    sales.units_sold,
    sales.net_revenue_amount,
    customers.customer_count,
    %(as_of)s::date as as_of_date
from sales
left join orders
    on
        sales.month = orders.month
        and sales.currency_code = orders.currency_code
        and sales.country = orders.country
left join customers
    on
        sales.month = customers.month
        and sales.currency_code = customers.currency_code
        and sales.country = customers.country
