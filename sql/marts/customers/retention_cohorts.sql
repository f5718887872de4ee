-- grain: one row per basis, cohort month and months since, the full rectangle up to the as-of month
with customers as (
    select
        customer_key,
        date_trunc('month', signup_date::timestamp)::date as signup_month,
        date_trunc('month', last_seen_date::timestamp)::date as last_seen_month
    from known_customers
    where signup_date is not null
),

purchases as (
    select
        months.first_month,
        customers.signup_month,
        months.month,
        count(*) as people
    from (
        select
            customer_key,
            month,
            min(month) over (partition by customer_key) as first_month
        from dw.agg_customer_month
        where has_sale and first_sale_date <= %(as_of)s::date and customer_key >= 0
        group by customer_key, month
    ) as months
    left join customers on months.customer_key = customers.customer_key
    group by 1, 2, 3
),

-- people per cohort and month: seen last in it, or buying in it
activity as (
    select
        'last_seen' as basis,
        signup_month as cohort_month,
        last_seen_month as month,
        count(*) as people
    from customers
    group by signup_month, last_seen_month
    union all
    select
        bases.basis,
        bases.cohort_month,
        purchases.month,
        sum(purchases.people) as people
    from purchases
    cross join lateral (
        values ('purchase', purchases.signup_month), ('repeat_purchase', purchases.first_month)
    ) as bases (basis, cohort_month)
    where bases.cohort_month is not null
    group by bases.basis, bases.cohort_month, purchases.month
),

sizes as (
    select
        bases.basis,
        activity.cohort_month,
        sum(activity.people) as people
    from activity
    inner join (
        values ('last_seen', 'last_seen'), ('last_seen', 'purchase'), ('repeat_purchase', 'repeat_purchase')
    ) as bases (counted, basis) on activity.basis = bases.counted
    where activity.basis = 'last_seen' or activity.month = activity.cohort_month
    group by bases.basis, activity.cohort_month
),

spans as (
    select
        basis,
        min(cohort_month)::timestamp as first_month,
        age(date_trunc('month', %(as_of)s::timestamp), min(cohort_month)::timestamp) as length
    from sizes
    group by basis
),

cohorts as (
    select
        spans.basis,
        calendar.month_start::date as cohort_month,
        steps.months_since,
        (calendar.month_start + make_interval(months => steps.months_since))::date as month,
        sizes.people as cohort_size
    from spans
    cross join lateral generate_series(spans.first_month, %(as_of)s::timestamp, interval '1 month')
        as calendar (month_start)
    cross join lateral generate_series(0, (12 * extract(year from length) + extract(month from length))::int)
        as steps (months_since)
    left join sizes on spans.basis = sizes.basis and calendar.month_start = sizes.cohort_month
),

retention as (
    select
        cohorts.basis,
        cohorts.cohort_month,
        cohorts.months_since,
        cohorts.cohort_size,
        cohorts.cohort_size >= %(minimum_group_size)s as is_shown,
        (cohorts.month + interval '1 month')::date <= %(as_of)s::date + 1 as is_observed,
        case when cohorts.basis = 'last_seen' then sum(activity.people) over later_months else activity.people end
            as retained_count
    from cohorts
    left join activity
        on cohorts.basis = activity.basis and cohorts.cohort_month = activity.cohort_month and cohorts.month = activity.month
    window later_months as (
        partition by cohorts.basis, cohorts.cohort_month order by cohorts.months_since desc
    )
)

select
    cohort_month,
    months_since,
    basis,
    case when is_shown then cohort_size end as cohort_size,
    case when is_shown and is_observed then coalesce(retained_count, 0) end as retained_count,
    case when is_shown and is_observed then round(coalesce(retained_count, 0) / cohort_size, 6) end as retention_rate,
    is_observed,
    %(as_of)s::date as as_of_date
from retention
