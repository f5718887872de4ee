-- grain: one row per day, shop and currency with a line (no cancelled lines)
select
    sale_date,
    source_name,
    currency_code,
    count(distinct order_key) filter (where not is_return) as order_count,
    count(*) as line_count,
    coalesce(sum(quantity) filter (where line_type = 'product' and not is_return), 0) as units_sold,
    coalesce(sum(gross_amount) filter (where not is_return), 0) as gross_revenue_amount,
    coalesce(-sum(net_amount) filter (where is_return), 0) as returned_amount,
    sum(net_amount) as net_revenue_amount
from dw.fct_sales
where
    sale_date >= %(month_start)s
    and sale_date < %(month_end)s
    and (%(as_of)s::date is null or sale_date <= %(as_of)s::date)
    and not is_cancelled
group by sale_date, source_name, currency_code
