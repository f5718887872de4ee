-- currencies whose net revenue in the mart is not the sum of the accepted lines
with facts as (
    select
        currency_code,
        sum(net_amount) as net_amount
    from dw.fct_sales
    where not is_cancelled and sale_date <= %(as_of)s::date
    group by currency_code
),

mart as (
    select
        currency_code,
        sum(net_revenue_amount) as net_amount
    from mart_sales.sales_by_month
    group by currency_code
)

select
    coalesce(facts.currency_code, mart.currency_code) as currency_code,
    facts.net_amount as facts_net_amount,
    mart.net_amount as mart_net_amount
from facts
full join mart on facts.currency_code = mart.currency_code
where facts.net_amount is distinct from mart.net_amount
