-- grain: one row per queued customer, as of the newest observation, plus Unknown and Anonymous
select
    customer_key,
    source_name,
    age,
    birth_month,
    age_band,
    gender,
    geography_key,
    channel_key,
    segment,
    status,
    purchase_frequency,
    date_trunc('month', earliest_signup_date::timestamp)::date as signup_month
from customer_timeline
where is_newest
union all
select
    customer_key,
    source_name,
    null as age,
    null as birth_month,
    'Unknown' as age_band,
    'Unknown' as gender,
    -1 as geography_key,
    -1 as channel_key,
    'Unknown' as segment,
    'Unknown' as status,
    'Unknown' as purchase_frequency,
    null as signup_month
from inferred_customers
