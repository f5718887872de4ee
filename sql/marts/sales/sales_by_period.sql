-- grain: one row per period (month, quarter or year, a parameter) and currency, dense over the currency's span
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
    from dw.agg_sales_month
    where month <= %(as_of)s
    group by period_start, currency_code
),

periods as (
    select distinct
        spans.currency_code,
        date_trunc(%(period)s, days.day)::date as period_start
    from (select currency_code, min(period_start) as first_day from sales group by currency_code) as spans
    cross join generate_series(spans.first_day::timestamp, %(as_of)s::timestamp, interval '1 month') as days (day)
),

-- in a period an order counts once: at the month before which it has none, or none in the period
order_months as (
    select
        month,
        currency_code,
        true as is_sale,
        lag(month) over (partition by order_key, currency_code order by month) as earlier_month
    from dw.agg_order_month
    where month <= %(as_of)s and has_sale
    union all
    select
        month,
        currency_code,
        false as is_sale,
        lag(month) over (partition by order_key, currency_code order by month) as earlier_month
    from dw.agg_order_month
    where month <= %(as_of)s and has_cancelled
),

orders as (
    select
        date_trunc(%(period)s, month::timestamp)::date as period_start,
        currency_code,
        count(*) filter (where is_sale) as order_count,
        count(*) filter (where not is_sale) as cancelled_order_count
    from order_months
    where earlier_month is null or earlier_month < date_trunc(%(period)s, month::timestamp)
    group by period_start, currency_code
),

customer_months as (
    select
        date_trunc(%(period)s, month::timestamp)::date as period_start,
        currency_code,
        net_revenue_amount,
        has_sale,
        min(month) filter (where has_sale) over (partition by customer_key, currency_code) as first_sale_month,
        max(month) filter (where has_sale) over (
            partition by customer_key, currency_code order by month rows between unbounded preceding and 1 preceding
        ) as earlier_sale_month
    from dw.agg_customer_month
    where month <= %(as_of)s
),

customers as (
    select
        period_start,
        currency_code,
        count(*) filter (where has_sale and coalesce(earlier_sale_month < period_start, true)) as customer_count,
        sum(net_revenue_amount) filter (
            where date_trunc(%(period)s, first_sale_month::timestamp) = period_start
        ) as new_customer_revenue_amount,
        sum(net_revenue_amount) as known_revenue_amount
    from customer_months
    group by period_start, currency_code
),

revenue as (
    select
        periods.period_start,
        periods.currency_code,
        coalesce(sales.net_revenue_amount, 0) as net_revenue_amount,
        lag(coalesce(sales.net_revenue_amount, 0)) over spans as previous_amount,
        lag(coalesce(sales.net_revenue_amount, 0), %(periods_per_year)s) over spans as last_year_amount,
        date_trunc(%(period)s, %(as_of)s + interval '1 day') > periods.period_start as is_complete
    from periods
    left join sales on periods.period_start = sales.period_start and periods.currency_code = sales.currency_code
    window spans as (partition by periods.currency_code order by periods.period_start)
)

select
    revenue.period_start,
    revenue.currency_code,
    coalesce(orders.order_count, 0) as order_count,
    coalesce(sales.line_count, 0) as line_count,
    coalesce(sales.units_sold, 0) as units_sold,
    coalesce(sales.gross_revenue_amount, 0) as gross_revenue_amount,
    coalesce(sales.returned_amount, 0) as returned_amount,
    revenue.net_revenue_amount,
    coalesce(customers.customer_count, 0) as customer_count,
    coalesce(customers.new_customer_revenue_amount, 0) as new_customer_revenue_amount,
    coalesce(customers.known_revenue_amount, 0) - coalesce(customers.new_customer_revenue_amount, 0)
        as returning_customer_revenue_amount,
    round(sales.net_sale_amount / nullif(orders.order_count, 0), 4) as average_order_value,
    coalesce(orders.cancelled_order_count, 0) as cancelled_order_count,
    revenue.previous_amount as previous_net_revenue_amount,
    revenue.last_year_amount as last_year_net_revenue_amount,
    case when revenue.is_complete and revenue.previous_amount > 0
        then round((revenue.net_revenue_amount - revenue.previous_amount) / revenue.previous_amount, 6)
    end as growth_vs_previous,
    case when revenue.is_complete and revenue.last_year_amount > 0
        then round((revenue.net_revenue_amount - revenue.last_year_amount) / revenue.last_year_amount, 6)
    end as growth_vs_last_year,
    revenue.is_complete,
    %(as_of)s::date as as_of_date
from revenue
left join sales on revenue.period_start = sales.period_start and revenue.currency_code = sales.currency_code
left join orders on revenue.period_start = orders.period_start and revenue.currency_code = orders.currency_code
left join customers on revenue.period_start = customers.period_start and revenue.currency_code = customers.currency_code
