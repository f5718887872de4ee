-- rule: the days of a month add up to it
select
    months.source_name,
    months.currency_code,
    months.month
from mart_sales.sales_by_month as months
left join mart_sales.sales_by_day as days
    on
        months.source_name = days.source_name
        and months.currency_code = days.currency_code
        and months.month = date_trunc('month', days.day::timestamp)
group by months.source_name, months.currency_code, months.month, months.net_revenue_amount, months.line_count
having
    months.net_revenue_amount <> coalesce(sum(days.net_revenue_amount), 0)
    or months.line_count <> coalesce(sum(days.line_count), 0)
