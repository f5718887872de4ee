-- grain: one row per staged sale line of a month that is plain: each line is in the fact as it was told
select
    staged.line_key,
    case when staged.has_order_id then staged.order_key else staged.line_key end as order_key,
    staged.sale_date,
    staged.sold_at,
    staged.customer_key,
    staged.product_key,
    staged.geography_key,
    staged.fallback_geography_key,
    staged.line_type,
    coalesce(nullif(staged.order_status, ''), 'Unknown') as order_status,
    staged.quantity,
    staged.unit_price,
    round(coalesce(staged.line_amount, staged.quantity * staged.unit_price), 4) as gross_amount,
    staged.tax_amount,
    staged.currency_code,
    staged.is_cancelled,
    staged.is_returned,
    staged.rating,
    files.source_name,
    round(staged.discount_amount, 4) as whole_discount_amount,
    staged.file_key
from staging.sales as staged
inner join ops.ingested_files as files on staged.file_key = files.file_key
where
    %(is_plain)s::boolean
    and staged.sale_date >= %(month_start)s
    and staged.sale_date < %(month_end)s
