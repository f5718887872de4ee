-- grain: one row per month, shop, currency, product and customer who rated a line of it (no cancelled lines)
select
    %(month_start)s::date as month,
    source_name,
    currency_code,
    product_key,
    customer_key,
    count(*) as rating_count,
    sum(rating) as rating_sum
from dw.fct_sales
where
    sale_date >= %(month_start)s
    and sale_date < %(month_end)s
    and (%(as_of)s::date is null or sale_date <= %(as_of)s::date)
    and not is_cancelled
    and rating is not null
group by customer_key, product_key, currency_code, source_name
