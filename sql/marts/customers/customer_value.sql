-- grain: one row per shop, currency, grouping (rfm_segment, cohort_month) and member, small groups folded or blank
with members as (
    select
        *,
        sum(customer_count) over (partition by source_name, currency_code, grouping) as grouping_size,
        -- folded if it is small, or if the smaller ones together are
        customer_count < %(minimum_group_size)s
        or coalesce(
            sum(customer_count) over (by_size rows between unbounded preceding and 1 preceding)
            < %(minimum_group_size)s,
            false
        ) as is_folded
    from value_groups
    window by_size as (
        partition by source_name, currency_code, grouping order by customer_count, member collate "C"
    )
),

-- both groupings count the same buyers, so the segments' total must not reveal a blank cohort
shown_members as (
    select
        source_name,
        currency_code,
        grouping,
        case when grouping = 'rfm_segment' and is_folded then 'Other' else member end as member,
        sum(customer_count) as customer_count,
        sum(net_revenue_amount) as net_revenue_amount,
        sum(order_count) as order_count,
        sum(recency_days_sum) as recency_days_sum,
        grouping = 'rfm_segment' or not bool_or(is_folded) as is_shown
    from members
    where grouping = 'cohort_month' or grouping_size >= %(minimum_group_size)s
    group by 1, 2, 3, 4
)

select
    members.source_name,
    members.currency_code,
    members.grouping,
    members.member,
    case when members.is_shown then members.customer_count end as customer_count,
    case when members.is_shown then members.net_revenue_amount end as net_revenue_amount,
    case when members.is_shown then round(members.net_revenue_amount / members.customer_count, 4) end
        as average_lifetime_value,
    case when members.is_shown then round(members.order_count / members.customer_count, 6) end
        as orders_per_customer,
    case when members.is_shown then round(members.recency_days_sum / members.customer_count, 6) end
        as average_recency_days,
    shops.as_of_date
from shown_members as members
inner join shops on members.source_name = shops.source_name
