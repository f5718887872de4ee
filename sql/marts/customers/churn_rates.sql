-- grain: one row per month, attribute (All, segment, channel) and member, dense from the first entry on
with member_events as (
    select
        members.attribute,
        members.member,
        changes.month,
        coalesce(sum(changes.people) filter (where changes.change = 'new'), 0) as new_count,
        coalesce(sum(changes.people) filter (where changes.change = 'reactivated'), 0) as reactivated_count,
        coalesce(sum(changes.people) filter (where changes.change = 'churned'), 0) as churned_count
    from activity_changes as changes
    cross join
        lateral (
            values ('All', 'All'), ('segment', changes.segment), ('channel', changes.acquisition_channel)
        ) as members (attribute, member)
    group by members.attribute, members.member, changes.month
),

-- folded while it is small, or while the smaller ones together are, over the whole span
members as (
    select
        attribute,
        member,
        case
            when member = 'Other' or sum(new_count) < %(minimum_group_size)s then 'Other'
            when
                sum(sum(new_count)) over (by_size rows unbounded preceding exclude current row)
                < %(minimum_group_size)s
                then 'Other'
            else member
        end as shown_member
    from member_events
    group by attribute, member
    having (
        select sum(changes.people) from activity_changes as changes
        where changes.change = 'new'
    ) >= %(minimum_group_size)s
    window
        by_size as (
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
    cross join
        generate_series(
            (select min(first.month)::timestamp from member_events as first),
            %(as_of)s::timestamp,
            interval '1 month'
        ) as calendar (month_start)
    left join member_events as events
        on
            members.member = events.member
            and members.attribute = events.attribute
            and calendar.month_start = events.month
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
