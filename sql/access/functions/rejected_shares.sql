-- The share of each shop's sale lines that were rejected: readers of a mart may know it without the ledger.
create or replace function governance.rejected_shares() returns table (shop text, rejected_share numeric)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
select source_name, round(sum(sales_rejected) / nullif(sum(sales_read), 0), 4)
from ops.ingested_files where delivery_status = 'current' group by source_name
$$;
