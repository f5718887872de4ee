-- grain: one row per shop, attribute and member as published
select
    members.source_name,
    members.attribute,
    members.shown_member as member,
    members.shown_parent as parent,
    sum(groups.customer_count) as customer_count,
    sum(groups.active_count) as active_count,
    sum(groups.churned_count) as churned_count,
    sum(groups.never_active_count) as never_active_count,
    sum(groups.age_count) as age_count,
    sum(groups.age_sum) as age_sum
from group_members as members
inner join customer_groups as groups
    on
        members.source_name = groups.source_name
        and members.attribute = groups.attribute
        and members.member = groups.member
        and members.second_member = groups.second_member
group by members.source_name, members.attribute, members.shown_member, members.shown_parent
