-- grain: rows to add up per month, shop, currency and product, each with the month before it, if any
with steps as (
    select
        *,
        lag(month) over (partition by order_key, product_key, source_name, currency_code order by month)
            as earlier_month
    from product_orders
)

select
    month,
    null::date as earlier_month,
    source_name,
    currency_code,
    product_key,
    is_product,
    line_count,
    units_sold,
    net_revenue_amount,
    returned_amount,
    order_count
from product_sums
union all
select
    month,
    earlier_month,
    source_name,
    currency_code,
    product_key,
    true as is_product,
    0 as line_count,
    0 as units_sold,
    0 as net_revenue_amount,
    0 as returned_amount,
    -- what the months count once too often
    -count(*) as order_count
from steps
where earlier_month is not null
group by month, earlier_month, source_name, currency_code, product_key
