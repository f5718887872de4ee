-- grain: one row per month, shop, currency, product and customer who rated a line of it (no cancelled lines)
select
    %(month_start)s::date as month,
    source_name,
    currency_code,
    product_key,
    customer_key,
    count(*) as rating_count,
    sum(rating) as rating_sum
from sold_lines
where rating is not null
group by customer_key, product_key, currency_code, source_name
