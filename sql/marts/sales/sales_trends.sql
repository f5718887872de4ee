-- grain: one row per month and currency, dense over the currency's span
with months as (
    select
        month,
        currency_code,
        is_complete,
        net_revenue_amount,
        avg(net_revenue_amount) over last_3 as mean_of_3,
        count(*) over last_3 as size_of_3,
        avg(net_revenue_amount) over last_12 as mean_of_12,
        count(*) over last_12 as size_of_12,
        sum(net_revenue_amount) over year_to_date as year_to_date_amount
    from span_months
    window
        last_3 as (partition by currency_code order by month rows 2 preceding),
        last_12 as (partition by currency_code order by month rows 11 preceding),
        year_to_date as (partition by currency_code, date_trunc('year', month::timestamp) order by month)
)

select
    months.month,
    months.currency_code,
    months.net_revenue_amount,
    case when months.is_complete and months.size_of_3 = 3 then round(months.mean_of_3, 4) end
        as rolling_3m_amount,
    case when months.is_complete and months.size_of_12 = 12 then round(months.mean_of_12, 4) end
        as rolling_12m_amount,
    months.year_to_date_amount,
    round(slopes.trend_slope, 4) as trend_slope,
    round(seasons.seasonal_index, 6) as seasonal_index,
    round(anomalies.anomaly_score, 6) as anomaly_score,
    %(as_of)s::date as as_of_date
from months
left join trend_slopes as slopes
    on months.month = slopes.month and months.currency_code = slopes.currency_code
left join trend_seasons as seasons
    on
        extract(month from months.month) = seasons.calendar_month
        and months.currency_code = seasons.currency_code
left join trend_anomalies as anomalies
    on months.month = anomalies.month and months.currency_code = anomalies.currency_code
