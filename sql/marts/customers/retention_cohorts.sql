-- grain: one row per shop, basis, cohort month and months since, the full rectangle up to the as-of month
with sizes as (
    select
        activity.source_name,
        bases.basis,
        activity.cohort_month,
        sum(activity.people) as people
    from cohort_activity as activity
    inner join (
        values ('last_seen', 'last_seen'), ('last_seen', 'purchase'), ('repeat_purchase', 'repeat_purchase')
    ) as bases (counted, basis) on activity.basis = bases.counted
    where activity.basis = 'last_seen' or activity.month = activity.cohort_month
    group by activity.source_name, bases.basis, activity.cohort_month
),

spans as (
    select
        sizes.source_name,
        sizes.basis,
        shops.as_of_date,
        min(sizes.cohort_month)::timestamp as first_month,
        age(date_trunc('month', shops.as_of_date::timestamp), min(sizes.cohort_month)::timestamp) as length
    from sizes
    inner join shops on sizes.source_name = shops.source_name
    group by sizes.source_name, sizes.basis, shops.as_of_date
),

cohorts as (
    select
        spans.source_name,
        spans.as_of_date,
        spans.basis,
        calendar.month_start::date as cohort_month,
        steps.months_since,
        sizes.people as cohort_size,
        (calendar.month_start + make_interval(months => steps.months_since))::date as month
    from spans
    cross join
        lateral generate_series(spans.first_month, spans.as_of_date::timestamp, interval '1 month')
            as calendar (month_start)
    cross join
        lateral generate_series(
            0, (12 * extract(year from spans.length) + extract(month from spans.length))::int
        ) as steps (months_since)
    left join sizes
        on
            spans.source_name = sizes.source_name
            and spans.basis = sizes.basis
            and calendar.month_start = sizes.cohort_month
),

retention as (
    select
        cohorts.source_name,
        cohorts.as_of_date,
        cohorts.basis,
        cohorts.cohort_month,
        cohorts.months_since,
        cohorts.cohort_size,
        cohorts.cohort_size >= %(minimum_group_size)s as is_shown,
        (cohorts.month + interval '1 month')::date <= cohorts.as_of_date + 1 as is_observed,
        case
            when cohorts.basis = 'last_seen' then sum(activity.people) over later_months else activity.people
        end as retained_count
    from cohorts
    left join cohort_activity as activity
        on
            cohorts.source_name = activity.source_name
            and cohorts.basis = activity.basis
            and cohorts.cohort_month = activity.cohort_month
            and cohorts.month = activity.month
    window later_months as (
        partition by cohorts.source_name, cohorts.basis, cohorts.cohort_month order by cohorts.months_since desc
    )
)

select
    source_name,
    cohort_month,
    months_since,
    basis,
    case when is_shown then cohort_size end as cohort_size,
    case when is_shown and is_observed then coalesce(retained_count, 0) end as retained_count,
    case when is_shown and is_observed then round(coalesce(retained_count, 0) / cohort_size, 6) end
        as retention_rate,
    is_observed,
    as_of_date
from retention
