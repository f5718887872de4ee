select
    date_trunc('month', s.sold_on)::date as period_start,
    p.category,
    p.subcategory,
    sum(s.quantity) as units_sold,
    sum(s.amount) as net_revenue_amount,
    count(distinct s.customer_key) as customer_count
from {{ ref('fct_sales') }} as s
inner join {{ ref('dim_product') }} as p on s.product_key = p.product_key
group by grouping sets ((1, 2), (1, 2, 3))
