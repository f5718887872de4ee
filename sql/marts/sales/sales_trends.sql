-- grain: one row per month and currency, dense over the currency's span
with sales as (
    select
        month,
        currency_code,
        sum(net_revenue_amount) as amount
    from dw.agg_sales_month
    where month <= %(as_of)s
    group by month, currency_code
),

months as (
    select
        spans.currency_code,
        days.day::date as month,
        date_trunc('year', days.day)::date as year,
        coalesce(sales.amount, 0) as amount,
        row_number() over (partition by spans.currency_code order by days.day) as position,
        days.day + interval '1 month' <= %(as_of)s + interval '1 day' as is_complete
    from (select currency_code, min(month) as first_month from sales group by currency_code) as spans
    cross join generate_series(spans.first_month::timestamp, %(as_of)s::timestamp, interval '1 month') as days (day)
    left join sales on spans.currency_code = sales.currency_code and days.day = sales.month
),

-- each month with the complete ones up to it: 12 before it for the score, 12 to the newest for the slope
windows as (
    select
        months.currency_code,
        months.month,
        past.position as x,
        past.amount as y,
        past.position < months.position as is_before,
        past.position > months.position - 12 or not months.is_complete as is_newest
    from months
    inner join months as past
        on
            months.currency_code = past.currency_code
            and past.position between months.position - 12 and months.position
            and past.is_complete
),

slopes as (
    select
        currency_code,
        month,
        (count(*) * sum(x * y) - sum(x) * sum(y)) / (count(*) * sum(x * x) - sum(x) * sum(x)) as slope
    from windows
    where is_newest
    group by currency_code, month
    having count(*) >= 6
),

ordered_amounts as (
    select
        currency_code,
        month,
        count(*) as n,
        array_agg(y order by y) as y
    from windows
    where is_before
    group by currency_code, month
    having count(*) >= 6
),

medians as (
    select
        currency_code,
        month,
        n,
        y,
        (y[(n + 1) / 2] + y[(n + 2) / 2]) / 2 as median
    from ordered_amounts
),

-- median absolute deviation, in the units of a standard deviation
spreads as (
    select
        medians.currency_code,
        medians.month,
        medians.median,
        1.4826 * (deviations.d[(medians.n + 1) / 2] + deviations.d[(medians.n + 2) / 2]) / 2 as spread
    from medians
    cross join lateral (
        select array_agg(abs(amounts.y - medians.median) order by abs(amounts.y - medians.median)) as d
        from unnest(medians.y) as amounts (y)
    ) as deviations
),

year_shares as (
    select
        currency_code,
        month,
        12 * amount / nullif(sum(amount) over years, 0) as share,
        count(*) over years = 12 as is_full
    from months
    where is_complete
    window years as (partition by currency_code, year)
),

seasons as (
    select
        currency_code,
        extract(month from month) as calendar_month,
        avg(share) as seasonal_index
    from year_shares
    where is_full
    group by currency_code, calendar_month
    having count(share) >= 2
)

select
    months.month,
    months.currency_code,
    months.amount as net_revenue_amount,
    case when months.is_complete and months.position >= 3 then round(avg(months.amount) over last_3, 4) end
        as rolling_3m_amount,
    case when months.is_complete and months.position >= 12 then round(avg(months.amount) over last_12, 4) end
        as rolling_12m_amount,
    sum(months.amount) over (partition by months.currency_code, months.year order by months.month)
        as year_to_date_amount,
    round(slopes.slope, 4) as trend_slope,
    round(seasons.seasonal_index, 6) as seasonal_index,
    case when months.is_complete then round((months.amount - spreads.median) / nullif(spreads.spread, 0), 6) end
        as anomaly_score,
    %(as_of)s::date as as_of_date
from months
left join slopes on months.currency_code = slopes.currency_code and months.month = slopes.month
left join spreads on months.currency_code = spreads.currency_code and months.month = spreads.month
left join seasons
    on months.currency_code = seasons.currency_code and extract(month from months.month) = seasons.calendar_month
window
    last_3 as (partition by months.currency_code order by months.month rows 2 preceding),
    last_12 as (partition by months.currency_code order by months.month rows 11 preceding)
