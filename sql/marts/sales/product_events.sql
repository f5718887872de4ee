-- grain: per shop, a row per spanning order and month, per rater where a month has few, per review and currency
select
    month,
    source_name,
    currency_code,
    product_key,
    order_key as actor_key,
    true as is_order,
    0 as rating_count,
    0 as rating_sum
from (
    -- one row per month and shop, whose own count has the order once
    select distinct
        spanning.month,
        spanning.source_name as shop,
        sellers.member as source_name,
        spanning.currency_code,
        spanning.product_key,
        spanning.order_key
    from spanning_orders as spanning
    inner join sellers
        on
            spanning.source_name = sellers.source_name
            and spanning.currency_code = sellers.currency_code
            and spanning.month <= sellers.as_of_date
    where spanning.is_sold and spanning.is_product
) as orders
union all
select
    ratings.month,
    sellers.member as source_name,
    ratings.currency_code,
    ratings.product_key,
    ratings.customer_key as actor_key,
    false as is_order,
    ratings.rating_count,
    ratings.rating_sum
from dw.agg_rating_month as ratings
inner join sellers
    on
        ratings.source_name = sellers.source_name
        and ratings.currency_code = sellers.currency_code
        and ratings.month <= sellers.as_of_date
left join rating_cells as cells
    on
        ratings.month = cells.month
        and sellers.member = cells.source_name
        and ratings.currency_code = cells.currency_code
        and ratings.product_key = cells.product_key
where cells.month is null
union all
select
    -- without a day a review has no month, and is in the period "all" only
    coalesce(date_trunc('month', reviews.reviewed_date::timestamp)::date, '-infinity') as month,
    sellers.member as source_name,
    sellers.currency_code,
    reviews.product_key,
    reviews.customer_key as actor_key,
    false as is_order,
    1 as rating_count,
    reviews.rating as rating_sum
from dw.fct_reviews as reviews
inner join sellers on reviews.source_name = sellers.source_name
where reviews.reviewed_date is null or reviews.reviewed_date <= sellers.as_of_date
