-- grain: one row per period (month, quarter or year: a parameter), shop and currency with an order
-- an order counts once in a period: less those that an earlier month of the period has too
select
    date_trunc(%(period)s, month::timestamp)::date as period_start,
    source_name,
    currency_code,
    sum(order_count) as order_count,
    sum(cancelled_order_count) as cancelled_order_count
from order_steps
where earlier_month is null or earlier_month >= date_trunc(%(period)s, month::timestamp)
group by period_start, source_name, currency_code
