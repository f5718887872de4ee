-- grain: rows to add up per month, shop, currency and category member, each with the month before it, if any
with members as materialized (
    select
        products.product_key,
        products.category,
        members.subcategory
    from dw.dim_product as products
    cross join
        lateral (
            values
            ('All'),
            (case products.subcategory when 'All' then 'All (subcategory)' else products.subcategory end)
        ) as members (subcategory)
),

steps as (
    select
        events.month,
        events.source_name,
        events.currency_code,
        members.category,
        members.subcategory,
        events.actor_key,
        events.is_order,
        events.rating_count,
        events.rating_sum,
        lag(events.month) over (
            partition by
                events.actor_key,
                members.category,
                members.subcategory,
                events.is_order,
                events.source_name,
                events.currency_code
            order by events.month
        ) as earlier_month
    from product_events as events
    inner join members on events.product_key = members.product_key
)

select
    sums.month,
    null::date as earlier_month,
    sums.source_name,
    sums.currency_code,
    members.category,
    members.subcategory,
    sums.is_product,
    sums.line_count,
    sums.units_sold,
    sums.net_revenue_amount,
    sums.order_count,
    sums.person_count,
    sums.rating_count,
    sums.rating_sum
from product_sums as sums
inner join members on sums.product_key = members.product_key
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
    count(*) filter (where is_order) as order_count,
    count(*) filter (where not is_order and actor_key >= 0) as person_count,
    sum(rating_count) as rating_count,
    sum(rating_sum) as rating_sum
from steps
group by month, earlier_month, source_name, currency_code, category, subcategory
