-- grain: one row per complete month, shop and currency
-- no shop whose data end before the month that precedes the newest as-of month: what would come next is long past
select
    source_name,
    currency_code,
    month,
    net_revenue_amount
from span_months
where
    is_complete
    and covered_to + interval '1 day' >= date_trunc('month', (select max(as_of_date) from seller_spans)::timestamp)
