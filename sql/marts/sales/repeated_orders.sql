-- grain: one row per order with several rows (products, countries, months); the others need no distinct count
select order_key
from (
    -- to sort a million integers takes less than to hash them, whatever the planner thinks: offset keeps the order
    select order_key
    from dw.agg_order_month
    where month <= %(as_of)s
    order by order_key
    offset 0
) as sorted_keys
group by order_key
having count(*) > 1
