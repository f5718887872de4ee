-- grain: one row per group of customer_groups, with the member that it is published under
with single_counts as (
    select
        groups.attribute,
        groups.member,
        groups.second_member as parent,
        groups.customer_count as member_size,
        measures.measure,
        measures.people,
        groups.member in ('Other', 'Other ' || groups.second_member) as is_other
    from customer_groups as groups
    cross join
        lateral (
            values
            ('customers', groups.customer_count),
            ('active', case when groups.attribute <> 'country' then groups.active_count else 0 end),
            ('churned', case when groups.attribute <> 'country' then groups.churned_count else 0 end)
        ) as measures (measure, people)
    where groups.attribute not in ('All', 'age_band×gender', 'continent×gender')
),

-- folded while it or a larger one is small, or the smaller ones together are; countries within a continent
single_folds as (
    select
        attribute,
        member,
        parent,
        member_size,
        is_other
        or bool_or(people between 1 and %(minimum_group_size)s - 1)
            over (by_size rows between current row and unbounded following)
        or coalesce(sum(people) over (by_size rows between unbounded preceding and 1 preceding), 0)
        between 1 and %(minimum_group_size)s - 1 as is_folded
    from single_counts
    window by_size as (
        partition by attribute, parent, measure order by is_other desc, member_size asc, member collate "C"
    )
),

singles as (
    select
        attribute,
        member,
        parent,
        member_size,
        case when bool_or(is_folded) then trim('Other ' || parent) else member end as shown_member
    from single_folds
    group by attribute, member, parent, member_size
),

-- every first member with every second member as it is shown alone, empty cells too
pair_cells as (
    select
        firsts.attribute || '×gender' as attribute,
        firsts.member,
        firsts.member_size,
        firsts.member = 'Other' as is_other,
        seconds.shown_member as second_shown,
        coalesce(sum(groups.customer_count), 0) as people
    from singles as firsts
    inner join
        singles as seconds
        on firsts.attribute in ('age_band', 'continent') and seconds.attribute = 'gender'
    left join customer_groups as groups
        on
            groups.attribute = firsts.attribute || '×gender'
            and firsts.member = groups.member and seconds.member = groups.second_member
    group by firsts.attribute, firsts.member, firsts.member_size, seconds.shown_member
),

pair_folds as (
    select
        attribute,
        member,
        is_other
        or bool_or(people between 1 and %(minimum_group_size)s - 1)
            over (by_size rows between current row and unbounded following)
        or coalesce(sum(people) over (by_size rows between unbounded preceding and 1 preceding), 0)
        between 1 and %(minimum_group_size)s - 1 as is_folded
    from pair_cells
    window by_size as (
        partition by attribute, second_shown order by is_other desc, member_size asc, member collate "C"
    )
),

pair_firsts as (
    select
        attribute,
        member,
        case when bool_or(is_folded) then 'Other' else member end as shown_member
    from pair_folds
    group by attribute, member
)

select
    groups.attribute,
    groups.member,
    groups.second_member,
    case
        when groups.attribute = 'All' then 'All'
        when groups.attribute = 'country' and seconds.shown_member = 'Other' then 'Other'
        else coalesce(singles.shown_member, pair_firsts.shown_member || ' × ' || seconds.shown_member)
    end as shown_member
from customer_groups as groups
left join singles
    on
        groups.attribute = singles.attribute
        and groups.member = singles.member
        and groups.second_member = singles.parent
left join pair_firsts on groups.attribute = pair_firsts.attribute and groups.member = pair_firsts.member
left join singles as seconds
    on
        groups.second_member = seconds.member
        and seconds.attribute = case when groups.attribute = 'country' then 'continent' else 'gender' end
where
    (
        select totals.customer_count from customer_groups as totals
        where totals.attribute = 'All'
    ) >= %(minimum_group_size)s
