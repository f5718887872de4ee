-- grain: one row per month, shop, currency, country, order, product and kind of line; one-line orders as order -1
with lines as (
    select
        sales.source_name,
        sales.currency_code,
        places.country,
        sales.product_key,
        (sales.line_type = 'product') as is_product,
        -- a line without an order's number is an order of its own, which no other line can make count twice
        case when sales.order_key = sales.line_key then -1 else sales.order_key end as order_key,
        case when sales.order_key = sales.line_key then -1 else sales.customer_key end as customer_key,
        (not sales.is_return and not sales.is_cancelled) as is_sale,
        sales.is_cancelled
    from dw.fct_sales as sales
    inner join dw.dim_geography as places on sales.geography_key = places.geography_key
    where
        sales.sale_date >= %(month_start)s
        and sales.sale_date < %(month_end)s
        and (%(as_of)s::date is null or sales.sale_date <= %(as_of)s::date)
),

orders as (
    select
        source_name,
        currency_code,
        country,
        order_key,
        product_key,
        is_product,
        customer_key,
        bool_or(is_sale) as is_sold,
        bool_or(is_cancelled) as is_void,
        count(*) filter (where is_sale) as sold_line_count,
        count(*) filter (where is_cancelled) as void_line_count
    from lines
    group by order_key, product_key, country, customer_key, currency_code, is_product, source_name
)

select
    %(month_start)s::date as month,
    source_name,
    currency_code,
    country,
    order_key,
    product_key,
    is_product,
    customer_key,
    case when order_key = -1 then sold_line_count when is_sold then 1 else 0 end as sold_order_count,
    case when order_key = -1 then void_line_count when is_void then 1 else 0 end as void_order_count
from orders
