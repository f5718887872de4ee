-- grain: one row per month, attribute (All, segment, channel) and member, dense from the first entry to the as-of month
with activity as (
    select
        customer_key,
        month
    from dw.agg_customer_month
    where least(first_sale_date, last_line_date) <= %(as_of)s::date and customer_key >= 0
    union
    select
        known_customers.customer_key,
        date_trunc('month', dates.active_date::timestamp)::date as month
    from known_customers
    cross join lateral (values (signup_date), (last_login_date), (last_purchase_date)) as dates (active_date)
    where dates.active_date is not null
),

-- an active month, and the month in which the customer lapses unless active up to it
spells as (
    select
        activity.month,
        known.segment,
        known.acquisition_channel,
        (activity.month + make_interval(months => %(inactivity_months)s))::date as lapse_month,
        lag((activity.month + make_interval(months => %(inactivity_months)s))::date) over by_month as previous_lapse_month,
        lead(activity.month) over by_month as next_month
    from activity
    inner join known_customers as known on activity.customer_key = known.customer_key
    window by_month as (partition by activity.customer_key order by activity.month)
),

events as (
    select
        month,
        segment,
        acquisition_channel,
        count(*) filter (where previous_lapse_month is null) as new_count,
        count(*) filter (where previous_lapse_month < month) as reactivated_count,
        0 as churned_count
    from spells
    group by month, segment, acquisition_channel
    union all
    select
        lapse_month as month,
        segment,
        acquisition_channel,
        0 as new_count,
        0 as reactivated_count,
        count(*) as churned_count
    from spells
    where lapse_month <= %(as_of)s::date and (next_month is null or next_month > lapse_month)
    group by lapse_month, segment, acquisition_channel
),

member_events as (
    select
        members.attribute,
        members.member,
        events.month,
        sum(events.new_count) as new_count,
        sum(events.reactivated_count) as reactivated_count,
        sum(events.churned_count) as churned_count
    from events
    cross join lateral (
        values ('All', 'All'), ('segment', events.segment), ('channel', events.acquisition_channel)
    ) as members (attribute, member)
    group by 1, 2, 3
),

-- folded while it is small, or while the smaller ones together are, over the whole span
members as (
    select
        attribute,
        member,
        case
            when member = 'Other' or sum(new_count) < %(minimum_group_size)s then 'Other'
            when sum(sum(new_count)) over (by_size rows between unbounded preceding and 1 preceding)
                < %(minimum_group_size)s then 'Other'
            else member
        end as shown_member
    from member_events
    group by attribute, member
    having (select sum(entries.new_count) from events as entries) >= %(minimum_group_size)s
    window by_size as (
        partition by attribute order by (member = 'Other') desc, sum(new_count), member collate "C"
    )
),

monthly as (
    select
        calendar.month_start::date as month,
        members.attribute,
        members.shown_member as member,
        coalesce(sum(events.new_count), 0) as new_count,
        coalesce(sum(events.reactivated_count), 0) as reactivated_count,
        coalesce(sum(events.churned_count), 0) as churned_count,
        coalesce(sum(sum(events.new_count + events.reactivated_count - events.churned_count)) over (
            partition by members.attribute, members.shown_member
            order by calendar.month_start rows between unbounded preceding and 1 preceding
        ), 0) as customers_at_start
    from members
    cross join generate_series(
        (select min(first.month)::timestamp from member_events as first), %(as_of)s::timestamp, interval '1 month'
    ) as calendar (month_start)
    left join member_events as events
        on members.member = events.member and members.attribute = events.attribute and calendar.month_start = events.month
    group by calendar.month_start, members.attribute, members.shown_member
)

select
    month,
    attribute,
    member,
    customers_at_start,
    new_count,
    reactivated_count,
    churned_count,
    round(churned_count / nullif(customers_at_start, 0), 6) as churn_rate,
    %(as_of)s::date as as_of_date
from monthly
