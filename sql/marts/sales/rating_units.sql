-- grain: the ratings that are in no cell: a row per shop, currency, month, product and person, and a row per review
-- reviews are of no currency; products that fewer than k people rated are one unit per subcategory, which is called
-- after one of its products
with ratings as (
    select
        lines.product_key,
        lines.source_name,
        lines.currency_code,
        lines.month,
        date_trunc('quarter', lines.month::timestamp)::date as quarter,
        date_trunc('year', lines.month::timestamp)::date as year,
        lines.customer_key,
        lines.rating_count,
        lines.rating_sum
    from dw.agg_rating_month as lines
    inner join shops on lines.source_name = shops.source_name and lines.month <= shops.as_of_date
    left join rating_cells as cells
        on
            lines.month = cells.month
            and lines.source_name = cells.source_name
            and lines.currency_code = cells.currency_code
            and lines.product_key = cells.product_key
    where cells.month is null
    union all
    select
        reviews.product_key,
        reviews.source_name,
        '' as currency_code,
        -- without a day a review is in the period "all" only
        coalesce(date_trunc('month', reviews.reviewed_date::timestamp)::date, '-infinity') as month,
        coalesce(date_trunc('quarter', reviews.reviewed_date::timestamp)::date, '-infinity') as quarter,
        coalesce(date_trunc('year', reviews.reviewed_date::timestamp)::date, '-infinity') as year,
        reviews.customer_key,
        1 as rating_count,
        reviews.rating as rating_sum
    from dw.fct_reviews as reviews
    inner join shops on reviews.source_name = shops.source_name
    where reviews.reviewed_date is null or reviews.reviewed_date <= shops.as_of_date
),

rated as (
    select
        product_key,
        source_name,
        currency_code
    from ratings
    group by product_key, source_name, currency_code
    having count(distinct customer_key) filter (where customer_key >= 0) >= %(minimum_group_size)s
    union
    select
        product_key,
        source_name,
        currency_code
    from rating_cells
),

named as (
    select
        product_key,
        min(product_key) over (partition by category, subcategory) as first_key
    from dw.dim_product
)

select
    case when rated.product_key is null then named.first_key else ratings.product_key end as product_key,
    ratings.source_name,
    ratings.currency_code,
    rated.product_key is not null as is_one_product,
    ratings.month,
    ratings.quarter,
    ratings.year,
    ratings.customer_key,
    ratings.rating_count,
    ratings.rating_sum
from ratings
inner join named on ratings.product_key = named.product_key
left join rated
    on
        ratings.product_key = rated.product_key
        and ratings.source_name = rated.source_name
        and ratings.currency_code = rated.currency_code
