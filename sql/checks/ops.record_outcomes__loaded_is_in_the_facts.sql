-- current deliveries with loaded sales or reviews that are neither in a fact, nor superseded, nor repeated elsewhere
with
outcomes as (
    select
        file_key,
        sum(fact_count + superseded_count + repeated_count) filter (where record_kind = 'sales') as sales,
        sum(fact_count + superseded_count + repeated_count) filter (where record_kind = 'reviews') as reviews
    from ops.record_outcomes
    group by file_key
),

waiting as (
    select count(*) as month_count from staging.pending_months
)

select
    files.source_name,
    files.file_name,
    files.sales_loaded,
    coalesce(outcomes.sales, 0) as sales_found,
    files.reviews_loaded,
    coalesce(outcomes.reviews, 0) as reviews_found
from ops.ingested_files as files
cross join waiting
left join outcomes on files.file_key = outcomes.file_key
where
    files.delivery_status = 'current'
    and (
        -- a pending month has no outcomes of the newest deliveries yet
        (waiting.month_count = 0 and files.sales_loaded <> coalesce(outcomes.sales, 0))
        -- reviews that arrived after the fact was built have no outcome yet
        or files.reviews_loaded <> coalesce(outcomes.reviews, files.reviews_loaded)
    )
