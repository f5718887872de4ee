-- grain: one row per queued customer and observation that starts a version or is the newest
with
observations as (
    select
        customer_key,
        observed_at,
        file_key,
        age,
        birth_month,
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
        is_declared_churned,
        count(*) over moments as observation_count,
        min(signup_date) over moments as signup_date
    from staging.customers
    where customer_key >= 0 and customer_key in (select customer_key from staging.pending_customers)
    window moments as (partition by customer_key, observed_at)
),

decisive as (
    select distinct on (observations.customer_key, observations.observed_at)
        observations.*,
        files.source_name
    from observations
    inner join ops.ingested_files as files on observations.file_key = files.file_key
    order by
        observations.customer_key,
        observations.observed_at,
        -- among several of one time the greater content applies; its text is computed only if there are several
        case
            when observations.observation_count > 1
                then
                    row(
                        observations.age, observations.gender, observations.geography_key, observations.channel_key,
                        observations.segment, observations.status, observations.purchase_frequency,
                        observations.is_declared_churned, observations.birth_month
                    )::text collate "C"
        end desc,
        files.source_name collate "C"
),

compared as (
    select
        *,
        row_number() over timeline = 1 as is_first,
        lead(observed_at) over timeline is null as is_newest,
        min(signup_date) over timeline as earliest_signup_date,
        row(age_band, gender, geography_key, channel_key, segment, status, purchase_frequency) as attributes,
        lag(row(age_band, gender, geography_key, channel_key, segment, status, purchase_frequency))
            over timeline as former_attributes
    from decisive
    window timeline as (partition by customer_key order by observed_at)
)

select
    customer_key,
    observed_at,
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
    earliest_signup_date,
    is_first,
    (attributes = former_attributes) is not true as is_new_version,
    is_newest
from compared
where is_newest or (attributes = former_attributes) is not true
