-- grain: one row per complete month, shop and currency with at least 6 complete months in the 12 before it
with past_months as (
    select
        months.month,
        months.source_name,
        months.currency_code,
        months.net_revenue_amount,
        count(*) as n,
        array_agg(past.net_revenue_amount order by past.net_revenue_amount) as y
    from span_months as months
    inner join span_months as past
        on
            months.source_name = past.source_name
            and months.currency_code = past.currency_code
            and months.month > past.month
            and months.month <= past.month + interval '12 months'
    where months.is_complete and past.is_complete
    group by months.month, months.source_name, months.currency_code, months.net_revenue_amount
    having count(*) >= 6
),

medians as (
    select
        *,
        (y[(n + 1) / 2] + y[(n + 2) / 2]) / 2 as median
    from past_months
),

deviations as (
    select
        medians.month,
        medians.source_name,
        medians.currency_code,
        medians.net_revenue_amount,
        medians.median,
        medians.n,
        array_agg(abs(amounts.y - medians.median) order by abs(amounts.y - medians.median)) as d
    from medians
    cross join lateral unnest(medians.y) as amounts (y)
    group by
        medians.month,
        medians.source_name,
        medians.currency_code,
        medians.net_revenue_amount,
        medians.median,
        medians.n
)

-- 1.4826 times the median absolute deviation stands for a standard deviation
select
    month,
    source_name,
    currency_code,
    (net_revenue_amount - median) / (1.4826 * nullif((d[(n + 1) / 2] + d[(n + 2) / 2]) / 2, 0))
        as anomaly_score
from deviations
