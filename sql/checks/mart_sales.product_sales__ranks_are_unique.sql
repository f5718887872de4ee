-- periods whose ranks by revenue or by units are not 1..n, each once
with ranked as (
    -- hashed: count(distinct) would sort each period by each rank
    select
        sales.source_name,
        sales.period_kind,
        sales.period_start,
        sales.currency_code,
        ranks.kind,
        ranks.place,
        count(*) as products
    from mart_sales.product_sales as sales
    cross join lateral (values ('revenue', sales.revenue_rank), ('units', sales.units_rank)) as ranks (kind, place)
    group by
        sales.source_name, sales.period_kind, sales.period_start, sales.currency_code, ranks.kind, ranks.place
)

select
    source_name,
    period_kind,
    period_start,
    currency_code,
    kind,
    sum(products) as products,
    max(place) as last_rank
from ranked
group by source_name, period_kind, period_start, currency_code, kind
having max(products) <> 1 or count(*) <> max(place)
