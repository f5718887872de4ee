-- grain: one row per shop, segment, channel, month, kind of change (new, reactivated, churned) and what led to it
with step_counts as (
    select
        known.source_name,
        known.as_of_date,
        known.segment,
        known.acquisition_channel,
        steps.month,
        steps.next_month,
        steps.previous_month is null as is_first,
        count(*) as people
    from activity_steps as steps
    inner join known_customers as known on steps.customer_key = known.customer_key
    group by
        known.source_name,
        known.as_of_date,
        known.segment,
        known.acquisition_channel,
        steps.month,
        steps.next_month,
        is_first
),

lapses as (
    select
        *,
        (month + make_interval(months => %(inactivity_months)s))::date as lapse_month
    from step_counts
)

-- a customer who is not active by the month of the lapse churns in it, and may return later
select
    counts.source_name,
    counts.segment,
    counts.acquisition_channel,
    counts.people,
    changes.change,
    changes.month
from lapses as counts
cross join
    lateral (
        values
        ('new', counts.month, counts.is_first),
        ('reactivated', counts.next_month, counts.lapse_month < counts.next_month),
        ('churned', counts.lapse_month, coalesce(counts.lapse_month < counts.next_month, true))
    ) as changes (change, month, has_happened)
where changes.has_happened and changes.month <= counts.as_of_date
