-- grain: one row per month, shop and currency with a line a year before, on the days that the shop's data cover by now
-- a month that is over is compared with a whole month, so that 28 February ends a month of 29 days too
select
    (date_trunc('month', days.sale_date::timestamp) + interval '1 year')::date as month,
    sellers.member as source_name,
    days.currency_code,
    sum(days.net_revenue_amount) as net_revenue_amount
from dw.agg_sales_day as days
inner join sellers on days.source_name = sellers.source_name and days.currency_code = sellers.currency_code
where
    days.sale_date < greatest(
        sellers.as_of_date::timestamp - interval '1 year' + interval '1 day',
        sellers.as_of_date::timestamp + interval '1 day' - interval '1 year'
    )
group by month, sellers.member, days.currency_code
