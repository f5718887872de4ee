-- grain: one row per product (type 1: the newest known attributes), and Unknown
with
-- most deliveries repeat what is known, so that little is left to be put in order
distinct_attributes as (
    select
        product_key,
        source_name,
        product_id,
        product_name,
        category,
        subcategory,
        max(last_sold_at) as last_sold_at
    from staging.products
    where product_key >= 0
    group by product_key, source_name, product_id, product_name, category, subcategory
),

attributes as (
    select
        product_key,
        max(source_name collate "C") as source_name,
        max(product_id collate "C") as product_id,
        array_agg(product_name order by last_sold_at desc, product_name collate "C" desc)
        filter (where product_name != '') as product_names,
        array_agg(category order by last_sold_at desc, category collate "C" desc)
        filter (where category != '') as categories,
        array_agg(subcategory order by last_sold_at desc, subcategory collate "C" desc)
        filter (where subcategory != '') as subcategories
    from distinct_attributes
    group by product_key
)

select
    product_key,
    source_name,
    product_id,
    coalesce(product_names[1], 'Unknown') as product_name,
    coalesce(categories[1], 'Unknown') as category,
    coalesce(subcategories[1], 'Unknown') as subcategory
from attributes
union all
select
    -1 as product_key,
    'Unknown' as source_name,
    '' as product_id,
    'Unknown' as product_name,
    'Unknown' as category,
    'Unknown' as subcategory
