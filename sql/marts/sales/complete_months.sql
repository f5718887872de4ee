-- grain: one row per complete month, shop and currency
select
    source_name,
    currency_code,
    month,
    net_revenue_amount
from span_months
where is_complete
