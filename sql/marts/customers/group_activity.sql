-- grain: one row per published group: whether its churned and its active people may be shown
with counts as (
    select
        groups.source_name,
        groups.attribute,
        groups.member,
        groups.parent,
        groups.customer_count as member_size,
        measures.measure,
        measures.people
    from shown_groups as groups
    cross join
        lateral (
            values
            ('churned', groups.churned_count),
            ('not churned', groups.customer_count - groups.churned_count),
            ('active', groups.active_count),
            ('never active', groups.never_active_count)
        ) as measures (measure, people)
),

-- blank if it or a larger one is small, or the smaller ones together are, so that blank ones never form a small group
blanks as (
    select
        source_name,
        attribute,
        member,
        parent,
        measure,
        bool_or(people between 1 and %(minimum_group_size)s - 1)
            over (by_size rows between current row and unbounded following)
        or coalesce(sum(people) over (by_size rows between unbounded preceding and 1 preceding), 0)
        between 1 and %(minimum_group_size)s - 1 as is_blank
    from counts
    window by_size as (
        partition by source_name, attribute, parent, measure order by member_size asc, member collate "C"
    )
),

own as (
    select
        source_name,
        attribute,
        member,
        parent,
        attribute in ('age_band×gender', 'continent×gender') as is_pair,
        bool_or(is_blank and measure in ('churned', 'not churned')) as is_churn_blank,
        bool_or(is_blank) as is_split_blank
    from blanks
    group by source_name, attribute, member, parent
)

-- a country is blank if its continent is; pairs are if any of them, or any member of their attributes, is
select
    own.source_name,
    own.attribute,
    own.member,
    own.parent,
    not bool_or(others.is_churn_blank) as shows_churn,
    not bool_or(others.is_split_blank) as shows_split
from own
inner join own as others
    on
        own.source_name = others.source_name
        and (
            (own.attribute = others.attribute and own.member = others.member and own.parent = others.parent)
            or (own.attribute = 'country' and others.attribute = 'continent' and own.parent = others.member)
            or (own.is_pair and others.attribute in (own.attribute, split_part(own.attribute, '×', 1), 'gender'))
        )
group by own.source_name, own.attribute, own.member, own.parent
