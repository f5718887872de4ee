-- grain: one row per month, shop, currency, country, product and kind of line (no cancelled lines)
select
    %(month_start)s::date as month,
    sales.source_name,
    sales.currency_code,
    places.country,
    sales.product_key,
    (sales.line_type = 'product') as is_product,
    count(*) as line_count,
    coalesce(sum(sales.quantity) filter (where sales.line_type = 'product' and not sales.is_return), 0) as units_sold,
    coalesce(sum(sales.gross_amount) filter (where not sales.is_return), 0) as gross_revenue_amount,
    coalesce(-sum(sales.net_amount) filter (where sales.is_return), 0) as returned_amount,
    coalesce(sum(sales.net_amount) filter (where not sales.is_return), 0) as net_sale_amount,
    coalesce(sum(sales.net_amount) filter (where not sales.is_return), 0)
    + coalesce(sum(sales.net_amount) filter (where sales.is_return), 0) as net_revenue_amount
from dw.fct_sales as sales
inner join dw.dim_geography as places on sales.geography_key = places.geography_key
where
    sales.sale_date >= %(month_start)s
    and sales.sale_date < %(month_end)s
    and (%(as_of)s::date is null or sales.sale_date <= %(as_of)s::date)
    and not sales.is_cancelled
group by sales.product_key, places.country, sales.currency_code, (sales.line_type = 'product'), sales.source_name
