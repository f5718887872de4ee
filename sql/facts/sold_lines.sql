-- grain: one row per line of the month until the as-of day (no cancelled lines)
select
    sale_date,
    source_name,
    currency_code,
    product_key,
    customer_key,
    line_type,
    is_return,
    quantity,
    gross_amount,
    net_amount,
    rating,
    -- a line without an order's number is an order of its own, which no other line can make count twice
    case when order_key = line_key then -1 else order_key end as number_key
from dw.fct_sales
where
    sale_date >= %(month_start)s
    and sale_date < %(month_end)s
    and (%(as_of)s::date is null or sale_date <= %(as_of)s::date)
    and not is_cancelled
