-- grain: one row per period (month, quarter or year: a parameter) and currency, dense over its span
with sales as (
    select
        date_trunc(%(period)s, month::timestamp)::date as period_start,
        currency_code,
        sum(line_count) as line_count,
        sum(units_sold) as units_sold,
        sum(gross_revenue_amount) as gross_revenue_amount,
        sum(returned_amount) as returned_amount,
        sum(net_sale_amount) as net_sale_amount,
        sum(net_revenue_amount) as net_revenue_amount
    from span_months
    group by period_start, currency_code
),

compared as (
    select
        *,
        date_trunc(%(period)s, %(as_of)s + interval '1 day') > period_start as is_complete,
        lag(net_revenue_amount) over span as previous_amount,
        lag(net_revenue_amount, %(periods_per_year)s) over span as last_year_amount
    from sales
    window span as (partition by currency_code order by period_start)
)

select
    compared.period_start,
    compared.currency_code,
    coalesce(orders.order_count, 0) as order_count,
    compared.line_count,
    compared.units_sold,
    compared.gross_revenue_amount,
    compared.returned_amount,
    compared.net_revenue_amount,
    coalesce(customers.customer_count, 0) as customer_count,
    coalesce(customers.new_customer_revenue_amount, 0) as new_customer_revenue_amount,
    coalesce(customers.returning_customer_revenue_amount, 0) as returning_customer_revenue_amount,
    round(compared.net_sale_amount / nullif(orders.order_count, 0), 4) as average_order_value,
    coalesce(orders.cancelled_order_count, 0) as cancelled_order_count,
    compared.previous_amount as previous_net_revenue_amount,
    compared.last_year_amount as last_year_net_revenue_amount,
    case
        when compared.is_complete and compared.previous_amount > 0
            then round(compared.net_revenue_amount / compared.previous_amount - 1, 6)
    end as growth_vs_previous,
    case
        when compared.is_complete and compared.last_year_amount > 0
            then round(compared.net_revenue_amount / compared.last_year_amount - 1, 6)
    end as growth_vs_last_year,
    compared.is_complete,
    %(as_of)s::date as as_of_date
from compared
left join period_orders as orders
    on compared.period_start = orders.period_start and compared.currency_code = orders.currency_code
left join period_customers as customers
    on compared.period_start = customers.period_start and compared.currency_code = customers.currency_code
