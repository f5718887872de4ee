-- grain: per shop, a row per row of an order that has several, per rater where a month has few, per review and currency
select
    orders.month,
    sellers.member as source_name,
    orders.currency_code,
    orders.product_key,
    orders.order_key as actor_key,
    true as is_order,
    0 as rating_count,
    0 as rating_sum
from dw.agg_order_month as orders
inner join sellers
    on
        orders.source_name = sellers.source_name
        and orders.currency_code = sellers.currency_code
        and orders.month <= sellers.as_of_date
inner join repeated_orders as repeated on orders.order_key = repeated.order_key
where orders.sold_order_count > 0 and orders.is_product
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
