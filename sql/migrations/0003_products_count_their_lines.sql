-- The name of most lines names a product: lines are counted where a delivery gives the product one name.
alter table staging.products
add column newest_line_count bigint,
add constraint products_newest_line_count_minimum check (newest_line_count >= 0);

with months as (
    select
        file_key,
        product_key,
        date_trunc('month', sold_at at time zone 'UTC') as month,
        count(*) as line_count
    from staging.sales
    group by file_key, product_key, month
),

newest as (
    select distinct on (file_key, product_key)
        file_key,
        product_key,
        line_count
    from months
    order by file_key, product_key, month desc
),

single as (
    select
        file_key,
        product_key
    from staging.products
    group by file_key, product_key
    having count(*) = 1
)

update staging.products as products
set newest_line_count = newest.line_count
from newest
inner join single on newest.file_key = single.file_key and newest.product_key = single.product_key
where products.file_key = newest.file_key and products.product_key = newest.product_key;
