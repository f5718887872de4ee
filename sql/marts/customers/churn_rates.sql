-- grain: one row per shop, month, attribute (All, segment, channel) and member, dense from the first entry on
-- a member that is folded among all customers is folded here too
with member_events as (
    select
        changes.source_name,
        members.attribute,
        names.shown_member as member,
        changes.month,
        coalesce(sum(changes.people) filter (where changes.change = 'new'), 0) as new_count,
        coalesce(sum(changes.people) filter (where changes.change = 'reactivated'), 0) as reactivated_count,
        coalesce(sum(changes.people) filter (where changes.change = 'churned'), 0) as churned_count
    from activity_changes as changes
    cross join
        lateral (
            values ('All', 'All'), ('segment', changes.segment), ('channel', changes.acquisition_channel)
        ) as members (attribute, member)
    inner join group_members as names
        on
            changes.source_name = names.source_name
            and members.attribute = names.attribute
            and members.member = names.member
    group by changes.source_name, members.attribute, names.shown_member, changes.month
),

-- folded if it is small, or if the smaller ones together are, over the whole span
members as (
    select
        source_name,
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
    group by source_name, attribute, member
    window
        by_size as (
            partition by source_name, attribute order by (member = 'Other') desc, sum(new_count), member collate "C"
        )
),

spans as (
    select
        events.source_name,
        shops.as_of_date,
        min(events.month)::timestamp as first_month
    from member_events as events
    inner join shops on events.source_name = shops.source_name
    where events.attribute = 'All'
    group by events.source_name, shops.as_of_date
    having sum(events.new_count) >= %(minimum_group_size)s
),

monthly as (
    select
        spans.source_name,
        spans.as_of_date,
        calendar.month_start::date as month,
        members.attribute,
        members.shown_member as member,
        coalesce(sum(events.new_count), 0) as new_count,
        coalesce(sum(events.reactivated_count), 0) as reactivated_count,
        coalesce(sum(events.churned_count), 0) as churned_count,
        coalesce(sum(sum(events.new_count + events.reactivated_count - events.churned_count)) over (
            partition by spans.source_name, members.attribute, members.shown_member
            order by calendar.month_start rows between unbounded preceding and 1 preceding
        ), 0) as customers_at_start
    from members
    inner join spans on members.source_name = spans.source_name
    cross join
        lateral generate_series(spans.first_month, spans.as_of_date::timestamp, interval '1 month')
            as calendar (month_start)
    left join member_events as events
        on
            members.source_name = events.source_name
            and members.member = events.member
            and members.attribute = events.attribute
            and calendar.month_start = events.month
    group by spans.source_name, spans.as_of_date, calendar.month_start, members.attribute, members.shown_member
)

select
    source_name,
    month,
    attribute,
    member,
    customers_at_start,
    new_count,
    reactivated_count,
    churned_count,
    round(churned_count / nullif(customers_at_start, 0), 6) as churn_rate,
    attribute = 'All' as is_total,
    as_of_date
from monthly
