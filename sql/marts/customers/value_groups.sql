-- grain: one row per currency, grouping (rfm_segment, cohort_month) and member, groups of any size
-- scores run from 1 to 5 by percent rank, in whole numbers so that none hangs on a quotient's rounding
with levels as (
    select
        currency_code,
        recency_days,
        order_count,
        count(*) as customer_count,
        sum(net_revenue_amount) as net_revenue_amount
    from purchasers
    where recency_days is not null
    group by currency_code, recency_days, order_count
),

-- the percent rank of a level: how many people stand before it
ranks as (
    select
        *,
        greatest(sum(customer_count) over (partition by currency_code) - 1, 1)::bigint as others_count,
        coalesce(sum(customer_count) over (by_recency groups between unbounded preceding and 1 preceding), 0)::bigint
            as more_ancient_count,
        coalesce(sum(customer_count) over (by_frequency groups between unbounded preceding and 1 preceding), 0)::bigint
            as less_frequent_count
    from levels
    window
        by_recency as (partition by currency_code order by recency_days desc),
        by_frequency as (partition by currency_code order by order_count)
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
),

first_purchases as (
    select
        customer_key,
        min(first_sale_date) as first_sale_date
    from purchasers
    where recency_days is not null
    group by customer_key
),

-- everyone's cohort, buyers in any currency and others
cohorts as (
    select
        known.customer_key,
        date_trunc('month', coalesce(known.signup_date, firsts.first_sale_date)::timestamp) as cohort_month
    from known_customers as known
    left join first_purchases as firsts on known.customer_key = firsts.customer_key
    where known.signup_date is not null or firsts.first_sale_date is not null
),

cohort_sizes as (
    select
        cohort_month,
        count(*) as customer_count
    from cohorts
    group by cohort_month
),

cohort_purchases as (
    select
        customers.currency_code,
        cohorts.cohort_month,
        sum(customers.net_revenue_amount) as net_revenue_amount,
        sum(customers.order_count) as order_count,
        count(customers.recency_days) as recency_count,
        sum(customers.recency_days) as recency_days_sum
    from purchasers as customers
    inner join cohorts on customers.customer_key = cohorts.customer_key
    group by customers.currency_code, cohorts.cohort_month
),

currencies as (
    select distinct currency_code from purchasers
)

select
    currency_code,
    'rfm_segment' as grouping,
    member,
    sum(customer_count) as customer_count,
    sum(net_revenue_amount) as net_revenue_amount,
    sum(customer_count * order_count) as order_count,
    sum(customer_count) as recency_count,
    sum(customer_count * recency_days) as recency_days_sum
from segments
group by currency_code, member
union all
select
    currencies.currency_code,
    'cohort_month' as grouping,
    to_char(sizes.cohort_month, 'YYYY-MM-01') as member,
    sizes.customer_count,
    coalesce(purchases.net_revenue_amount, 0) as net_revenue_amount,
    coalesce(purchases.order_count, 0) as order_count,
    coalesce(purchases.recency_count, 0) as recency_count,
    coalesce(purchases.recency_days_sum, 0) as recency_days_sum
from cohort_sizes as sizes
cross join currencies
left join cohort_purchases as purchases
    on sizes.cohort_month = purchases.cohort_month and currencies.currency_code = purchases.currency_code
