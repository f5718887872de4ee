-- grain: one row per currency and known customer who bought in it: with a line that is not a return
with purchases as (
    select
        currency_code,
        customer_key,
        sum(net_revenue_amount) as net_revenue_amount,
        sum(line_order_count) as line_order_count,
        min(first_sale_date) as first_sale_date,
        max(last_sale_date) as last_sale_date
    from dw.agg_customer_month
    where least(first_sale_date, last_line_date) <= %(as_of)s::date
    group by currency_code, customer_key
    having min(first_sale_date) <= %(as_of)s::date
),

order_counts as (
    select
        orders.currency_code,
        orders.customer_key,
        count(*) as order_count
    from (
        select distinct
            currency_code,
            customer_key,
            order_key
        from dw.agg_order_month
        where month <= %(as_of)s::date and customer_key >= 0 and sold_order_count > 0
    ) as orders
    group by orders.currency_code, orders.customer_key
)

select
    customers.source_name,
    purchases.currency_code,
    purchases.customer_key,
    purchases.net_revenue_amount,
    date_trunc('month', coalesce(customers.signup_date, purchases.first_sale_date)::timestamp) as cohort_month,
    greatest(0, customers.as_of_date - purchases.last_sale_date) as recency_days,
    purchases.line_order_count::bigint + coalesce(order_counts.order_count, 0) as order_count
from purchases
inner join known_customers as customers on purchases.customer_key = customers.customer_key
left join order_counts
    on
        purchases.customer_key = order_counts.customer_key
        and purchases.currency_code = order_counts.currency_code
