-- periods whose revenue ranks are not 1..n, each once
select
    source_name,
    period_kind,
    period_start,
    currency_code,
    count(*) as products,
    max(revenue_rank) as last_rank
from mart_sales.product_sales
group by source_name, period_kind, period_start, currency_code
having
    count(*) <> max(revenue_rank)
    or count(*) <> count(distinct revenue_rank)
    or count(*) <> max(units_rank)
    or count(*) <> count(distinct units_rank)
