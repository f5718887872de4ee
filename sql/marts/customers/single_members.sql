-- grain: one row per shop, single attribute and member, with the member that it is published under
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
)

-- folded if it is small, or if the smaller ones together are; countries within their continent
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
