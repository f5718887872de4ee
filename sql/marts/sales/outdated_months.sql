-- grain: one row per period of product_sales or category_sales with a name or a mean of ratings that is no longer so
-- its first month is in it, so that building this month anew builds the period anew
select sales.period_start as month
from mart_sales.product_sales as sales
inner join dw.dim_product as products on sales.product_key = products.product_key
left join product_ratings as ratings
    on
        sales.period_kind = ratings.period_kind
        and case sales.period_kind when 'all' then '-infinity' else sales.period_start end = ratings.first_day
        and sales.source_name = ratings.source_name
        and sales.currency_code = ratings.currency_code
        and sales.product_key = ratings.product_key
where
    sales.average_rating is distinct from ratings.average_rating
    or sales.product_name != products.product_name
    or sales.category != products.category
    or sales.subcategory != products.subcategory
union
select sales.period_start as month
from mart_sales.category_sales as sales
left join category_ratings as ratings
    on
        sales.period_kind = ratings.period_kind
        and case sales.period_kind when 'all' then '-infinity' else sales.period_start end = ratings.first_day
        and sales.source_name = ratings.source_name
        and sales.currency_code = ratings.currency_code
        and sales.category = ratings.category
        and sales.subcategory = ratings.subcategory
where sales.average_rating is distinct from ratings.average_rating
