-- grain: one row per staged sale line of the orders with a line in the month, with its outcome
with
shared_keys as (
    select line_key from line_candidates
    where not is_outdated
    group by line_key
    having count(*) > 1
),

contested as (
    select
        lines.*,
        row(
            lines.product_key, lines.geography_key, lines.fallback_geography_key, extract(epoch from lines.sold_at),
            lines.sale_date - date '2000-01-01', lines.line_type, lines.order_status, lines.is_cancelled,
            lines.quantity, lines.unit_price, lines.line_amount, lines.discount_amount, lines.order_discount_amount,
            lines.tax_amount, lines.currency_code, lines.rating, extract(epoch from lines.updated_at)
        )::text collate "C" as content,
        ('x' || left(md5(row(
            lines.product_key, extract(epoch from lines.sold_at), lines.line_type, lines.quantity, lines.unit_price,
            lines.line_amount, lines.discount_amount, lines.order_discount_amount, lines.tax_amount,
            lines.currency_code
        )::text), 16))::bit(64)::bigint as content_hash,
        -- numbers within names compare by their value: export_10 is later than export_9
        regexp_replace(
            regexp_replace(lines.file_name, '(\d+)', repeat('0', 20) || '\1', 'g'), '0*(\d{20})(?!\d)', '\1', 'g'
        ) collate "C" as name_order,
        coalesce(lines.updated_at, '-infinity') as version_at,
        max(coalesce(lines.updated_at, '-infinity')) over (partition by lines.line_key, lines.file_key)
            as newest_in_file_at,
        max(coalesce(lines.updated_at, '-infinity')) over (partition by lines.line_key) as newest_at
    from line_candidates as lines
    where not lines.is_outdated and lines.line_key in (select line_key from shared_keys)
),

-- a number shared by several lines of one delivery is ignored; each line is identified by its content
repeated_numbers as (
    select line_key
    from (select line_key, file_key from contested where has_line_number and version_at = newest_in_file_at) as newest
    group by line_key
    having count(*) > count(distinct file_key)
),

identified as (
    select
        contested.*,
        case when repeated.line_key is null then 0 else contested.content_hash end as identity,
        repeated.line_key is not null as is_known_by_content,
        repeated.line_key is not null and contested.version_at < contested.newest_at as is_older_version
    from contested
    left join repeated_numbers as repeated on contested.line_key = repeated.line_key
),

numbered as (
    select
        identified.*,
        case
            when has_line_number and not is_known_by_content then 1
            else row_number() over (
                partition by line_key, identity, is_older_version, file_key order by content, source_line
            )
        end as occurrence
    from identified
),

versions as (
    select
        lines.file_key, lines.source_line, lines.sale_date, lines.sold_at, lines.order_key, lines.line_key,
        lines.has_order_id, lines.has_line_number, lines.customer_key, lines.product_key, lines.geography_key,
        lines.fallback_geography_key, lines.line_type, lines.order_status, lines.is_cancelled, lines.is_returned,
        lines.quantity, lines.unit_price, lines.line_amount, lines.discount_amount, lines.order_discount_amount,
        lines.tax_amount, lines.currency_code, lines.rating, lines.updated_at, lines.source_name, lines.declared_on,
        lines.is_outdated, 0 as identity, false as is_known_by_content,
        1 as occurrence,
        case when lines.is_outdated then 2 else 1 end as version_rank,
        false as is_repeated
    from line_candidates as lines
    left join shared_keys on lines.line_key = shared_keys.line_key
    where lines.is_outdated or shared_keys.line_key is null
    union all
    select
        file_key, source_line, sale_date, sold_at, order_key, line_key, has_order_id, has_line_number, customer_key,
        product_key, geography_key, fallback_geography_key, line_type, order_status, is_cancelled, is_returned,
        quantity, unit_price, line_amount, discount_amount, order_discount_amount, tax_amount, currency_code, rating,
        updated_at, source_name, declared_on, is_outdated, identity, is_known_by_content, occurrence,
        row_number() over newest_first + case when is_older_version then 1 else 0 end as version_rank,
        content = first_value(content) over newest_first and not is_older_version as is_repeated
    from numbered
    window newest_first as (
        partition by line_key, identity, is_older_version, occurrence
        order by
            updated_at desc nulls last, declared_on desc nulls last, name_order desc, content desc,
            source_name collate "C", file_key, source_line
    )
),

keyed as (
    select
        versions.*,
        case
            when occurrence = 1 and not is_known_by_content then line_key
            else ('x' || encode(
                sha256(int8send(line_key) || int8send(identity) || int4send(occurrence::integer)), 'hex'
            ))::bit(63)::bigint
        end as sale_key
    from versions
)

select
    sale_key as line_key,
    case when has_order_id then order_key else sale_key end as order_key,
    sale_date, sold_at,
    customer_key, product_key, geography_key, fallback_geography_key, line_type,
    coalesce(nullif(order_status, ''), 'Unknown') as order_status,
    quantity, unit_price,
    round(coalesce(line_amount, quantity * unit_price), 4) as gross_amount,
    discount_amount, order_discount_amount, tax_amount, currency_code, is_cancelled, is_returned, rating, source_name,
    file_key, version_rank = 1 as is_fact, is_repeated, has_order_id, has_line_number
from keyed
