-- grain: one row per group of customer_groups, with the member that it is published under
with singles_by_size as (
    select
        source_name,
        attribute,
        member,
        second_member as parent,
        customer_count as member_size,
        member in ('Other', 'Other ' || second_member) as is_other
    from customer_groups
    where attribute not in ('All', 'age_band×gender', 'continent×gender')
),

-- folded if it is small, or if the smaller ones together are; countries within their continent
singles as (
    select
        source_name,
        attribute,
        member,
        parent,
        member_size,
        case
            when
                is_other
                or member_size < %(minimum_group_size)s
                or sum(member_size) over (by_size rows between unbounded preceding and 1 preceding)
                < %(minimum_group_size)s
                then trim('Other ' || parent)
            else member
        end as shown_member
    from singles_by_size
    window by_size as (
        partition by source_name, attribute, parent order by is_other desc, member_size asc, member collate "C"
    )
),

-- every first member with every second member as published on its own, including empty cells
pair_cells as (
    select
        firsts.source_name,
        firsts.attribute || '×gender' as attribute,
        firsts.member,
        firsts.member_size,
        firsts.member = 'Other' as is_other,
        seconds.shown_member as second_shown,
        coalesce(sum(groups.customer_count), 0) as people
    from singles as firsts
    inner join
        singles as seconds
        on
            firsts.source_name = seconds.source_name
            and firsts.attribute in ('age_band', 'continent') and seconds.attribute = 'gender'
    left join customer_groups as groups
        on
            firsts.source_name = groups.source_name
            and groups.attribute = firsts.attribute || '×gender'
            and firsts.member = groups.member and seconds.member = groups.second_member
    group by firsts.source_name, firsts.attribute, firsts.member, firsts.member_size, seconds.shown_member
),

pair_folds as (
    select
        source_name,
        attribute,
        member,
        is_other
        or bool_or(people between 1 and %(minimum_group_size)s - 1)
            over (by_size rows between current row and unbounded following)
        or coalesce(sum(people) over (by_size rows between unbounded preceding and 1 preceding), 0)
        between 1 and %(minimum_group_size)s - 1 as is_folded
    from pair_cells
    window by_size as (
        partition by source_name, attribute, second_shown
        order by is_other desc, member_size asc, member collate "C"
    )
),

pair_firsts as (
    select
        source_name,
        attribute,
        member,
        case when bool_or(is_folded) then 'Other' else member end as shown_member
    from pair_folds
    group by source_name, attribute, member
)

select
    groups.source_name,
    groups.attribute,
    groups.member,
    groups.second_member,
    case
        when groups.attribute = 'All' then 'All'
        when groups.attribute = 'country' and seconds.shown_member = 'Other' then 'Other'
        else coalesce(singles.shown_member, pair_firsts.shown_member || ' × ' || seconds.shown_member)
    end as shown_member,
    case when groups.attribute = 'country' then seconds.shown_member else '' end as shown_parent
from customer_groups as groups
inner join customer_groups as totals
    on
        groups.source_name = totals.source_name and totals.attribute = 'All'
        and totals.customer_count >= %(minimum_group_size)s
left join singles
    on
        groups.source_name = singles.source_name
        and groups.attribute = singles.attribute
        and groups.member = singles.member
        and groups.second_member = singles.parent
left join pair_firsts
    on
        groups.source_name = pair_firsts.source_name
        and groups.attribute = pair_firsts.attribute and groups.member = pair_firsts.member
left join singles as seconds
    on
        groups.source_name = seconds.source_name
        and groups.second_member = seconds.member
        and seconds.attribute = case when groups.attribute = 'country' then 'continent' else 'gender' end
