-- grain: one row per month, currency, country, order, product and kind of line (cancelled orders flagged)
select
    %(month_start)s::date as month,
    sales.currency_code,
    places.country,
    sales.order_key,
    sales.product_key,
    (sales.line_type = 'product') as is_product,
    sales.customer_key,
    bool_or(not sales.is_return and not sales.is_cancelled) as has_sale,
    bool_or(sales.is_cancelled) as has_cancelled
from dw.fct_sales as sales
inner join dw.dim_geography as places on sales.geography_key = places.geography_key
where
    sales.sale_date >= %(month_start)s
    and sales.sale_date < %(month_end)s
    and (%(as_of)s::date is null or sales.sale_date <= %(as_of)s::date)
group by
    sales.currency_code, places.country, sales.order_key, sales.product_key, (sales.line_type = 'product'),
    sales.customer_key
