-- grain: one row per attribute and member, members folded into Other until no small group can be told
with shown_groups as (
    select
        members.attribute,
        members.shown_member as member,
        sum(groups.customer_count) as customer_count,
        sum(groups.active_count) as active_count,
        sum(groups.churned_count) as churned_count,
        sum(groups.age_count) as age_count,
        sum(groups.age_sum) as age_sum
    from group_members as members
    inner join customer_groups as groups
        on
            members.attribute = groups.attribute
            and members.member = groups.member
            and members.second_member = groups.second_member
    group by members.attribute, members.shown_member
),

measured as (
    select
        shown_groups.*,
        shown_groups.attribute not in ('country', 'age_band×gender', 'continent×gender')
        and not (
            shown_groups.active_count between 1 and %(minimum_group_size)s - 1
            or shown_groups.churned_count between 1 and %(minimum_group_size)s - 1
        ) as shows_activity
    from shown_groups
)

select
    attribute,
    member,
    customer_count,
    round(
        customer_count / (
            select totals.customer_count from shown_groups as totals
            where totals.attribute = 'All'
        ), 6
    )
        as share_of_customers,
    case when shows_activity then active_count end as active_count,
    case when shows_activity then churned_count end as churned_count,
    case when shows_activity then round(churned_count / customer_count, 6) end as churn_rate,
    case when age_count >= %(minimum_group_size)s then round(age_sum / age_count, 6) end as average_age,
    %(as_of)s::date as as_of_date
from measured
