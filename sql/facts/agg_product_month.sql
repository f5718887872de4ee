-- grain: one row per month, shop, currency, product and kind of line (no cancelled lines)
with orders as (
    select
        source_name,
        currency_code,
        product_key,
        (line_type = 'product') as is_product,
        number_key,
        bool_or(not is_return) as is_sold,
        count(*) filter (where not is_return) as sold_line_count,
        count(*) as line_count,
        sum(quantity) filter (where line_type = 'product' and not is_return) as units_sold,
        sum(net_amount) filter (where is_return) as returned_amount,
        sum(net_amount) as net_revenue_amount
    from sold_lines
    group by product_key, number_key, currency_code, (line_type = 'product'), source_name
)

select
    %(month_start)s::date as month,
    source_name,
    currency_code,
    product_key,
    is_product,
    sum(line_count) as line_count,
    coalesce(sum(units_sold), 0) as units_sold,
    coalesce(-sum(returned_amount), 0) as returned_amount,
    sum(net_revenue_amount) as net_revenue_amount,
    sum(case when number_key = -1 then sold_line_count when is_sold then 1 else 0 end) as sold_order_count
from orders
group by product_key, currency_code, is_product, source_name
