-- grain: one row per row of a numbered order that several months or shops have
-- of other orders each month's own count is enough
select
    month,
    source_name,
    currency_code,
    country,
    product_key,
    is_product,
    order_key,
    sold_order_count > 0 as is_sold,
    void_order_count > 0 as is_cancelled
from dw.agg_order_month
where
    month <= %(as_of)s
    and order_key in (
        select numbered.order_key
        from dw.agg_order_month as numbered
        where numbered.month <= %(as_of)s and numbered.order_key >= 0
        group by numbered.order_key
        having min(numbered.month) < max(numbered.month) or min(numbered.source_name) < max(numbered.source_name)
    )
