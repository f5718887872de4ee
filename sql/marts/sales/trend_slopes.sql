-- grain: one row per month, shop and currency with at least 6 complete months up to it
with months as (
    select
        month,
        source_name,
        currency_code,
        is_complete,
        net_revenue_amount as y,
        row_number() over (partition by source_name, currency_code order by month) as x
    from span_months
),

-- the 12 newest complete months: they end with the month itself, or the one before where it is incomplete
points as (
    select
        months.month,
        months.source_name,
        months.currency_code,
        past.x,
        past.y
    from months
    inner join months as past
        on months.source_name = past.source_name and months.currency_code = past.currency_code
    where
        past.is_complete
        and past.x <= months.x
        and past.x > (case when months.is_complete then months.x else months.x - 1 end) - 12
)

select
    month,
    source_name,
    currency_code,
    (count(*) * sum(x * y) - sum(x) * sum(y)) / (count(*) * sum(x * x) - sum(x) * sum(x)) as trend_slope
from points
group by month, source_name, currency_code
having count(*) >= 6
