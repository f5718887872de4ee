-- grain: one row per currency, grouping (rfm_segment, cohort_month) and member, small groups folded or blank
with members as (
    select
        currency_code,
        grouping,
        member,
        customer_count,
        net_revenue_amount,
        order_count,
        recency_count,
        recency_days_sum,
        sum(customer_count) over (partition by currency_code, grouping) as grouping_size,
        -- folded while it is small, or while the smaller ones together are
        customer_count < %(minimum_group_size)s
        or coalesce(
            sum(customer_count) over (by_size rows between unbounded preceding and 1 preceding)
            < %(minimum_group_size)s,
            false
        ) as is_folded
    from value_groups
    window by_size as (partition by currency_code, grouping order by customer_count, member collate "C")
),

shown_members as (
    select
        currency_code,
        grouping,
        case when grouping = 'rfm_segment' and is_folded then 'Other' else member end as member,
        sum(customer_count) as customer_count,
        sum(net_revenue_amount) as net_revenue_amount,
        sum(order_count) as order_count,
        sum(recency_count) as recency_count,
        sum(recency_days_sum) as recency_days_sum,
        sum(customer_count) >= %(minimum_group_size)s as is_shown
    from members
    where grouping = 'cohort_month' or grouping_size >= %(minimum_group_size)s
    group by 1, 2, 3
)

select
    currency_code,
    grouping,
    member,
    case when is_shown then customer_count end as customer_count,
    case when is_shown then net_revenue_amount end as net_revenue_amount,
    case when is_shown then round(net_revenue_amount / customer_count, 4) end as average_lifetime_value,
    case when is_shown then round(order_count / customer_count, 6) end as orders_per_customer,
    case when recency_count >= %(minimum_group_size)s then round(recency_days_sum / recency_count, 6) end
        as average_recency_days,
    %(as_of)s::date as as_of_date
from shown_members
