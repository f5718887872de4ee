-- grain: one row per month, currency and product of which k or more known persons rated a line
select
    month,
    currency_code,
    product_key,
    count(*) filter (where customer_key >= 0) as person_count,
    sum(rating_count) as rating_count,
    sum(rating_sum) as rating_sum
from dw.agg_rating_month
where month <= %(as_of)s
group by month, currency_code, product_key
having count(*) filter (where customer_key >= 0) >= %(minimum_group_size)s
