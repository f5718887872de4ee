-- grain: one row per month, currency, first month with a sale and earlier month with one: customers who took the step
with customer_months as (
    select
        month,
        currency_code,
        net_revenue_amount,
        has_sale,
        first_value(case when has_sale then month end) over sales_first as first_sale_month,
        lag(month) over sales_first as earlier_sale_month
    from dw.agg_customer_month
    where month <= %(as_of)s
    window sales_first as (partition by customer_key, currency_code order by has_sale desc, month asc)
)

select
    month,
    currency_code,
    first_sale_month,
    earlier_sale_month,
    count(*) filter (where has_sale) as customer_count,
    sum(net_revenue_amount) as net_revenue_amount
from customer_months
group by month, currency_code, first_sale_month, earlier_sale_month
