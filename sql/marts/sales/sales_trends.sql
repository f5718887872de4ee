-- grain: one row per month, shop and currency, dense over the currency's span
with years as (
    select
        months.*,
        coalesce(last_year.net_revenue_amount, 0) as last_year_amount,
        -- the span covers last year from its first day on
        months.covered_from <= date_trunc('year', months.month::timestamp) - interval '1 year' as has_last_year
    from span_months as months
    left join last_year_months as last_year
        on
            months.month = last_year.month
            and months.source_name = last_year.source_name
            and months.currency_code = last_year.currency_code
),

months as (
    select
        month,
        source_name,
        currency_code,
        is_total,
        as_of_date,
        is_complete,
        net_revenue_amount,
        avg(net_revenue_amount) over last_3 as mean_of_3,
        count(*) filter (where is_complete) over last_3 as size_of_3,
        avg(net_revenue_amount) over last_12 as mean_of_12,
        count(*) filter (where is_complete) over last_12 as size_of_12,
        sum(net_revenue_amount) over year_to_date as year_to_date_amount,
        -- the as-of month is compared up to the as-of day
        case when has_last_year then sum(last_year_amount) over year_to_date end as last_year_to_date_amount
    from years
    window
        last_3 as (partition by source_name, currency_code order by month rows 2 preceding),
        last_12 as (partition by source_name, currency_code order by month rows 11 preceding),
        year_to_date as (
            partition by source_name, currency_code, date_trunc('year', month::timestamp) order by month
        )
)

select
    months.source_name,
    months.month,
    months.currency_code,
    months.net_revenue_amount,
    case when months.size_of_3 = 3 then round(months.mean_of_3, 4) end as rolling_3m_amount,
    case when months.size_of_12 = 12 then round(months.mean_of_12, 4) end as rolling_12m_amount,
    months.year_to_date_amount,
    months.last_year_to_date_amount,
    case
        when months.last_year_to_date_amount > 0
            then round(months.year_to_date_amount / months.last_year_to_date_amount - 1, 6)
    end as year_to_date_growth,
    round(slopes.trend_slope, 4) as trend_slope,
    round(seasons.seasonal_index, 6) as seasonal_index,
    round(anomalies.anomaly_score, 6) as anomaly_score,
    months.is_total,
    months.as_of_date
from months
left join trend_slopes as slopes
    on
        months.month = slopes.month
        and months.source_name = slopes.source_name
        and months.currency_code = slopes.currency_code
left join trend_seasons as seasons
    on
        extract(month from months.month) = seasons.calendar_month
        and months.source_name = seasons.source_name
        and months.currency_code = seasons.currency_code
left join trend_anomalies as anomalies
    on
        months.month = anomalies.month
        and months.source_name = anomalies.source_name
        and months.currency_code = anomalies.currency_code
