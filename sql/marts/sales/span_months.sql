-- grain: one row per month and currency, dense from the currency's first month with a line to the as-of month
with sales as (
    select
        month,
        currency_code,
        sum(line_count) as line_count,
        sum(units_sold) as units_sold,
        sum(gross_revenue_amount) as gross_revenue_amount,
        sum(returned_amount) as returned_amount,
        sum(net_sale_amount) as net_sale_amount,
        sum(net_revenue_amount) as net_revenue_amount
    from dw.agg_sales_month
    where month <= %(as_of)s
    group by month, currency_code
),

spans as (
    select
        currency_code,
        min(sale_date) as first_date,
        date_trunc('month', min(sale_date)::timestamp)::date as first_month
    from dw.agg_sales_day
    where sale_date <= %(as_of)s
    group by currency_code
)

-- a month is complete where the span covers its first and its last day
select
    months.first_day::date as month,
    spans.currency_code,
    spans.first_month,
    spans.first_date,
    months.first_day >= spans.first_date
    and months.first_day + interval '1 month' <= %(as_of)s + interval '1 day' as is_complete,
    coalesce(sales.line_count, 0) as line_count,
    coalesce(sales.units_sold, 0) as units_sold,
    coalesce(sales.gross_revenue_amount, 0) as gross_revenue_amount,
    coalesce(sales.returned_amount, 0) as returned_amount,
    coalesce(sales.net_sale_amount, 0) as net_sale_amount,
    coalesce(sales.net_revenue_amount, 0) as net_revenue_amount
from spans
cross join
    generate_series(spans.first_month::timestamp, %(as_of)s::timestamp, interval '1 month')
        as months (first_day)
left join sales
    on spans.currency_code = sales.currency_code and months.first_day = sales.month
