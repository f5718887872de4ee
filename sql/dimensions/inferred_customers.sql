-- grain: one row per queued customer who is mentioned but never observed, plus Unknown and Anonymous
with
unobserved as materialized (
    select pending.customer_key
    from staging.pending_customers as pending
    left join customer_timeline as observations on pending.customer_key = observations.customer_key
    where pending.customer_key >= 0 and observations.customer_key is null
),

recent_mentions as materialized (
    select
        lines.customer_key,
        min(files.source_name collate "C") as source_name
    from staging.pending_months as months,
        lateral (
            select distinct
                sales.customer_key,
                sales.file_key
            from staging.sales as sales
            where
                sales.sale_date >= months.month
                and sales.sale_date < (months.month + interval '1 month')::date
                and sales.customer_key in (select unobserved.customer_key from unobserved)
        ) as lines
    inner join ops.ingested_files as files on lines.file_key = files.file_key
    where (select count(*) from unobserved) > 0
    group by lines.customer_key
),

-- reads all lines only for customers whose previous source may have changed, so that adding a month stays cheap
doubtful as materialized (
    select unobserved.customer_key
    from unobserved
    left join recent_mentions as recent on unobserved.customer_key = recent.customer_key
    left join dw.dim_customer as members on unobserved.customer_key = members.customer_key
    where
        recent.customer_key is null
        or recent.source_name > members.source_name collate "C"
        or members.age_band != 'Unknown'
        or members.gender != 'Unknown'
        or members.geography_key != -1
        or members.channel_key != -1
        or members.segment != 'Unknown'
        or members.status != 'Unknown'
        or members.purchase_frequency != 'Unknown'
        or members.signup_month is not null
),

mentions as (
    select
        customer_key,
        source_name
    from recent_mentions
    union all
    select
        doubtful.customer_key,
        files.source_name
    from doubtful
    inner join staging.sales as sales on doubtful.customer_key = sales.customer_key
    inner join ops.ingested_files as files on sales.file_key = files.file_key
    union all
    select
        unobserved.customer_key,
        files.source_name
    from unobserved
    inner join staging.reviews as reviews on unobserved.customer_key = reviews.customer_key
    inner join ops.ingested_files as files on reviews.file_key = files.file_key
)

select
    customer_key,
    min(source_name collate "C") as source_name
from mentions
group by customer_key
union all
select
    -1 as customer_key,
    'Unknown' as source_name
union all
select
    -2 as customer_key,
    'Anonymous' as source_name
