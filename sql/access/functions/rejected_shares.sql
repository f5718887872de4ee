-- Shop -> the share of its sale lines that were rejected: readers of a mart may know it without the ledger.
create or replace function governance.rejected_shares() returns jsonb
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
select coalesce(jsonb_object_agg(source_name, rejected_share), '{}')
from (
    select source_name, round(sum(sales_rejected) / sum(sales_read), 4) as rejected_share
    from ops.ingested_files
    where delivery_status = 'current'
    group by source_name
    having sum(sales_read) > 0
) as shares
$$;
