with months as (
    select
        date_trunc('month', sold_on)::date as period_start,
        product_key,
        sum(quantity) as units_sold,
        sum(amount) as net_revenue_amount,
        avg(rating) as average_rating,
        count(distinct customer_key) as customer_count
    from {{ ref('fct_sales') }}
    group by 1, 2
)

select *, rank() over (partition by period_start order by net_revenue_amount desc) as revenue_rank
from months
