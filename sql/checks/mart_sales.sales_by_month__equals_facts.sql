-- shops and currencies whose net revenue in the mart is not the sum of the accepted lines; All shops too
with behind as (
    -- months whose facts are newer than their aggregate: another build is about to update it
    select to_date(facts.partition_name, 'YYYY-MM') as month
    from ops.table_builds as facts
    left join ops.table_builds as aggregates
        on
            facts.partition_name = aggregates.partition_name
            and aggregates.table_name = 'dw.agg_country_month'
            and split_part(aggregates.build_id, '.', 1) = facts.build_id
    where facts.table_name = 'dw.fct_sales' and aggregates.table_name is null
),

sold as materialized (
    select
        sales.source_name,
        sales.currency_code,
        sum(sales.net_amount) as net_amount
    from dw.fct_sales as sales
    where
        not sales.is_cancelled and sales.sale_date <= %(as_of)s::date
        and date_trunc('month', sales.sale_date::timestamp)::date not in (select behind.month from behind)
    group by sales.source_name, sales.currency_code
),

facts as (
    select
        coalesce(sold.source_name, 'All shops') as source_name,
        sold.currency_code,
        sum(sold.net_amount) as net_amount
    from sold
    group by grouping sets ((sold.source_name, sold.currency_code), (sold.currency_code))
),

mart as (
    select
        source_name,
        currency_code,
        sum(net_revenue_amount) as net_amount
    from mart_sales.sales_by_month
    where month not in (select behind.month from behind)
    group by source_name, currency_code
)

select
    coalesce(facts.source_name, mart.source_name) as source_name,
    coalesce(facts.currency_code, mart.currency_code) as currency_code,
    facts.net_amount as facts_net_amount,
    mart.net_amount as mart_net_amount
from facts
full join mart on facts.source_name = mart.source_name and facts.currency_code = mart.currency_code
where
    facts.net_amount is distinct from mart.net_amount
    -- a warehouse of one shop has no rows of all shops
    and (facts.source_name is distinct from 'All shops' or mart.source_name is not null)
