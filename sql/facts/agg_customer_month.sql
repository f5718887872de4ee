-- grain: one row per month, shop, currency, country and known customer (no cancelled lines)
select
    %(month_start)s::date as month,
    sales.source_name,
    sales.currency_code,
    places.country,
    sales.customer_key,
    count(*) as line_count,
    count(*) filter (where not sales.is_return and sales.order_key = sales.line_key) as line_order_count,
    coalesce(sum(sales.net_amount) filter (where not sales.is_return), 0) as net_sale_amount,
    coalesce(sum(sales.net_amount), 0) as net_revenue_amount,
    bool_or(not sales.is_return) as has_sale,
    min(sales.sale_date) filter (where not sales.is_return) as first_sale_date,
    max(sales.sale_date) filter (where not sales.is_return) as last_sale_date,
    max(sales.sale_date) as last_line_date
from dw.fct_sales as sales
inner join dw.dim_geography as places on sales.geography_key = places.geography_key
where
    sales.sale_date >= %(month_start)s
    and sales.sale_date < %(month_end)s
    and (%(as_of)s::date is null or sales.sale_date <= %(as_of)s::date)
    and not sales.is_cancelled
    and sales.customer_key >= 0
group by sales.customer_key, places.country, sales.currency_code, sales.source_name
