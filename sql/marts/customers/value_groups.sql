-- grain: one row per currency, grouping (rfm_segment, cohort_month) and member, groups of any size
-- scores run from 1 to 5 by percent rank, in whole numbers so that none hangs on a quotient's rounding
with scores as (
    select
        currency_code,
        net_revenue_amount,
        recency_days,
        order_count,
        1
        + least(4, 5 * (rank() over by_recency - 1) / greatest(count(*) over by_currency - 1, 1))
            as recency_score,
        1
        + least(4, 5 * (rank() over by_frequency - 1) / greatest(count(*) over by_currency - 1, 1))
            as frequency_score
    from purchasers
    where recency_days is not null
    window
        by_currency as (partition by currency_code),
        by_recency as (partition by currency_code order by recency_days desc),
        by_frequency as (partition by currency_code order by order_count)
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
),

first_purchases as (
    select
        customer_key,
        min(first_sale_date) as first_sale_date
    from purchasers
    where recency_days is not null
    group by customer_key
),

currencies as (
    select distinct currency_code from purchasers
),

-- everyone's cohort, buyers in any currency and others
cohorts as (
    select
        known.customer_key,
        to_char(coalesce(known.signup_date, firsts.first_sale_date), 'YYYY-MM-01') as member
    from known_customers as known
    left join first_purchases as firsts on known.customer_key = firsts.customer_key
)

select
    currency_code,
    'rfm_segment' as grouping,
    member,
    count(*) as customer_count,
    sum(net_revenue_amount) as net_revenue_amount,
    sum(order_count) as order_count,
    count(recency_days) as recency_count,
    sum(recency_days) as recency_days_sum
from segments
group by currency_code, member
union all
select
    currencies.currency_code,
    'cohort_month' as grouping,
    cohorts.member,
    count(*) as customer_count,
    coalesce(sum(customers.net_revenue_amount), 0) as net_revenue_amount,
    coalesce(sum(customers.order_count), 0) as order_count,
    count(customers.recency_days) as recency_count,
    coalesce(sum(customers.recency_days), 0) as recency_days_sum
from cohorts
cross join currencies
left join purchasers as customers
    on cohorts.customer_key = customers.customer_key and currencies.currency_code = customers.currency_code
where cohorts.member is not null
group by currencies.currency_code, cohorts.member
