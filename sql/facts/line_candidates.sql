-- grain: one row per staged sale line of the orders with a line in the month, from all current deliveries
with
month_lines as materialized (
    select *
    from staging.sales
    where not %(is_plain)s::boolean and sale_date >= %(month_start)s and sale_date < %(month_end)s
),

candidates as (
    select * from month_lines
    union all
    -- includes other months: a newer version there replaces the line, and discounts are spread over all lines
    select *
    from staging.sales
    where
        has_order_id
        and order_key in (select order_key from month_lines where has_order_id)
        and (sale_date < %(month_start)s or sale_date >= %(month_end)s)
        and sale_date >= %(orders_start)s and sale_date < %(orders_end)s
),

order_versions as (
    select
        order_key,
        file_key,
        coalesce(max(updated_at), '-infinity') as order_updated_at,
        max(max(updated_at)) over (partition by order_key) as newest_updated_at
    from candidates
    where has_order_id and not has_line_number
    group by order_key, file_key
)

select
    candidates.file_key,
    candidates.source_line,
    candidates.sale_date,
    candidates.sold_at,
    candidates.order_key,
    candidates.line_key,
    candidates.has_order_id,
    candidates.has_line_number,
    candidates.customer_key,
    candidates.product_key,
    candidates.geography_key,
    candidates.fallback_geography_key,
    candidates.line_type,
    candidates.order_status,
    candidates.is_cancelled,
    candidates.is_returned,
    candidates.quantity,
    candidates.unit_price,
    candidates.line_amount,
    candidates.discount_amount,
    candidates.order_discount_amount,
    candidates.tax_amount,
    candidates.currency_code,
    candidates.rating,
    candidates.updated_at,
    files.source_name,
    files.file_name,
    case when files.is_exported_on_declared then files.exported_on end as declared_on,
    older.order_key is not null and not candidates.has_line_number as is_outdated
from candidates
inner join ops.ingested_files as files on candidates.file_key = files.file_key
left join order_versions as older
    on
        candidates.order_key = older.order_key
        and candidates.file_key = older.file_key
        and older.order_updated_at < older.newest_updated_at
