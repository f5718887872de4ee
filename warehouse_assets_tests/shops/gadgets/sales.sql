-- one row per row of the export: one piece sold
select
    source_line,
    client as customer_id,
    article as product_name,
    -- text that was read as cp1252 once too often, in the shop itself
    replace(replace(category, 'Ã©', 'é'), 'Ã¨', 'è') as category,
    -- the market tells whether the day or the month comes first
    case market
        when 'US' then regexp_replace(bought, '^(\d{1,2})/(\d{1,2})/(\d{4})$', '\2/\1/\3')
        else bought
    end as sold_at,
    '1' as quantity,
    price as unit_price
from export
