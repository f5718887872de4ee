-- grain: one row per month, shop, currency and country with a line that is not cancelled
with sales as (
    select
        sold.month,
        sellers.member,
        sold.currency_code,
        sold.country,
        sellers.is_total,
        sum(sold.units_sold) as units_sold,
        sum(sold.net_revenue_amount) as net_revenue_amount
    from dw.agg_country_month as sold
    inner join sellers
        on
            sold.source_name = sellers.source_name
            and sold.currency_code = sellers.currency_code
            and sold.month <= sellers.as_of_date
    where not sold.is_total and sold.line_count > 0
    group by sold.month, sellers.member, sold.currency_code, sold.country, sellers.is_total
),

orders as (
    select
        month,
        source_name,
        currency_code,
        country,
        sum(order_count) as order_count
    from country_orders
    group by month, source_name, currency_code, country
)

select
    sales.member as source_name,
    sales.month,
    sales.currency_code,
    sales.country,
    coalesce(orders.order_count, 0) as order_count,
    sales.units_sold,
    sales.net_revenue_amount,
    customers.customer_count,
    sales.is_total,
    spans.as_of_date
from sales
inner join seller_spans as spans
    on sales.member = spans.member and sales.currency_code = spans.currency_code
left join orders
    on
        sales.month = orders.month
        and sales.member = orders.source_name
        and sales.currency_code = orders.currency_code
        and sales.country = orders.country
left join country_customers as customers
    on
        sales.month = customers.month
        and sales.member = customers.source_name
        and sales.currency_code = customers.currency_code
        and sales.country = customers.country
