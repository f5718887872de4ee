-- grain: one row per queued customer and version (type 2), plus Unknown and Anonymous
with
versions as (
    select
        *,
        case when is_first then '-infinity' else observed_at end as valid_from,
        lead(observed_at) over (partition by customer_key order by observed_at) as next_observed_at
    from customer_timeline
    where is_new_version
)

select
    customer_key,
    valid_from,
    coalesce(next_observed_at, 'infinity') as valid_to,
    next_observed_at is null as is_current,
    age_band,
    gender,
    geography_key,
    channel_key,
    segment,
    status,
    purchase_frequency
from versions
union all
select
    customer_key,
    '-infinity' as valid_from,
    'infinity' as valid_to,
    true as is_current,
    'Unknown' as age_band,
    'Unknown' as gender,
    -1 as geography_key,
    -1 as channel_key,
    'Unknown' as segment,
    'Unknown' as status,
    'Unknown' as purchase_frequency
from inferred_customers
