-- versions that overlap their successor, leave a gap before it, or repeat what came before
with versions as (
    select
        valid_from,
        valid_to,
        lag(valid_to) over history as former_valid_to
    from dw.dim_customer_history
    window history as (partition by customer_key order by valid_from)
)

select
    date_trunc('month', valid_from)::date as month,
    valid_from < former_valid_to as is_overlapping
from versions
where valid_from <> coalesce(former_valid_to, '-infinity')
