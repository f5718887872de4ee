-- quarters whose net revenue or units are not the sum of their months' countries in the aggregate
with months as (
    select
        days.quarter_start as quarter,
        coalesce(sales.source_name, 'All shops') as source_name,
        sales.currency_code,
        sum(sales.net_revenue_amount) as net_revenue_amount,
        sum(sales.units_sold) as units_sold
    from dw.agg_country_month as sales
    inner join dw.dim_date as days on sales.month = days.date_key
    where not sales.is_total and sales.month <= %(as_of)s::date
    group by grouping sets (
        (days.quarter_start, sales.source_name, sales.currency_code), (days.quarter_start, sales.currency_code)
    )
)

select
    mart.source_name,
    mart.quarter,
    mart.currency_code,
    mart.net_revenue_amount,
    months.net_revenue_amount as months_net_revenue_amount
from mart_sales.sales_by_quarter as mart
left join months
    on
        mart.quarter = months.quarter
        and mart.source_name = months.source_name
        and mart.currency_code = months.currency_code
where
    mart.net_revenue_amount <> coalesce(months.net_revenue_amount, 0)
    or mart.units_sold <> coalesce(months.units_sold, 0)
