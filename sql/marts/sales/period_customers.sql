-- grain: one row per period (month, quarter or year: a parameter), shop and currency with a known customer
with steps as (
    select
        date_trunc(%(period)s, month::timestamp)::date as period_start,
        date_trunc(%(period)s, first_sale_month::timestamp)::date as first_sale_start,
        source_name,
        currency_code,
        earlier_sale_month,
        customer_count,
        net_revenue_amount
    from customer_steps
)

-- a customer counts once in a period: where the earlier month with a sale, if any, lies before the period
select
    period_start,
    source_name,
    currency_code,
    sum(customer_count) filter (where earlier_sale_month is null or earlier_sale_month < period_start)
        as customer_count,
    sum(net_revenue_amount) filter (where first_sale_start = period_start) as new_customer_revenue_amount,
    sum(net_revenue_amount) filter (where first_sale_start is distinct from period_start)
        as returning_customer_revenue_amount
from steps
group by period_start, source_name, currency_code
