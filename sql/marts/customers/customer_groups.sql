-- grain: one row per shop, attribute, member and second member that known customers have, groups of any size
with cells as materialized (
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
    from known_customers
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
