-- grain: one row per shop, attribute, member and second member that known customers have, groups of any size
with persons as (
    select
        source_name,
        age,
        age_band,
        gender,
        country,
        continent,
        segment,
        acquisition_channel,
        status,
        purchase_frequency,
        case
            when is_declared_churned then 'churned'
            when not is_declared_churned then 'active'
            -- the customer has no known activity
            when greatest(signup_date, last_seen_date) is null then 'never active'
            when
                greatest(signup_date, last_seen_date)
                < date_trunc('month', as_of_date::timestamp) - make_interval(months => %(inactivity_months)s - 1)
                then 'churned'
            else 'active'
        end as activity
    from known_customers
),

cells as materialized (
    select
        source_name,
        age_band,
        gender,
        country,
        continent,
        segment,
        acquisition_channel,
        status,
        purchase_frequency,
        count(*) as customer_count,
        count(*) filter (where activity = 'active') as active_count,
        count(*) filter (where activity = 'churned') as churned_count,
        count(*) filter (where activity = 'never active') as never_active_count,
        count(age) as age_count,
        sum(age) as age_sum
    from persons
    group by
        source_name, age_band, gender, country, continent, segment, acquisition_channel, status, purchase_frequency
)

select
    source_name,
    case
        when country is not null then 'country'
        when age_band is not null and gender is not null then 'age_band×gender'
        when continent is not null and gender is not null then 'continent×gender'
        when age_band is not null then 'age_band'
        when gender is not null then 'gender'
        when continent is not null then 'continent'
        when segment is not null then 'segment'
        when acquisition_channel is not null then 'channel'
        when status is not null then 'status'
        when purchase_frequency is not null then 'purchase_frequency'
        else 'All'
    end as attribute,
    coalesce(
        country, age_band, continent, gender, segment, acquisition_channel, status, purchase_frequency, 'All'
    ) as member,
    case
        when country is not null then continent
        when age_band is not null or continent is not null then coalesce(gender, '')
        else ''
    end as second_member,
    coalesce(sum(customer_count), 0)::bigint as customer_count,
    coalesce(sum(active_count), 0)::bigint as active_count,
    coalesce(sum(churned_count), 0)::bigint as churned_count,
    coalesce(sum(never_active_count), 0)::bigint as never_active_count,
    coalesce(sum(age_count), 0)::bigint as age_count,
    sum(age_sum) as age_sum
from cells
group by grouping sets (
    (source_name),
    (source_name, age_band),
    (source_name, gender),
    (source_name, continent),
    (source_name, country, continent),
    (source_name, segment),
    (source_name, acquisition_channel),
    (source_name, status),
    (source_name, purchase_frequency),
    (source_name, age_band, gender),
    (source_name, continent, gender)
)
