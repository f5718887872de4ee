-- grain: one row per month, shop, currency, product and kind of line (no cancelled lines)
with lines as (
    select
        *,
        (line_type = 'product') as is_product,
        -- a line without an order's number is an order of its own, which no other line can make count twice
        case when order_key = line_key then -1 else order_key end as number_key
    from dw.fct_sales
    where
        sale_date >= %(month_start)s
        and sale_date < %(month_end)s
        and (%(as_of)s::date is null or sale_date <= %(as_of)s::date)
        and not is_cancelled
),

orders as (
    select
        source_name,
        currency_code,
        product_key,
        is_product,
        case
            when number_key = -1 then count(*) filter (where not is_return)
            when bool_or(not is_return) then 1
            else 0
        end as sold_order_count,
        count(*) as line_count,
        sum(quantity) filter (where is_product and not is_return) as units_sold,
        sum(net_amount) filter (where is_return) as returned_amount,
        sum(net_amount) as net_revenue_amount
    from lines
    group by product_key, number_key, currency_code, is_product, source_name
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
    sum(sold_order_count) as sold_order_count
from orders
group by product_key, currency_code, is_product, source_name
