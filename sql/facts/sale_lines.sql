-- grain: one row per sale line of the orders with a line in the month, resolved over all current deliveries
with
month_lines as materialized (
    select *
    from staging.sales
    where sale_date >= %(month_start)s and sale_date < %(month_end)s
),

candidates as (
    select * from month_lines
    union all
    -- other months count too: a newer version there takes the line away, and discounts are spread over all
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
),

kept as (
    select
        candidates.*,
        files.source_name,
        case when files.is_exported_on_declared then files.exported_on end as declared_on
    from candidates
    inner join ops.ingested_files as files on candidates.file_key = files.file_key
    left join order_versions as older
        on
            candidates.order_key = older.order_key
            and candidates.file_key = older.file_key
            and older.order_updated_at < older.newest_updated_at
    where older.order_key is null or candidates.has_line_number
),

repeated as (
    select line_key from kept
    group by line_key
    having count(*) > 1
),

contested as (
    select
        kept.*,
        row(
            kept.product_key, kept.geography_key, extract(epoch from kept.sold_at),
            kept.sale_date - date '2000-01-01', kept.line_type, kept.order_status, kept.is_cancelled, kept.quantity,
            kept.unit_price, kept.line_amount, kept.discount_amount, kept.order_discount_amount, kept.tax_amount,
            kept.currency_code, kept.rating, extract(epoch from kept.updated_at)
        )::text collate "C" as content
    from kept
    where kept.line_key in (select line_key from repeated)
),

numbered as (
    select
        contested.*,
        case
            when contested.has_line_number then 1
            else row_number() over (
                partition by contested.line_key, contested.file_key order by contested.content, contested.source_line
            )
        end as occurrence
    from contested
),

versions as (
    select kept.*, null as content, 1 as occurrence, 1 as version_rank
    from kept
    left join repeated on kept.line_key = repeated.line_key
    where repeated.line_key is null
    union all
    select
        numbered.*,
        row_number() over (
            partition by line_key, occurrence
            order by
                updated_at desc nulls last, declared_on desc nulls last, content desc, source_name collate "C",
                file_key, source_line
        ) as version_rank
    from numbered
),

lines as (
    select
        versions.*,
        case
            when occurrence = 1 then line_key
            else ('x' || encode(sha256(int8send(line_key) || int4send(occurrence::integer)), 'hex'))::bit(63)::bigint
        end as sale_key
    from versions
    where version_rank = 1
)

select
    sale_key as line_key,
    case when has_order_id then order_key else sale_key end as order_key,
    sale_date, sold_at,
    customer_key, product_key, geography_key, line_type,
    coalesce(nullif(order_status, ''), 'Unknown') as order_status,
    quantity, unit_price,
    round(coalesce(line_amount, quantity * unit_price), 4) as gross_amount,
    discount_amount, order_discount_amount, tax_amount, currency_code, is_cancelled, rating, source_name
from lines
