-- grain: one row per month, shop, currency, first month with a sale and earlier month with one: customers of the step
with customer_months as (
    select
        bought.month,
        sellers.member as source_name,
        bought.currency_code,
        bought.net_revenue_amount,
        bought.has_sale,
        min(bought.month) filter (where bought.has_sale) over own_months as first_sale_month,
        lag(bought.month) over sales_first as earlier_sale_month
    from dw.agg_customer_month as bought
    inner join sellers
        on
            bought.source_name = sellers.source_name
            and bought.currency_code = sellers.currency_code
            and bought.month <= sellers.as_of_date
    window
        own_months as (partition by bought.customer_key, sellers.member, bought.currency_code),
        sales_first as (own_months order by bought.has_sale desc, bought.month asc)
)

select
    month,
    source_name,
    currency_code,
    first_sale_month,
    earlier_sale_month,
    count(*) filter (where has_sale) as customer_count,
    sum(net_revenue_amount) as net_revenue_amount
from customer_months
group by month, source_name, currency_code, first_sale_month, earlier_sale_month
