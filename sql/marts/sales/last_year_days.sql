-- grain: one row per currency with a line on the days of the as-of month up to the as-of day, a year before
select
    currency_code,
    sum(net_revenue_amount) as net_revenue_amount
from dw.agg_sales_day
where
    sale_date >= date_trunc('month', %(as_of)s::timestamp) - interval '1 year'
    and sale_date <= %(as_of)s::timestamp - interval '1 year'
group by currency_code
