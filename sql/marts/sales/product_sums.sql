-- grain: rows to add up per month, currency and product: sales, orders of one row, months of k or more raters
select
    month,
    currency_code,
    product_key,
    is_product,
    sum(line_count) as line_count,
    sum(units_sold) as units_sold,
    sum(net_revenue_amount) as net_revenue_amount,
    0 as order_count,
    0 as person_count,
    0 as rating_count,
    0 as rating_sum
from dw.agg_sales_month
where month <= %(as_of)s
group by month, currency_code, product_key, is_product
union all
select
    orders.month,
    orders.currency_code,
    orders.product_key,
    true as is_product,
    0 as line_count,
    0 as units_sold,
    0 as net_revenue_amount,
    sum(orders.sold_order_count) as order_count,
    0 as person_count,
    0 as rating_count,
    0 as rating_sum
from dw.agg_order_month as orders
left join repeated_orders as repeated on orders.order_key = repeated.order_key
where orders.month <= %(as_of)s and orders.is_product and repeated.order_key is null
group by orders.month, orders.currency_code, orders.product_key
union all
select
    month,
    currency_code,
    product_key,
    true as is_product,
    0 as line_count,
    0 as units_sold,
    0 as net_revenue_amount,
    0 as order_count,
    person_count,
    rating_count,
    rating_sum
from rating_cells
