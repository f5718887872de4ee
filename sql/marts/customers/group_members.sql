-- grain: one row per group of customer_groups, with the member that it is published under
-- every first member with every second member as published on its own, including empty cells
with pair_cells as materialized (
    select
        firsts.source_name,
        firsts.attribute || '×gender' as attribute,
        firsts.member,
        firsts.member_size,
        firsts.shown_member = 'Other' as is_folded_alone,
        firsts.member = 'Other' as is_other,
        seconds.shown_member as second_shown,
        coalesce(sum(groups.customer_count), 0) as customer_count,
        coalesce(sum(groups.churned_count), 0) as churned_count
    from single_members as firsts
    inner join
        single_members as seconds
        on
            firsts.source_name = seconds.source_name
            and firsts.attribute in ('age_band', 'continent') and seconds.attribute = 'gender'
    left join customer_groups as groups
        on
            firsts.source_name = groups.source_name
            and groups.attribute = firsts.attribute || '×gender'
            and firsts.member = groups.member and seconds.member = groups.second_member
    group by
        firsts.source_name,
        firsts.attribute,
        firsts.member,
        firsts.shown_member,
        firsts.member_size,
        seconds.shown_member
),

-- customers, churned and not churned of a pair are all shown, so each decides what is folded
pair_folds as (
    select
        cells.source_name,
        cells.attribute,
        cells.member,
        cells.is_folded_alone
        or bool_or(counts.people between 1 and %(minimum_group_size)s - 1)
            over (by_size rows between current row and unbounded following)
        or coalesce(sum(counts.people) over (by_size rows between unbounded preceding and 1 preceding), 0)
        between 1 and %(minimum_group_size)s - 1 as is_folded
    from pair_cells as cells
    cross join
        lateral (
            values
            ('customers', cells.customer_count),
            ('churned', cells.churned_count),
            ('not churned', cells.customer_count - cells.churned_count)
        ) as counts (measure, people)
    window by_size as (
        partition by cells.source_name, cells.attribute, cells.second_shown, counts.measure
        order by cells.is_other desc, cells.member_size asc, cells.member collate "C"
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
left join single_members as singles
    on
        groups.source_name = singles.source_name
        and groups.attribute = singles.attribute
        and groups.member = singles.member
        and groups.second_member = singles.parent
left join pair_firsts
    on
        groups.source_name = pair_firsts.source_name
        and groups.attribute = pair_firsts.attribute and groups.member = pair_firsts.member
left join single_members as seconds
    on
        groups.source_name = seconds.source_name
        and groups.second_member = seconds.member
        and seconds.attribute = case when groups.attribute = 'country' then 'continent' else 'gender' end
