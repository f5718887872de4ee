-- grain: one row per staged review of a current delivery, with its outcome
with
staged as (
    select
        reviews.file_key,
        reviews.source_line,
        reviews.review_key,
        reviews.product_key,
        reviews.customer_key,
        reviews.reviewed_date,
        reviews.reviewed_at,
        reviews.rating,
        reviews.has_review_id,
        files.source_name,
        -- numbers within names compare by their value: export_10 is later than export_9
        regexp_replace(
            regexp_replace(files.file_name, '(\d+)', repeat('0', 20) || '\1', 'g'), '0*(\d{20})(?!\d)', '\1', 'g'
        ) collate "C" as name_order,
        case when files.is_exported_on_declared then files.exported_on end as declared_on,
        row(
            reviews.product_key, extract(epoch from reviews.reviewed_at), reviews.rating
        )::text collate "C" as content
    from staging.reviews as reviews
    inner join ops.ingested_files as files on reviews.file_key = files.file_key
),

-- an id shared by several reviews of one delivery is ignored; each review is identified by its content
repeated_ids as (
    select review_key from staged
    where has_review_id
    group by review_key
    having count(*) > count(distinct file_key)
),

identified as (
    select
        staged.*,
        case
            when repeated_ids.review_key is null then 0
            else ('x' || left(md5(staged.content), 16))::bit(64)::bigint
        end as identity,
        repeated_ids.review_key is not null as is_known_by_content
    from staged
    left join repeated_ids on staged.review_key = repeated_ids.review_key
),

numbered as (
    select
        identified.*,
        row_number() over (partition by review_key, identity, file_key order by content, source_line) as occurrence
    from identified
)

select
    case
        when occurrence = 1 and not is_known_by_content then review_key
        else ('x' || encode(
            sha256(int8send(review_key) || int8send(identity) || int4send(occurrence::integer)), 'hex'
        ))::bit(63)::bigint
    end as review_key,
    product_key,
    customer_key,
    reviewed_date,
    reviewed_at,
    rating,
    source_name,
    file_key,
    row_number() over newest_first = 1 as is_fact,
    content = first_value(content) over newest_first as is_repeated
from numbered
window newest_first as (
    partition by review_key, identity, occurrence
    order by
        declared_on desc nulls last, reviewed_at desc nulls last, name_order desc, content desc,
        source_name collate "C", file_key, source_line
)
