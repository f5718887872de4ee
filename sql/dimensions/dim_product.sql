-- grain: one row per product (type 1: the attributes of most lines in its newest month), and Unknown
with
dated as (
    select
        *,
        date_trunc('month', last_sold_at at time zone 'UTC')
        = date_trunc('month', max(last_sold_at) over (partition by product_key) at time zone 'UTC') as is_newest
    from staging.products
    where product_key >= 0
),

-- most deliveries repeat known values, so that little is left to sort
distinct_attributes as (
    select
        product_key,
        source_name,
        product_id,
        product_name,
        category,
        subcategory,
        max(last_sold_at) as last_sold_at,
        coalesce(sum(coalesce(newest_line_count, 1)) filter (where is_newest), 0) as line_count
    from dated
    group by product_key, source_name, product_id, product_name, category, subcategory
),

attributes as (
    select
        product_key,
        max(source_name collate "C") as source_name,
        max(product_id collate "C") as product_id
    from distinct_attributes
    group by product_key
),

-- for each attribute the value with the most lines, summed over all rows that share it
counted as (
    select
        attributes.product_key,
        named.attribute,
        named.value,
        sum(attributes.line_count) as line_count,
        max(attributes.last_sold_at) as last_sold_at
    from distinct_attributes as attributes
    cross join
        lateral (
            values
            ('name', attributes.product_name),
            ('category', attributes.category),
            ('subcategory', attributes.subcategory)
        ) as named (attribute, value)
    where named.value != ''
    group by attributes.product_key, named.attribute, named.value
),

chosen as (
    select
        product_key,
        attribute,
        (array_agg(value order by line_count desc, last_sold_at desc, value collate "C" desc))[1] as value
    from counted
    group by product_key, attribute
)

select
    attributes.product_key,
    attributes.source_name,
    attributes.product_id,
    coalesce(names.value, nullif(attributes.product_id, ''), 'Unknown') as product_name,
    coalesce(categories.value, 'Unknown') as category,
    coalesce(subcategories.value, 'Unknown') as subcategory
from attributes
left join chosen as names on attributes.product_key = names.product_key and names.attribute = 'name'
left join chosen as categories on attributes.product_key = categories.product_key and categories.attribute = 'category'
left join chosen as subcategories
    on attributes.product_key = subcategories.product_key and subcategories.attribute = 'subcategory'
union all
select
    -1 as product_key,
    'Unknown' as source_name,
    '' as product_id,
    'Unknown' as product_name,
    'Unknown' as category,
    'Unknown' as subcategory
