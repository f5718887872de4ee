-- grain: one row per day, shop and currency with a line (no cancelled lines)
with lines as (
    select
        *,
        -- a line without an order's number is an order of its own, which no other line can make count twice
        case when order_key = line_key then -1 else order_key end as number_key
    from dw.fct_sales
    where
        sale_date >= %(month_start)s
        and sale_date < %(month_end)s
        and (%(as_of)s::date is null or sale_date <= %(as_of)s::date)
        and not is_cancelled
),

orders as (
    select
        sale_date,
        source_name,
        currency_code,
        case
            when number_key = -1 then count(*) filter (where not is_return)
            when bool_or(not is_return) then 1
            else 0
        end as order_count,
        count(*) as line_count,
        sum(quantity) filter (where line_type = 'product' and not is_return) as units_sold,
        sum(gross_amount) filter (where not is_return) as gross_revenue_amount,
        sum(net_amount) filter (where is_return) as returned_amount,
        sum(net_amount) as net_revenue_amount
    from lines
    group by sale_date, number_key, currency_code, source_name
)

select
    sale_date,
    source_name,
    currency_code,
    sum(order_count) as order_count,
    sum(line_count) as line_count,
    coalesce(sum(units_sold), 0) as units_sold,
    coalesce(sum(gross_revenue_amount), 0) as gross_revenue_amount,
    coalesce(-sum(returned_amount), 0) as returned_amount,
    sum(net_revenue_amount) as net_revenue_amount
from orders
group by sale_date, source_name, currency_code
