-- grain: one row per customer to be rebuilt, as of the newest observation, Unknown and Anonymous
with
observed as (
    select
        customer_key,
        max(observed_at) as newest_observed_at,
        min(signup_date) as signup_date
    from staging.customers
    where customer_key in (select customer_key from staging.pending_customers)
    group by customer_key
),

newest as (
    select distinct on (observations.customer_key)
        observations.customer_key,
        files.source_name,
        observations.age,
        observations.gender,
        observations.geography_key,
        observations.channel_key,
        observations.segment,
        observations.status,
        observations.purchase_frequency,
        observed.signup_date
    from observed
    inner join staging.customers as observations
        on
            observed.customer_key = observations.customer_key
            and observed.newest_observed_at = observations.observed_at
    inner join ops.ingested_files as files on observations.file_key = files.file_key
    where observations.customer_key >= 0
    order by
        observations.customer_key,
        row(
            observations.age, observations.gender, observations.geography_key, observations.channel_key,
            observations.segment, observations.status, observations.purchase_frequency,
            observations.is_declared_churned
        )::text collate "C" desc,
        files.source_name collate "C"
)

select
    customer_key,
    source_name,
    age,
    case
        when age between 13 and 17 then '13-17'
        when age between 18 and 24 then '18-24'
        when age between 25 and 34 then '25-34'
        when age between 35 and 44 then '35-44'
        when age between 45 and 54 then '45-54'
        when age between 55 and 64 then '55-64'
        when age >= 65 then '65+'
        else 'Unknown'
    end as age_band,
    coalesce(nullif(gender, ''), 'Unknown') as gender,
    geography_key,
    channel_key,
    coalesce(nullif(segment, ''), 'Unknown') as segment,
    coalesce(nullif(status, ''), 'Unknown') as status,
    coalesce(nullif(purchase_frequency, ''), 'Unknown') as purchase_frequency,
    signup_date - (extract(day from signup_date)::integer - 1) as signup_month
from newest
union all
select
    customer_key,
    source_name,
    null as age,
    'Unknown' as age_band,
    'Unknown' as gender,
    -1 as geography_key,
    -1 as channel_key,
    'Unknown' as segment,
    'Unknown' as status,
    'Unknown' as purchase_frequency,
    null as signup_month
from (
    select customer_key, source_name from inferred_customers
    union all
    select * from (values (-1, 'Unknown'), (-2, 'Anonymous')) as special (customer_key, source_name)
) as unobserved
