-- grain: one row per shop, currency, grouping (rfm_segment, cohort_month) and member, small groups folded or blank
-- of a dominated amount one buyer has more than 85 %%: without groups (a smallest group of 1) nothing is hidden
with measured as (
    select
        *,
        %(minimum_group_size)s > 1 and largest_amount > 0.85 * absolute_amount as is_dominated
    from value_groups
),

smaller as (
    select
        *,
        sum(customer_count) over everybody as grouping_size,
        sum(absolute_amount) over everybody as grouping_amount,
        max(largest_amount) over everybody as grouping_largest,
        sum(customer_count) over smaller_ones as smaller_count,
        sum(absolute_amount) over smaller_ones as smaller_amount,
        max(largest_amount) over smaller_ones as smaller_largest
    from measured
    window everybody as (partition by source_name, currency_code, grouping), smaller_ones as (
        partition by source_name, currency_code, grouping
        order by is_dominated desc, customer_count asc, member collate "C"
        rows between unbounded preceding and 1 preceding
    )
),

-- folded if it is small or dominated, or if the smaller ones together are
members as (
    select
        *,
        customer_count < %(minimum_group_size)s
        or is_dominated
        or coalesce(
            smaller_count < %(minimum_group_size)s
            or (%(minimum_group_size)s > 1 and smaller_largest > 0.85 * smaller_amount),
            false
        ) as is_folded,
        %(minimum_group_size)s > 1 and grouping_largest > 0.85 * grouping_amount as is_hidden
    from smaller
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
        grouping = 'rfm_segment' or not bool_or(is_folded) as is_shown,
        bool_or(is_hidden) as is_hidden
    from members
    where grouping = 'cohort_month' or grouping_size >= %(minimum_group_size)s
    group by 1, 2, 3, 4
)

-- so few decimals that no sum follows from an average and the number of people
select
    members.source_name,
    members.currency_code,
    members.grouping,
    members.member,
    case when members.is_shown then members.customer_count end as customer_count,
    case when members.is_shown and not members.is_hidden then members.net_revenue_amount end
        as net_revenue_amount,
    case
        when members.is_shown and not members.is_hidden
            then round(members.net_revenue_amount / members.customer_count, 4)
    end as average_lifetime_value,
    case
        when not members.is_shown then null
        when members.customer_count >= 200 then round(members.order_count / members.customer_count, 2)
        when members.customer_count >= 20 then round(members.order_count / members.customer_count, 1)
        else round(members.order_count / members.customer_count, 0)
    end as orders_per_customer,
    case
        when not members.is_shown then null
        when members.customer_count >= 200 then round(members.recency_days_sum / members.customer_count, 2)
        when members.customer_count >= 20 then round(members.recency_days_sum / members.customer_count, 1)
        else round(members.recency_days_sum / members.customer_count, 0)
    end as average_recency_days,
    shops.as_of_date
from shown_members as members
inner join shops on members.source_name = shops.source_name
