-- grain: one row per attribute, member and second member that known customers have, groups of any size
with persons as (
    select
        age,
        age_band,
        gender,
        country,
        continent,
        segment,
        acquisition_channel,
        status,
        purchase_frequency,
        coalesce(
            is_declared_churned,
            greatest(signup_date, last_seen_date)
            < date_trunc('month', %(as_of)s::timestamp) - make_interval(months => %(inactivity_months)s - 1),
            false
        ) as is_churned
    from known_customers
),

cells as materialized (
    select
        age_band,
        gender,
        country,
        continent,
        segment,
        acquisition_channel,
        status,
        purchase_frequency,
        count(*) as customer_count,
        count(*) filter (where is_churned) as churned_count,
        count(age) as age_count,
        sum(age) as age_sum
    from persons
    group by age_band, gender, country, continent, segment, acquisition_channel, status, purchase_frequency
)

select
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
    coalesce(sum(customer_count - churned_count), 0)::bigint as active_count,
    coalesce(sum(churned_count), 0)::bigint as churned_count,
    coalesce(sum(age_count), 0)::bigint as age_count,
    sum(age_sum) as age_sum
from cells
group by grouping sets (
    (),
    (age_band),
    (gender),
    (continent),
    (country, continent),
    (segment),
    (acquisition_channel),
    (status),
    (purchase_frequency),
    (age_band, gender),
    (continent, gender)
)
