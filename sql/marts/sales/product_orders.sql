-- grain: one row per spanning order, product, month and shop whose own count has it once; each shop is in all shops too
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
