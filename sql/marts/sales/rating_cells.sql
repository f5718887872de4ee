-- grain: one row per month, shop, currency and product of which k or more known persons rated a line
select
    ratings.month,
    sellers.member as source_name,
    ratings.currency_code,
    ratings.product_key,
    -- a shop has one row per person
    count(*) filter (where ratings.customer_key >= 0) as person_count,
    sum(ratings.rating_count) as rating_count,
    sum(ratings.rating_sum) as rating_sum
from dw.agg_rating_month as ratings
inner join sellers
    on
        ratings.source_name = sellers.source_name
        and ratings.currency_code = sellers.currency_code
        and ratings.month <= sellers.as_of_date
where not sellers.is_total
group by ratings.month, sellers.member, ratings.currency_code, ratings.product_key
having count(*) filter (where ratings.customer_key >= 0) >= %(minimum_group_size)s
union all
-- shops may share customers
select
    ratings.month,
    sellers.member as source_name,
    ratings.currency_code,
    ratings.product_key,
    count(distinct ratings.customer_key) filter (where ratings.customer_key >= 0) as person_count,
    sum(ratings.rating_count) as rating_count,
    sum(ratings.rating_sum) as rating_sum
from dw.agg_rating_month as ratings
inner join sellers
    on
        ratings.source_name = sellers.source_name
        and ratings.currency_code = sellers.currency_code
        and ratings.month <= sellers.as_of_date
where sellers.is_total
group by ratings.month, sellers.member, ratings.currency_code, ratings.product_key
having count(distinct ratings.customer_key) filter (where ratings.customer_key >= 0) >= %(minimum_group_size)s
