-- grain: one row per customer to be rebuilt and version (type 2), Unknown and Anonymous
with
observations as (
    select
        *,
        count(*) over (partition by customer_key, observed_at) as observation_count
    from staging.customers
    where customer_key >= 0 and customer_key in (select customer_key from staging.pending_customers)
),

decisive as (
    select distinct on (customer_key, observed_at)
        customer_key,
        observed_at,
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
        coalesce(nullif(purchase_frequency, ''), 'Unknown') as purchase_frequency
    from observations
    order by
        customer_key,
        observed_at,
        case
            when observation_count > 1
                then row(
                    age, gender, geography_key, channel_key, segment, status, purchase_frequency, is_declared_churned
                )::text collate "C"
        end desc
),

compared as (
    select
        *,
        row_number() over timeline = 1 as is_first,
        row(age_band, gender, geography_key, channel_key, segment, status, purchase_frequency)
        is distinct from lag(row(age_band, gender, geography_key, channel_key, segment, status, purchase_frequency))
            over timeline as is_new_version
    from decisive
    window timeline as (partition by customer_key order by observed_at)
),

versions as (
    select
        *,
        case when is_first then '-infinity' else observed_at end as valid_from,
        lead(observed_at, 1, 'infinity') over (partition by customer_key order by observed_at) as valid_to
    from compared
    where is_new_version
)

select
    customer_key,
    valid_from,
    valid_to,
    valid_to = 'infinity' as is_current,
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
from (
    select customer_key from inferred_customers
    union all
    select * from (values (-1), (-2)) as special (customer_key)
) as unobserved
