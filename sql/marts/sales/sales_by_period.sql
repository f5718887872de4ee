-- grain: one row per period (month, quarter or year: a parameter), shop and currency, dense over its span
with sales as (
    select
        date_trunc(%(period)s, month::timestamp)::date as period_start,
        source_name,
        currency_code,
        is_total,
        as_of_date,
        bool_and(is_complete) and count(*) = 12 / %(periods_per_year)s as is_complete,
        sum(line_count) as line_count,
        sum(units_sold) as units_sold,
        sum(gross_revenue_amount) as gross_revenue_amount,
        sum(returned_amount) as returned_amount,
        sum(net_sale_amount) as net_sale_amount,
        sum(net_revenue_amount) as net_revenue_amount
    from span_months
    group by period_start, source_name, currency_code, is_total, as_of_date
),

counted as (
    select
        sales.*,
        coalesce(orders.order_count, 0) as order_count,
        coalesce(orders.cancelled_order_count, 0) as cancelled_order_count
    from sales
    left join period_orders as orders
        on
            sales.period_start = orders.period_start
            and sales.source_name = orders.source_name
            and sales.currency_code = orders.currency_code
),

compared as (
    select
        *,
        lag(net_revenue_amount) over span as previous_amount,
        lag(net_revenue_amount, %(periods_per_year)s) over span as last_year_amount,
        lag(order_count) over span as previous_orders,
        lag(order_count, %(periods_per_year)s) over span as last_year_orders,
        is_complete and lag(is_complete, 1, false) over span as has_previous,
        is_complete and lag(is_complete, %(periods_per_year)s, false) over span as has_last_year
    from counted
    window span as (partition by source_name, currency_code order by period_start)
)

select
    compared.source_name,
    compared.period_start,
    compared.currency_code,
    compared.order_count,
    compared.line_count,
    compared.units_sold,
    compared.gross_revenue_amount,
    compared.returned_amount,
    compared.net_revenue_amount,
    coalesce(customers.customer_count, 0) as customer_count,
    coalesce(customers.new_customer_revenue_amount, 0) as new_customer_revenue_amount,
    coalesce(customers.returning_customer_revenue_amount, 0) as returning_customer_revenue_amount,
    round(compared.net_sale_amount / nullif(compared.order_count, 0), 4) as average_order_value,
    compared.cancelled_order_count,
    compared.previous_amount as previous_net_revenue_amount,
    compared.last_year_amount as last_year_net_revenue_amount,
    case
        when compared.has_previous and compared.previous_amount > 0
            then round(compared.net_revenue_amount / compared.previous_amount - 1, 6)
    end as growth_vs_previous,
    case
        when compared.has_last_year and compared.last_year_amount > 0
            then round(compared.net_revenue_amount / compared.last_year_amount - 1, 6)
    end as growth_vs_last_year,
    case
        when compared.has_previous and compared.previous_orders > 0
            then round(compared.order_count / compared.previous_orders - 1, 6)
    end as order_growth_vs_previous,
    case
        when compared.has_last_year and compared.last_year_orders > 0
            then round(compared.order_count / compared.last_year_orders - 1, 6)
    end as order_growth_vs_last_year,
    compared.is_complete,
    compared.has_last_year as has_complete_last_year,
    compared.is_total,
    compared.as_of_date
from compared
left join period_customers as customers
    on
        compared.period_start = customers.period_start
        and compared.source_name = customers.source_name
        and compared.currency_code = customers.currency_code
