-- current deliveries with rejected records that are missing in staging.rejected_records
with kept as (
    select
        file_key,
        count(*) filter (where record_kind = 'sales') as sales,
        count(*) filter (where record_kind = 'customers') as customers,
        count(*) filter (where record_kind = 'reviews') as reviews
    from staging.rejected_records
    group by file_key
)

select
    files.source_name,
    files.file_name,
    files.sales_rejected,
    coalesce(kept.sales, 0) as sales_kept,
    files.customers_rejected,
    coalesce(kept.customers, 0) as customers_kept
from ops.ingested_files as files
left join kept on files.file_key = kept.file_key
where
    files.delivery_status = 'current'
    and (
        files.sales_rejected <> coalesce(kept.sales, 0)
        or files.customers_rejected <> coalesce(kept.customers, 0)
        or files.reviews_rejected <> coalesce(kept.reviews, 0)
    )
