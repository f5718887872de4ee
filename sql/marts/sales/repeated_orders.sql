-- grain: one row per numbered order with several rows (products, countries, months); others need no distinct count
select order_key
from (
    -- sorting a million integers is faster than hashing them; the offset makes the planner sort
    select order_key
    from dw.agg_order_month
    where month <= %(as_of)s and order_key >= 0
    order by order_key
    offset 0
) as sorted_keys
group by order_key
having count(*) > 1
