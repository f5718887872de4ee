-- grain: one row per published group: whether its churned people, its active people and its average age may be shown
with counts as (
    select
        groups.source_name,
        groups.attribute,
        groups.member,
        groups.parent,
        groups.customer_count as member_size,
        groups.member = trim('Other ' || groups.parent) as is_other,
        measures.measure,
        measures.people
    from shown_groups as groups
    cross join
        lateral (
            values
            ('churned', groups.churned_count),
            ('not churned', groups.customer_count - groups.churned_count),
            ('active', groups.active_count),
            ('never active', groups.never_active_count),
            ('known age', groups.age_count)
        ) as measures (measure, people)
),

-- blank if it or a later one is small, or the earlier ones together are, so that blank ones never form a small group
-- in the order in which pairs are folded, so that what is blank alone is folded in a pair
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
        partition by source_name, attribute, parent, measure
        order by is_other desc, member_size asc, member collate "C"
    )
),

own as (
    select
        source_name,
        attribute,
        member,
        parent,
        attribute in ('age_band', 'gender', 'continent', 'age_band×gender', 'continent×gender') as is_crossed,
        bool_or(is_blank and measure in ('churned', 'not churned')) as is_churn_blank,
        bool_or(is_blank and measure in ('active', 'never active')) as is_split_blank,
        bool_or(is_blank and measure = 'known age') as is_age_blank
    from blanks
    group by source_name, attribute, member, parent
),

-- attributes that are published in pairs tell active from never active people all or not at all
-- a pair without anybody would tell the ages of one gender on a continent from those of the other continents
crossed as (
    select
        source_name,
        bool_or(is_crossed and is_split_blank and not is_churn_blank) as is_split_blank,
        count(*) filter (where attribute = 'continent×gender')
        < count(*) filter (where attribute = 'gender')
        * count(distinct split_part(member, ' × ', 1)) filter (where attribute = 'continent×gender') as has_empty_pair
    from own
    group by source_name
)

-- a country is blank if its continent is; an age band, and a pair, have no average age
select
    own.source_name,
    own.attribute,
    own.member,
    own.parent,
    not own.is_churn_blank and not coalesce(continents.is_churn_blank, false) as shows_churn,
    not own.is_churn_blank
    and not coalesce(continents.is_churn_blank, false)
    and not own.is_split_blank
    and not coalesce(continents.is_split_blank, false)
    and not ((own.is_crossed or own.attribute = 'country') and crossed.is_split_blank) as shows_split,
    own.attribute not in ('age_band', 'age_band×gender', 'continent×gender')
    and not own.is_age_blank
    and not coalesce(continents.is_age_blank, false)
    and not (own.attribute = 'gender' and crossed.has_empty_pair) as shows_age
from own
inner join crossed on own.source_name = crossed.source_name
left join own as continents
    on
        own.source_name = continents.source_name
        and own.attribute = 'country' and continents.attribute = 'continent' and own.parent = continents.member
