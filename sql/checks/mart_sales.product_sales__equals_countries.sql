-- months whose net revenue of products is not that of the same products by country
with behind as (
    -- months of which one aggregate is of older facts: another build is about to update it
    select to_date(partition_name, 'YYYY-MM') as month
    from ops.table_builds
    where table_name in ('dw.agg_sales_month', 'dw.agg_product_month')
    group by partition_name
    having count(*) < 2 or min(split_part(build_id, '.', 1)) <> max(split_part(build_id, '.', 1))
),

countries as (
    select
        month,
        source_name,
        currency_code,
        sum(net_revenue_amount) as net_revenue_amount
    from dw.agg_sales_month
    where is_product and month <= %(as_of)s::date and month not in (select behind.month from behind)
    group by month, source_name, currency_code
),

mart as (
    select
        period_start as month,
        source_name,
        currency_code,
        sum(net_revenue_amount) as net_revenue_amount
    from mart_sales.product_sales
    where period_kind = 'month' and not is_total and period_start not in (select behind.month from behind)
    group by period_start, source_name, currency_code
)

select
    coalesce(mart.month, countries.month) as month,
    coalesce(mart.source_name, countries.source_name) as source_name,
    coalesce(mart.currency_code, countries.currency_code) as currency_code,
    mart.net_revenue_amount as mart_net_revenue_amount,
    countries.net_revenue_amount as countries_net_revenue_amount
from mart
full join countries
    on
        mart.month = countries.month
        and mart.source_name = countries.source_name
        and mart.currency_code = countries.currency_code
where mart.net_revenue_amount is distinct from countries.net_revenue_amount
