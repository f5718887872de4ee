-- grain: one row per shop, currency, grouping (rfm_segment, cohort_month) and member, groups of any size
-- scores from 1 to 5 by percent rank, in integers so that none depends on rounding
with levels as (
    select
        source_name,
        currency_code,
        recency_days,
        order_count,
        count(*) as customer_count,
        sum(net_revenue_amount) as net_revenue_amount,
        sum(abs(net_revenue_amount)) as absolute_amount,
        max(abs(net_revenue_amount)) as largest_amount
    from purchasers
    group by source_name, currency_code, recency_days, order_count
),

-- the percent rank of a level: the number of people below it
ranks as (
    select
        *,
        greatest(sum(customer_count) over (partition by source_name, currency_code) - 1, 1)::bigint as others_count,
        coalesce(sum(customer_count) over (by_recency groups between unbounded preceding and 1 preceding), 0)::bigint
            as more_ancient_count,
        coalesce(sum(customer_count) over (by_frequency groups between unbounded preceding and 1 preceding), 0)::bigint
            as less_frequent_count
    from levels
    window
        by_recency as (partition by source_name, currency_code order by recency_days desc),
        by_frequency as (partition by source_name, currency_code order by order_count)
),

scores as (
    select
        *,
        1 + least(4, 5 * more_ancient_count / others_count) as recency_score,
        1 + least(4, 5 * less_frequent_count / others_count) as frequency_score
    from ranks
),

segments as (
    select
        *,
        case
            when frequency_score >= 4 and recency_score >= 4 then 'champion'
            when frequency_score >= 4 and recency_score = 3 then 'loyal'
            when frequency_score >= 4 then 'at risk'
            when recency_score >= 4 then 'promising'
            when recency_score = 3 then 'needs attention'
            else 'dormant'
        end as member
    from scores
)

select
    source_name,
    currency_code,
    'rfm_segment' as grouping,
    member,
    sum(customer_count) as customer_count,
    sum(net_revenue_amount) as net_revenue_amount,
    sum(customer_count * order_count) as order_count,
    sum(customer_count * recency_days) as recency_days_sum,
    sum(absolute_amount) as absolute_amount,
    max(largest_amount) as largest_amount
from segments
group by source_name, currency_code, member
union all
select
    source_name,
    currency_code,
    'cohort_month' as grouping,
    to_char(cohort_month, 'YYYY-MM-01') as member,
    count(*) as customer_count,
    sum(net_revenue_amount) as net_revenue_amount,
    sum(order_count) as order_count,
    sum(recency_days) as recency_days_sum,
    sum(abs(net_revenue_amount)) as absolute_amount,
    max(abs(net_revenue_amount)) as largest_amount
from purchasers
group by source_name, currency_code, cohort_month
