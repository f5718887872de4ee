-- grain: one row per day, shop and currency with a line (no cancelled lines)
with orders as (
    select
        sale_date,
        source_name,
        currency_code,
        number_key,
        bool_or(not is_return) as is_sold,
        count(*) filter (where not is_return) as sold_line_count,
        count(*) as line_count,
        sum(quantity) filter (where line_type = 'product' and not is_return) as units_sold,
        sum(gross_amount) filter (where not is_return) as gross_revenue_amount,
        sum(net_amount) filter (where is_return) as returned_amount,
        sum(net_amount) as net_revenue_amount
    from sold_lines
    group by sale_date, number_key, currency_code, source_name
)

select
    sale_date,
    source_name,
    currency_code,
    sum(case when number_key = -1 then sold_line_count when is_sold then 1 else 0 end) as order_count,
    sum(line_count) as line_count,
    coalesce(sum(units_sold), 0) as units_sold,
    coalesce(sum(gross_revenue_amount), 0) as gross_revenue_amount,
    coalesce(-sum(returned_amount), 0) as returned_amount,
    sum(net_revenue_amount) as net_revenue_amount
from orders
group by sale_date, source_name, currency_code
