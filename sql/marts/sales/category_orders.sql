-- grain: rows to add up per month, shop, currency and category member: orders, each of which counts once in each
-- hashed before they are counted: count(distinct) would sort them by all these columns; read by one SELECT alone, so
-- that a cluster counts orders where they are
select
    month,
    source_name,
    currency_code,
    category,
    subcategory,
    count(*) as order_count
from (
    select distinct
        orders.month,
        orders.source_name,
        orders.currency_code,
        members.category,
        members.subcategory,
        orders.order_key
    from dw.agg_order_month as orders
    inner join category_members as members on orders.product_key = members.product_key
    where
        orders.month <= %(as_of)s
        and orders.order_key >= 0
        and orders.is_product
        and orders.sold_order_count > 0
) as in_members
group by month, source_name, currency_code, category, subcategory
union all
-- orders of one line
select
    orders.month,
    orders.source_name,
    orders.currency_code,
    members.category,
    members.subcategory,
    sum(orders.sold_order_count) as order_count
from dw.agg_order_month as orders
inner join category_members as members on orders.product_key = members.product_key
where orders.month <= %(as_of)s and orders.order_key = -1 and orders.is_product
group by orders.month, orders.source_name, orders.currency_code, members.category, members.subcategory
