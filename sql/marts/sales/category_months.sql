-- grain: rows to add up per month, shop, currency and category member, each with the month before it, if any
with steps as (
    select
        *,
        lag(month) over (
            partition by order_key, category, subcategory, source_name, currency_code order by month
        ) as earlier_month
    from (
        -- one row per month and shop, whose own count has the order once
        select distinct
            orders.month,
            orders.shop,
            orders.source_name,
            orders.currency_code,
            members.category,
            members.subcategory,
            orders.order_key
        from product_orders as orders
        inner join category_members as members on orders.product_key = members.product_key
    ) as orders
)

select
    sums.month,
    null::date as earlier_month,
    sums.source_name,
    sums.currency_code,
    members.category,
    members.subcategory,
    sums.is_product,
    sum(sums.line_count) as line_count,
    sum(sums.units_sold) as units_sold,
    sum(sums.net_revenue_amount) as net_revenue_amount,
    0 as order_count
from product_sums as sums
inner join category_members as members on sums.product_key = members.product_key
group by sums.month, sums.source_name, sums.currency_code, members.category, members.subcategory, sums.is_product
union all
select
    orders.month,
    null::date as earlier_month,
    sellers.member as source_name,
    orders.currency_code,
    orders.category,
    orders.subcategory,
    true as is_product,
    0 as line_count,
    0 as units_sold,
    0 as net_revenue_amount,
    orders.order_count
from category_orders as orders
inner join sellers
    on
        orders.source_name = sellers.source_name
        and orders.currency_code = sellers.currency_code
        and orders.month <= sellers.as_of_date
union all
select
    month,
    earlier_month,
    source_name,
    currency_code,
    category,
    subcategory,
    true as is_product,
    0 as line_count,
    0 as units_sold,
    0 as net_revenue_amount,
    -- what the months count once too often
    -count(*) as order_count
from steps
where earlier_month is not null
group by month, earlier_month, source_name, currency_code, category, subcategory
