-- grain: one row per shop, attribute and member, small members folded into Other, activity of small groups blank
select
    groups.source_name,
    groups.attribute,
    groups.member,
    groups.customer_count,
    round(groups.customer_count / totals.customer_count, 6) as share_of_customers,
    case when activity.shows_split then groups.active_count end as active_count,
    case when activity.shows_churn then groups.churned_count end as churned_count,
    case when activity.shows_split then groups.never_active_count end as never_active_count,
    case when activity.shows_churn then round(groups.churned_count / groups.customer_count, 6) end as churn_rate,
    -- so few decimals that the sum of ages does not follow from the number of people
    case
        when not activity.shows_age or groups.age_count = 0 then null
        when groups.age_count >= 200 then round(groups.age_sum / groups.age_count, 2)
        when groups.age_count >= 20 then round(groups.age_sum / groups.age_count, 1)
        else round(groups.age_sum / groups.age_count, 0)
    end as average_age,
    groups.attribute = 'All' as is_total,
    shops.as_of_date
from shown_groups as groups
inner join group_activity as activity
    on
        groups.source_name = activity.source_name
        and groups.attribute = activity.attribute
        and groups.member = activity.member
        and groups.parent = activity.parent
inner join shown_groups as totals
    on groups.source_name = totals.source_name and totals.attribute = 'All'
inner join shops on groups.source_name = shops.source_name
