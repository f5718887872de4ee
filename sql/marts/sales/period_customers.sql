-- grain: one row per period (month, quarter or year: a parameter) and currency with a known customer
with customer_months as (
    select
        month,
        currency_code,
        net_revenue_amount,
        has_sale,
        first_value(case when has_sale then month end) over sales_first as first_sale_month,
        lag(month) over sales_first as earlier_sale_month
    from dw.agg_customer_month
    where month <= %(as_of)s
    window sales_first as (partition by customer_key, currency_code order by has_sale desc, month asc)
),

-- few rows are left for the dates to be computed
steps as (
    select
        month,
        currency_code,
        first_sale_month,
        earlier_sale_month,
        count(*) filter (where has_sale) as customer_count,
        sum(net_revenue_amount) as net_revenue_amount
    from customer_months
    group by month, currency_code, first_sale_month, earlier_sale_month
),

period_steps as (
    select
        date_trunc(%(period)s, month::timestamp)::date as period_start,
        date_trunc(%(period)s, first_sale_month::timestamp)::date as first_sale_start,
        currency_code,
        earlier_sale_month,
        customer_count,
        net_revenue_amount
    from steps
)

-- a customer counts once in a period: where the earlier month with a sale, if any, lies before the period
select
    period_start,
    currency_code,
    sum(customer_count) filter (where earlier_sale_month is null or earlier_sale_month < period_start)
        as customer_count,
    sum(net_revenue_amount) filter (where first_sale_start = period_start) as new_customer_revenue_amount,
    sum(net_revenue_amount) filter (where first_sale_start is distinct from period_start)
        as returning_customer_revenue_amount
from period_steps
group by period_start, currency_code
