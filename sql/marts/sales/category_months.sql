-- grain: rows to add up per month, shop, currency and category member, each with the month before it, if any
with events as (
    select
        events.month,
        events.source_name,
        events.currency_code,
        members.category,
        members.subcategory,
        events.actor_key,
        events.is_order,
        events.rating_count,
        events.rating_sum
    from product_events as events
    inner join category_members as members on events.product_key = members.product_key
    where not events.is_order
    union all
    select
        orders.month,
        orders.source_name,
        orders.currency_code,
        orders.category,
        orders.subcategory,
        orders.order_key as actor_key,
        true as is_order,
        0 as rating_count,
        0 as rating_sum
    from (
        -- one row per month and shop, whose own count has the order once
        select distinct
            spanning.month,
            spanning.source_name as shop,
            sellers.member as source_name,
            spanning.currency_code,
            members.category,
            members.subcategory,
            spanning.order_key
        from spanning_orders as spanning
        inner join category_members as members on spanning.product_key = members.product_key
        inner join sellers
            on
                spanning.source_name = sellers.source_name
                and spanning.currency_code = sellers.currency_code
                and spanning.month <= sellers.as_of_date
        where spanning.is_sold and spanning.is_product
    ) as orders
),

steps as (
    select
        *,
        lag(month) over (
            partition by actor_key, category, subcategory, is_order, source_name, currency_code
            order by month
        ) as earlier_month
    from events
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
    0 as order_count,
    sum(sums.person_count) as person_count,
    sum(sums.rating_count) as rating_count,
    sum(sums.rating_sum) as rating_sum
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
    orders.order_count,
    0 as person_count,
    0 as rating_count,
    0 as rating_sum
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
    -count(*) filter (where is_order and earlier_month is not null) as order_count,
    count(*) filter (where not is_order and actor_key >= 0) as person_count,
    sum(rating_count) as rating_count,
    sum(rating_sum) as rating_sum
from steps
group by month, earlier_month, source_name, currency_code, category, subcategory
