-- grain: one row per month, shop, currency, product and kind of line (no cancelled lines)
select
    %(month_start)s::date as month,
    source_name,
    currency_code,
    product_key,
    (line_type = 'product') as is_product,
    count(*) as line_count,
    coalesce(sum(quantity) filter (where line_type = 'product' and not is_return), 0) as units_sold,
    coalesce(-sum(net_amount) filter (where is_return), 0) as returned_amount,
    sum(net_amount) as net_revenue_amount,
    count(distinct order_key) filter (where not is_return) as sold_order_count
from dw.fct_sales
where
    sale_date >= %(month_start)s
    and sale_date < %(month_end)s
    and (%(as_of)s::date is null or sale_date <= %(as_of)s::date)
    and not is_cancelled
group by product_key, currency_code, (line_type = 'product'), source_name
