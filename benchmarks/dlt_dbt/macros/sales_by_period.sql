{% macro sales_by_period(period) %}
with periods as (
    select
        date_trunc('{{ period }}', sold_on)::date as period_start,
        count(*) as line_count,
        sum(quantity) as units_sold,
        sum(amount) as net_revenue_amount,
        count(distinct customer_key) as customer_count
    from {{ ref('fct_sales') }}
    group by 1
)

select *, net_revenue_amount / nullif(lag(net_revenue_amount) over (order by period_start), 0) - 1 as growth_vs_previous
from periods
{% endmacro %}
