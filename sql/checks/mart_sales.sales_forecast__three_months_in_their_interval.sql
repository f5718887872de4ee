-- each forecast lies within its interval, and each shop and currency has three months in a row
select
    source_name,
    currency_code,
    min(month) as first_month,
    count(*) as month_count
from mart_sales.sales_forecast
where forecast_amount is not null
group by source_name, currency_code
having
    count(*) <> 3
    or max(month) <> min(month) + interval '2 months'
    or bool_or(lower_amount > forecast_amount or forecast_amount > upper_amount)
