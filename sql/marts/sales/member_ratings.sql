-- grain: one row per group of ratings, and shop and currency that it counts in; reviews count in each of their shop
select
    sellers.member as source_name,
    sellers.currency_code,
    ratings.product_key,
    ratings.is_one_product,
    ratings.period_level,
    ratings.first_day,
    ratings.rating_count,
    ratings.rating_sum
from rating_groups as ratings
inner join sellers
    on ratings.source_name = sellers.source_name and ratings.currency_code in (sellers.currency_code, '')
