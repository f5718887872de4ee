-- grain: one row per complete month, shop and currency
-- none of shops that together end before the month that precedes the as-of month: what would come next is long past
select
    source_name,
    currency_code,
    month,
    net_revenue_amount
from span_months
where
    is_complete
    and covered_to + interval '1 day' >= date_trunc('month', as_of_date::timestamp)
