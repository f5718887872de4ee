-- grain: one row per day, shop and currency with a line (no cancelled lines)
select
    sale_date,
    source_name,
    currency_code,
    count(*) as line_count,
    sum(net_amount) as net_revenue_amount
from dw.fct_sales
where
    sale_date >= %(month_start)s
    and sale_date < %(month_end)s
    and (%(as_of)s::date is null or sale_date <= %(as_of)s::date)
    and not is_cancelled
group by sale_date, source_name, currency_code
