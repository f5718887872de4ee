select
    date_trunc('month', s.sold_on)::date as period_start,
    g.country,
    sum(s.amount) as net_revenue_amount,
    count(distinct s.customer_key) as customer_count
from {{ ref('fct_sales') }} as s
inner join {{ ref('dim_geography') }} as g on s.geography_key = g.geography_key
group by 1, 2
