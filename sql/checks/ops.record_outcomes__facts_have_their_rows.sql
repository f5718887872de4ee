-- facts whose number of rows differs from the number of records recorded as loaded into them
with
said as (
    select
        case record_kind when 'sales' then 'dw.fct_sales' else 'dw.fct_reviews' end as table_name,
        coalesce(to_char(month, 'YYYY-MM'), 'all') as partition_name,
        sum(fact_count + returned_count) as row_count
    from ops.record_outcomes
    group by table_name, partition_name
)

select
    builds.table_name,
    builds.partition_name,
    builds.row_count,
    coalesce(said.row_count, 0) as said_count
from ops.table_builds as builds
left join said on builds.table_name = said.table_name and builds.partition_name = said.partition_name
left join staging.pending_months as waiting on builds.partition_name = to_char(waiting.month, 'YYYY-MM')
where
    builds.table_name in ('dw.fct_sales', 'dw.fct_reviews')
    and waiting.month is null
    and builds.row_count <> coalesce(said.row_count, 0)
