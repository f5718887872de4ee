-- grain: one row per calendar month, shop and currency with at least 2 complete calendar years
with year_months as (
    select
        month,
        source_name,
        currency_code,
        net_revenue_amount,
        sum(net_revenue_amount) over calendar_years as year_amount,
        count(*) over calendar_years as month_count
    from span_months
    where is_complete
    window calendar_years as (partition by source_name, currency_code, date_trunc('year', month::timestamp))
)

-- a year whose months add up to nothing has no index, and is not one of the 2
select
    extract(month from month) as calendar_month,
    source_name,
    currency_code,
    avg(12 * net_revenue_amount / year_amount) as seasonal_index
from year_months
where month_count = 12 and year_amount <> 0
group by calendar_month, source_name, currency_code
having count(*) >= 2
