-- grain: one row per row of an order that has several, per rater where a month has few, per review and span
select
    orders.month,
    orders.currency_code,
    orders.product_key,
    orders.order_key as actor_key,
    true as is_order,
    0 as rating_count,
    0 as rating_sum
from dw.agg_order_month as orders
inner join repeated_orders as repeated on orders.order_key = repeated.order_key
where orders.month <= %(as_of)s and orders.sold_order_count > 0 and orders.is_product
union all
select
    ratings.month,
    ratings.currency_code,
    ratings.product_key,
    ratings.customer_key as actor_key,
    false as is_order,
    ratings.rating_count,
    ratings.rating_sum
from dw.agg_rating_month as ratings
left join rating_cells as cells
    on
        ratings.month = cells.month
        and ratings.currency_code = cells.currency_code
        and ratings.product_key = cells.product_key
where ratings.month <= %(as_of)s and cells.month is null
union all
select
    -- without a day a review has no month, and is in the period "all" only
    coalesce(date_trunc('month', reviews.reviewed_date::timestamp)::date, '-infinity') as month,
    spans.currency_code,
    reviews.product_key,
    reviews.customer_key as actor_key,
    false as is_order,
    1 as rating_count,
    reviews.rating as rating_sum
from dw.fct_reviews as reviews
inner join span_months as spans on spans.month = spans.first_month
where reviews.reviewed_date is null or reviews.reviewed_date <= %(as_of)s
