-- grain: the same row per rating, with the shortest period in which its unit has a group by k or more people around it
-- a group of a quarter has what groups of months leave over, and so on
with months as (
    select
        product_key,
        source_name,
        currency_code,
        is_one_product,
        month
    from rating_units
    -- a product's lines of k people in a month are a cell
    where not is_one_product or currency_code = ''
    group by product_key, source_name, currency_code, is_one_product, month
    having count(distinct customer_key) filter (where customer_key >= 0) >= %(minimum_group_size)s
),

after_months as (
    select
        rest.*,
        months.month is not null as is_of_month
    from rating_units as rest
    left join months
        on
            rest.source_name = months.source_name
            and rest.currency_code = months.currency_code
            and rest.product_key = months.product_key
            and rest.is_one_product = months.is_one_product
            and rest.month = months.month
),

quarters as (
    select
        product_key,
        source_name,
        currency_code,
        is_one_product,
        quarter
    from after_months
    where not is_of_month
    group by product_key, source_name, currency_code, is_one_product, quarter
    having count(distinct customer_key) filter (where customer_key >= 0) >= %(minimum_group_size)s
),

after_quarters as (
    select
        rest.*,
        quarters.quarter is not null as is_of_quarter
    from after_months as rest
    left join quarters
        on
            rest.source_name = quarters.source_name
            and rest.currency_code = quarters.currency_code
            and rest.product_key = quarters.product_key
            and rest.is_one_product = quarters.is_one_product
            and rest.quarter = quarters.quarter
            and not rest.is_of_month
),

years as (
    select
        product_key,
        source_name,
        currency_code,
        is_one_product,
        year
    from after_quarters
    where not is_of_month and not is_of_quarter
    group by product_key, source_name, currency_code, is_one_product, year
    having count(distinct customer_key) filter (where customer_key >= 0) >= %(minimum_group_size)s
)

select
    rest.source_name,
    rest.currency_code,
    rest.product_key,
    rest.is_one_product,
    rest.month,
    rest.quarter,
    rest.year,
    rest.customer_key,
    rest.rating_count,
    rest.rating_sum,
    rest.is_of_month,
    rest.is_of_quarter,
    years.year is not null as is_of_year
from after_quarters as rest
left join years
    on
        rest.source_name = years.source_name
        and rest.currency_code = years.currency_code
        and rest.product_key = years.product_key
        and rest.is_one_product = years.is_one_product
        and rest.year = years.year
        and not rest.is_of_month
        and not rest.is_of_quarter
